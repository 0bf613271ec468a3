"""One-time links: once, in time, for one account and one purpose; who reads the database cannot use them."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.support.world import PASSWORD, World
from workflow.errors import InvalidInput, SignInRefused
from workflow.organisation.authority import Actor
from workflow.outside.mail import NoMailer
from workflow.ports import Mail
from workflow.services.accounts.accounts import ChangeUser, CreateUser, EndUser, NewUser, ResetPassword
from workflow.services.accounts.commands import ChangeOwnAddress
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.links import link_errand
from workflow.services.accounts.requests import ConfirmRequest
from workflow.services.accounts.sign_in import CodeNeeded, Session
from workflow.services.ground.language import translated
from workflow.store.rows import Page

HERE = "192.0.2.1"
OTHER = "Another fine passphrase"


@pytest.fixture
def admin(world: World) -> Actor:
    return world.person("admin", "administrator", "thanh-hoa")


def invited(
    world: World, admin: Actor, login: str = "moi", role: str = "unit-officer", place: str = "dien-bien"
) -> str:
    """A new account whose link was mailed; return the user's id."""
    held = NewRole(role=role, organisation_id=place, valid_from=world.clock.now().date())
    user = NewUser(login=login, name="Người mới", email=f"{login}@example.test")
    return world.sure(world.accounts.create(admin, CreateUser(user=user, role=held)))


def signs_in(world: World, login: str, password: str) -> bool:
    try:
        world.sign_ins.sign_in(login, password, address=HERE)
    except SignInRefused:
        return False
    return True


def test_a_link_works_once_and_looking_at_it_uses_nothing_up(world: World, admin: Actor) -> None:
    invited(world, admin)
    token = world.mailed()
    for _ in range(3):
        assert world.links.look(token).login == "moi"

    world.links.set_password(token, PASSWORD)

    with pytest.raises(InvalidInput):
        world.links.look(token)
    with pytest.raises(InvalidInput):
        world.links.set_password(token, OTHER)
    assert signs_in(world, "moi", PASSWORD)
    assert not signs_in(world, "moi", OTHER)


def test_a_link_ends_after_three_days(world: World, admin: Actor) -> None:
    invited(world, admin)
    token = world.mailed()
    world.clock.advance(timedelta(days=3))

    with pytest.raises(InvalidInput):
        world.links.set_password(token, PASSWORD)
    assert not signs_in(world, "moi", PASSWORD)


def test_a_newer_link_revokes_the_older_one(world: World, admin: Actor) -> None:
    invited(world, admin)
    world.links.set_password(world.mailed(), PASSWORD)
    view = world.directory.search(admin, text="moi")[0][0]
    world.accounts.reset_password(admin, ResetPassword(user_id=view.id, reason="Quên"))
    older = world.mailed()
    world.accounts.reset_password(admin, ResetPassword(user_id=view.id, reason="Quên lần nữa"))

    with pytest.raises(InvalidInput):
        world.links.set_password(older, OTHER)
    world.links.set_password(world.mailed(), OTHER)
    assert signs_in(world, "moi", OTHER)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "a" * 5000, "'; DROP TABLE users"])
def test_a_guessed_link_is_dead(world: World, admin: Actor, token: str) -> None:
    invited(world, admin)

    with pytest.raises(InvalidInput):
        world.links.look(token)
    with pytest.raises(InvalidInput):
        world.links.set_password(token, PASSWORD)


def test_the_link_of_an_ended_account_is_dead(world: World, admin: Actor) -> None:
    user_id = invited(world, admin)
    world.accounts.end(admin, EndUser(user_id=user_id, reason="Nhầm"))

    with pytest.raises(InvalidInput):
        world.links.set_password(world.mailed(), PASSWORD)


def test_a_weak_password_leaves_the_link_alive(world: World, admin: Actor) -> None:
    invited(world, admin)
    with pytest.raises(InvalidInput):
        world.links.set_password(world.mailed(), "short")

    world.links.set_password(world.mailed(), PASSWORD)


def test_the_database_holds_no_token(world: World, admin: Actor) -> None:
    invited(world, admin)
    token = world.mailed()

    with world.units.reading() as uow:
        for table in ("account_links", "jobs", "events", "commands", "account_requests"):
            rows = uow._connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - our own names
            assert token not in str(rows), table
    assert len(token) >= 43  # 256 bits in base64


def test_a_reset_makes_the_old_password_void_ends_sessions_and_keeps_the_second_factor(
    world: World, admin: Actor
) -> None:
    user_id = invited(world, admin)
    world.links.set_password(world.mailed(), PASSWORD)
    device = pyotp.TOTP(parse_qs(urlsplit(world.enrolment.begin(user_id)).query)["secret"][0])
    token = world.enrolment.confirm(user_id, device.at(world.clock.now()), address=HERE)

    world.accounts.reset_password(admin, ResetPassword(user_id=user_id, reason="Quên"))

    assert world.sessions.current(token) is None
    assert not signs_in(world, "moi", PASSWORD)
    world.links.set_password(world.mailed(), OTHER)
    assert isinstance(world.sign_ins.sign_in("moi", OTHER, address=HERE), CodeNeeded)


