"""Attempts on a sitting: from outside, with forms sent again, for somebody else, twice, and to read a vote before its round has closed."""

import re
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.support.house import PASSWORD, House
from tests.support.sittings import BODY, CHAIR, CLERK, DAY, MEMBERS
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.services.auditing.trail import EventQuery
from workflow.services.sittings.sittings import Away, LookAtCase, OpenCases

HERE = f"/phien-hop/{BODY}/{DAY.isoformat()}/"
AT: dict[str, Any] = {"body": BODY, "on": DAY}
SECRET = "Lý do bí mật của một lá phiếu 7f3a"
WHY = "có người thân công tác tại đơn vị"
OUTSIDERS = ("donvi.hoilhpn", "uyvien1.thuongxuan", "thuongtruc.thuongxuan", "kiemtra1.tinh", "thanhtra.tinh")
READERS = (CLERK, CHAIR, *MEMBERS[1:], "quanly.tinh", "kiemsoat.tinh", "donvi.hoilhpn", "quantri.tinh")
SignIn = Callable[[str], Person]


@pytest.fixture
def voting(sitting: House) -> House:
    """Every vote is open; of the third case a member is recused."""
    third = cases(sitting)[2]
    away = [Away(case_id=third, person=sitting.users[MEMBERS[3]], reason=WHY)]
    present = [sitting.users[one] for one in (CHAIR, *MEMBERS)]
    command = OpenCases(**AT, case_ids=cases(sitting), outcome="open", present=present, away=away)
    assert [one.refusal for one in sitting.container.sittings.open(sitting.actor(CLERK), command)] == [None] * 3
    sitting.settle()
    return sitting