def test_the_link_of_a_holder_of_power_is_mailed_only_when_a_second_person_has_confirmed(
    world: World, admin: Actor
) -> None:
    second = world.person("admin-2", "administrator", "thanh-hoa")
    user_id = invited(world, admin, role="auditor", place="thanh-hoa")
    invitation = world.mailed()
    world.links.set_password(invitation, PASSWORD)

    asked = world.accounts.reset_password(admin, ResetPassword(user_id=user_id, reason="Quên"))

    assert world.mailed() == invitation
    assert signs_in(world, "moi", PASSWORD)
    world.requests.confirm(second, ConfirmRequest(request_id=str(asked.request)))
    assert world.mailed() != invitation
    assert not signs_in(world, "moi", PASSWORD)


def test_an_address_counts_when_its_user_confirms_it_signed_in(world: World, admin: Actor) -> None:
    officer = world.person("can-bo", "unit-officer", "dien-bien")
    other = world.person("khac", "unit-officer", "tho-thanh")
    change = ChangeUser(user_id=officer.user_id, name="Cán bộ", email="cb@example.test", locale="vi", revision=1)
    world.accounts.change(admin, change)
    token = world.mailed()
    for nobody in (None, other, admin):
        with pytest.raises(InvalidInput):
            world.links.confirm_address(token, nobody)
    with pytest.raises(InvalidInput):
        world.links.set_password(token, OTHER)
    assert not world.directory.get(admin, officer.user_id).email_confirmed

    world.links.confirm_address(token, officer)

    assert world.directory.get(admin, officer.user_id).email_confirmed


def test_no_link_for_a_password_is_mailed_to_an_address_that_an_administrator_entered(
    world: World, admin: Actor
) -> None:
    officer = world.person("can-bo", "unit-officer", "dien-bien")
    change = ChangeUser(user_id=officer.user_id, name="Cán bộ", email="admin@example.test", locale="vi", revision=1)
    world.accounts.change(admin, change)
    mailed = world.mailed()

    asked = world.accounts.reset_password(admin, ResetPassword(user_id=officer.user_id, reason="Quên"))

    assert asked.request is not None
    assert world.mailed() == mailed
    assert isinstance(world.sign_ins.sign_in("can-bo", PASSWORD, address=HERE), Session)


def test_people_enter_their_own_address_and_confirm_it_by_its_link(world: World, admin: Actor) -> None:
    officer = world.person("can-bo", "unit-officer", "dien-bien")
    world.accounts.change_own_address(officer, ChangeOwnAddress(email="cb@example.test"))
    first = world.mailed()
    world.accounts.change_own_address(officer, ChangeOwnAddress(email="cb@example.test"))  # the mail was lost
    assert world.directory.own_address(officer) == ("cb@example.test", False)
    with pytest.raises(InvalidInput):
        world.links.confirm_address(first, officer)
    world.links.confirm_address(world.mailed(), officer)
    assert world.directory.own_address(officer) == ("cb@example.test", True)

    world.accounts.change_own_address(officer, ChangeOwnAddress(email="khac@example.test"))
    assert world.directory.own_address(officer) == ("khac@example.test", False)


def test_a_changed_address_kills_the_links_to_the_former_one(world: World, admin: Actor) -> None:
    user_id = invited(world, admin)
    token = world.mailed()
    revision = world.directory.get(admin, user_id).revision
    change = ChangeUser(user_id=user_id, name="Người mới", email="khac@example.test", locale="vi", revision=revision)
    world.accounts.change(admin, change)

    with pytest.raises(InvalidInput):
        world.links.set_password(token, PASSWORD)


def test_the_mail_carries_the_link_in_the_users_language(world: World, admin: Actor) -> None:
    invited(world, admin)
    sent: list[Mail] = []

    class Box(NoMailer):
        def send(self, mail: Mail) -> None:
            sent.append(mail)

    with world.units.reading() as uow:
        (job_id,) = uow._connection.exec_driver_sql("SELECT id FROM jobs WHERE kind = 'account-link'").scalars()
        job = uow.jobs.get(job_id)
    assert job is not None
    link_errand(Box(), world.vault, translated, "https://congnhan.example")(job)

    (mail,) = sent
    assert mail.to == "moi@example.test"
    assert f"https://congnhan.example/lien-ket/{world.mailed()}" in mail.text
    assert "mật khẩu" in mail.text


def test_every_step_is_on_the_record(world: World, admin: Actor) -> None:
    user_id = invited(world, admin)
    world.links.set_password(world.mailed(), PASSWORD)

    told = [(event.type, event.actor) for event in world.events("accounts")][-4:]
    assert told == [
        ("UserCreated", admin.user_id),
        ("RoleAssigned", admin.user_id),
        ("LinkIssued", admin.user_id),
        ("PasswordSet", user_id),
    ]
    assert world.requests.decided(admin, Page()) == []