@pytest.fixture
def signed_in(voting: House) -> SignIn:
    app = create_app(voting.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    return lambda login: Person.at(app).sign_in(login, PASSWORD)


def cases(house: House) -> list[str]:
    return [one.case_id for one in house.container.sittings.agenda(house.actor(CLERK), **AT).lines]


def begin(house: House, login: str, case_id: str) -> None:
    house.container.sittings.look(house.actor(login), LookAtCase(**AT, case_id=case_id))


def ballot(person: Person, case_id: str, outcome: str, reason: str = "", **more: str) -> dict[str, str]:
    """What the case's page sends as this person's vote."""
    person.open(f"{HERE}ho-so/{case_id}")
    return {**hidden(person), "outcome": outcome, "reason": reason, **more}


def hidden(person: Person) -> dict[str, str]:
    names = ("csrf_token", "command_id")
    return {name: str(person.page.xpath(f"string((//main//input[@name='{name}']/@value)[1])")) for name in names}


def cast(house: House, case_id: str) -> list[tuple[str, str | None]]:
    """(who, how) of every vote of the case that was cast."""
    with house.container.units.reading() as uow:
        tasks = uow.sittings.tasks([case_id])
    logins = {user: login for login, user in house.users.items()}
    return [(logins[str(one.completed_by)], one.outcome) for one in tasks if one.node_id == "vote" and one.completed_by]


def heads(house: House) -> Any:
    with house.container.units.reading() as uow:
        return uow.events.heads()


def test_nobody_from_outside_opens_a_page_or_sends_a_form_of_it(voting: House, signed_in: SignIn) -> None:
    first, second, _third = cases(voting)
    pages = ["", f"ho-so/{first}", f"ho-so/{first}/khong-tham-gia", "dong-y", "khai-mac", "man-chieu", "bien-ban"]
    forms = [f"ho-so/{first}", f"ho-so/{first}/mo", f"ho-so/{first}/khong-tham-gia", "dong-y", "khai-mac"]
    forms += [f"ho-so/{first}/tai-lieu/{uuid4()}", "quyet-dinh/recognise"]
    for login in OUTSIDERS:
        person = signed_in(login)
        token = {"csrf_token": str(person.open("/tai-khoan").page.xpath("string(//input[@name='csrf_token']/@value)"))}
        before = heads(voting)
        for page in [*pages, "quyet-dinh/recognise"]:
            assert person.open(f"{HERE}{page}", status=404).status == 404, (login, page)
        for form in forms:
            sent = {**token, "command_id": str(uuid4()), "case": second, "outcome": "agree", "reason": WHY}
            assert person.post(f"{HERE}{form}", sent, status=404).status == 404, (login, form)
        assert heads(voting) == before, login


def test_the_screen_is_for_who_is_signed_in_and_tells_neither_names_nor_how_far_a_vote_is(
    voting: House, signed_in: SignIn
) -> None:
    member = signed_in(MEMBERS[0])
    begin(voting, MEMBERS[0], cases(voting)[0])
    member.post(f"{HERE}ho-so/{cases(voting)[0]}", ballot(member, cases(voting)[0], "disagree", SECRET))

    clerk = signed_in(CLERK)
    with clerk.client.session_transaction() as session:
        session["kept_forms"] = True
    assert "chưa được gửi" in told(clerk, HERE)
    screen = told(clerk, f"{HERE}man-chieu?number=1")

    assert "chưa được gửi" not in screen, "what the clerk has left unsent is not the room's"
    assert "Kín đến phiếu cuối" in screen
    assert not re.search(r"\d/\d đã bỏ", screen)
    assert [one for one in (CLERK, CHAIR, *MEMBERS) if voting.actor(one).name in screen] == []
    stranger = member.client.application.test_client()
    assert stranger.get(f"{HERE}man-chieu").status_code in (302, 303)


def test_a_form_sent_again_or_changed_casts_no_second_vote(voting: House, signed_in: SignIn) -> None:
    first, second, third = cases(voting)
    member, other = signed_in(MEMBERS[0]), signed_in(MEMBERS[1])
    begin(voting, MEMBERS[0], first)
    sent = ballot(member, first, "agree")
    member.post(f"{HERE}ho-so/{first}", sent)

    member.post(f"{HERE}ho-so/{first}", sent, status=422)
    member.post(f"{HERE}ho-so/{first}", {**sent, "outcome": "disagree", "reason": WHY}, status=422)
    member.post(f"{HERE}ho-so/{first}", {**sent, "command_id": str(uuid4()), "outcome": "disagree"}, status=422)
    member.post(f"{HERE}dong-y", {**sent, "command_id": str(uuid4()), "case": first})
    assert cast(voting, first) == [(MEMBERS[0], "agree")]

    stolen = {**sent, "csrf_token": ballot(other, first, "")["csrf_token"], "outcome": "disagree", "reason": WHY}
    other.post(f"{HERE}ho-so/{first}", stolen, status=422)
    assert cast(voting, first) == [(MEMBERS[0], "agree")], "an id that another person has used is no new vote"
    assert cast(voting, second) == cast(voting, third) == []


def test_nobody_votes_for_another_nor_where_they_are_recused(voting: House, signed_in: SignIn) -> None:
    first, _second, third = cases(voting)
    for login, case_id in ((CLERK, first), ("quanly.tinh", first), ("kiemsoat.tinh", first), (MEMBERS[3], third)):
        person = signed_in(login)
        person.post(f"{HERE}ho-so/{case_id}", ballot(person, case_id, "agree"), status=422)
        person.post(f"{HERE}dong-y", {**hidden(person.open(HERE)), "case": case_id})
    theirs = voting.task("vote", unit_of(voting, first), MEMBERS[1])
    thief = signed_in(MEMBERS[0])
    for step in ("", "/nhan", "/lam", "/bat-dau", "/gui"):
        data = {**hidden(thief.open(HERE)), "outcome": "disagree", "reason": WHY}
        thief.client.post(f"/nhiem-vu/{theirs.id}{step}", data=data, follow_redirects=True)

    assert cast(voting, first) == cast(voting, third) == []
    assert voting.task_by_id(theirs.id).assignee_id == voting.users[MEMBERS[1]]


@pytest.mark.parametrize("rows", ["9" * 5000, "-1", "x", ""])
def test_the_number_of_rows_in_a_form_is_no_more_than_the_page_has(sitting: House, rows: str) -> None:
    app = create_app(sitting.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    clerk = Person.at(app).sign_in(CLERK, PASSWORD).open(f"{HERE}khai-mac")

    clerk.post(f"{HERE}khai-mac", {**hidden(clerk), "more": "1", "rows": rows})

    assert len(clerk.page.xpath("//select[contains(@name, '-person')]")) <= 60


def test_a_case_that_is_not_on_the_agenda_is_left_alone(voting: House, signed_in: SignIn) -> None:
    elsewhere = voting.case("tho-thanh").id
    member = signed_in(MEMBERS[0]).open(HERE)
    before = heads(voting)

    member.post(f"{HERE}dong-y", {**hidden(member), "case": elsewhere})
    member.open(f"{HERE}ho-so/{elsewhere}", status=404)
    member.post(f"{HERE}ho-so/{elsewhere}", {**hidden(member.open(HERE)), "outcome": "agree"}, status=404)

    assert heads(voting) == before


def test_until_it_closes_a_vote_is_read_by_nobody_on_pages_in_lists_exports_or_notices(
    voting: House, signed_in: SignIn
) -> None:
    first = cases(voting)[0]
    unit = unit_of(voting, first)
    people = {login: signed_in(login) for login in READERS}
    tasks = [one.id for one in voting.tasks("vote", unit)]
    pages = [HERE, f"{HERE}ho-so/{first}", f"{HERE}bien-ban", f"{HERE}man-chieu?number=1", "/thong-bao", "/phien-hop/"]
    pages += [f"/ho-so/{first}", f"/ho-so/{first}/bien-ban", f"/kiem-toan/ho-so/{first}?unfold=1"]
    pages += ["/kiem-toan/su-kien", *(f"/nhiem-vu/{one}" for one in tasks)]
    before = {(login, page): told(person, page) for login, person in people.items() for page in pages}
    voter = signed_in(MEMBERS[0])
    begin(voting, MEMBERS[0], first)
    paper = str(ballot_paper(voter, first))
    voter.post(paper, {**hidden(voter), "outcome": "disagree", "reason": SECRET})  # drafted, by opening a document
    voter.post(f"{HERE}ho-so/{first}", ballot(voter, first, "disagree", SECRET))
    assert cast(voting, first) == [(MEMBERS[0], "disagree")]
    voting.settle()

    for (login, page), former in before.items():
        now = told(people[login], page)
        assert SECRET not in now, (login, page)
        assert now.count("Không đồng ý") == former.count("Không đồng ý"), (login, page)
    exported = voting.container.audit.export_events(voting.actor("kiemsoat.tinh"), EventQuery(case_id=first), "csv")
    with zipfile.ZipFile(exported.file) as archive:
        assert [SECRET.encode() in archive.read(name) for name in archive.namelist()] == [False] * len(
            archive.namelist()
        )
    with voting.container.units.reading() as uow:
        for table in ("notifications", "jobs"):
            rows = uow._connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608 - two names of ours
            assert SECRET not in repr(rows), table


def unit_of(house: House, case_id: str) -> str:
    with house.container.units.reading() as uow:
        return str(uow.unit_cases.get(case_id).unit_id)


def told(person: Person, page: str) -> str:
    """The whole source of the page, whatever is answered."""
    return person.client.get(page, follow_redirects=True).get_data(as_text=True)


def ballot_paper(person: Person, case_id: str) -> Any:
    person.open(f"{HERE}ho-so/{case_id}")
    return person.page.xpath("string((//button[contains(@formaction, 'tai-lieu')]/@formaction)[1])")
