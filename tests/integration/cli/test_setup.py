"""`congnhan setup`: fills a directory, may be run again, and keeps made-up data out of real installations."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.world import DEFINITIONS, shipped_folders, uncovered
from workflow.bootstrap import build
from workflow.cli.main import main
from workflow.outside.clock import SHIFT_FILE
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import CreateUser, NewUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.sign_in import Session


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("real") / "data"
    done = run("setup", "--data", str(data), "--no-demonstration")
    assert done.exit_code == 0, done.output
    return data


def test_a_real_installation_has_neither_made_up_people_nor_another_clock(real: Path) -> None:
    assert not (real / SHIFT_FILE).exists()
    assert not (real / "demonstration-accounts.txt").exists()


def test_setting_up_again_does_not_bring_the_demonstration_in(real: Path) -> None:
    assert run("setup", "--data", str(real)).exit_code == 0
    assert not (real / SHIFT_FILE).exists()

    refused = run("setup", "--data", str(real), "--demonstration")

    assert refused.exit_code == 2
    assert "without demonstration" in refused.output


def test_versions_that_an_earlier_release_loaded_are_not_loaded_again(tmp_path: Path) -> None:
    """Then every version lay in a folder of its own beside the others, and did not say what it covers."""
    container = build(tmp_path / "data")
    by = Provenance(actor=SYSTEM, at=container.clock.now())
    before = {
        container.publishing.install(uncovered(version.files()), by): version.manifest.version_label
        for version in shipped_folders()
        if version.manifest.key == "dien-hinh"
    }
    container.close()

    done = run("setup", "--data", str(tmp_path / "data"), "--no-demonstration")

    assert done.exit_code == 0, done.output
    container = build(tmp_path / "data")
    with container.units.reading() as uow:
        after = {version.id: version.label for version in uow.definitions.all("dien-hinh")}
    container.close()
    assert after == before == dict(zip(before, ("2023", "2025"), strict=True))


def test_a_folder_of_the_layout_of_before_is_refused_with_its_path(tmp_path: Path) -> None:
    definitions = tmp_path / "definitions"
    for part in ("organisations", "calendar"):
        shutil.copytree(DEFINITIONS / part, definitions / part)
    shutil.copytree(DEFINITIONS / "dien-hinh" / "2025", definitions / "dien-hinh-2025")

    arguments = ("--definitions", str(definitions), "--no-demonstration")
    refused = run("setup", "--data", str(tmp_path / "data"), *arguments)

    assert refused.exit_code == 1
    assert str(definitions / "dien-hinh-2025" / "procedure.toml") in refused.output
    container = build(tmp_path / "data")
    with container.units.reading() as uow:
        assert uow.organisations.all() == []
    container.close()


def test_the_first_administrator_comes_from_the_command_line_once(real: Path) -> None:
    arguments = ("account", "add", "--data", str(real), "quantri", "Quản trị", "--organisation", "thanh-hoa")

    added, again = run(*arguments), run(*arguments)

    assert added.exit_code == 0
    assert added.output.startswith("quantri: http://127.0.0.1:8000/lien-ket/")
    assert len(added.output.split()[1].rpartition("/")[2]) >= 43
    assert again.exit_code == 2
    assert "already" in again.output


def test_a_lost_password_is_renewed_by_a_link_that_revokes_the_one_before(real: Path) -> None:
    assert run("account", "add", "--data", str(real), "quen", "Quên", "--organisation", "thanh-hoa").exit_code == 0

    shown = run("account", "link", "--data", str(real), "quen")

    assert shown.exit_code == 0
    token = shown.output.split()[1].rpartition("/")[2]
    container = build(real)
    container.links.set_password(token, "Correct horse battery staple")
    assert isinstance(container.sign_in.sign_in("quen", "Correct horse battery staple", address="192.0.2.1"), Session)
    container.close()
    assert run("account", "link", "--data", str(real), "khong-co").exit_code == 2


def test_the_command_line_gives_the_second_signature_or_refuses(real: Path) -> None:
    assert (
        run("account", "add", "--data", str(real), "mot-minh", "Một mình", "--organisation", "thanh-hoa").exit_code == 0
    )
    container = build(real)
    with container.units.reading() as uow:
        found = uow.accounts.by_login("mot-minh")
    assert found is not None
    admin = container.accounts.actor_of(found.id)
    asked = []
    for login in ("kiem-toan", "kiem-toan-2"):
        role = NewRole(role="auditor", organisation_id="thanh-hoa", valid_from=date(2023, 1, 1))
        wish = CreateUser(user=NewUser(login=login, name="Kiểm tra, truy vết"), role=role)
        asked.append(str(container.account_changes.create(admin, wish).request))

    listed = run("account", "requests", "--data", str(real))
    assert all(one in listed.output for one in asked)
    assert run("account", "confirm", "--data", str(real), asked[0]).exit_code == 0
    assert run("account", "confirm", "--data", str(real), asked[0]).exit_code == 1
    assert run("account", "refuse", "--data", str(real), asked[1], "--reason", "Nhầm").exit_code == 0
    assert run("account", "confirm", "--data", str(real), asked[1]).exit_code == 1

    with container.units.reading() as uow:
        made, unmade = uow.accounts.by_login("kiem-toan"), uow.accounts.by_login("kiem-toan-2")
        given = [event for event in uow.events.of_stream("accounts") if event.type == "RequestConfirmed"]
    assert made is not None
    assert unmade is None
    assert [(event.actor, event.payload["asked_by"]) for event in given] == [("system", admin.user_id)]
    container.close()


@pytest.mark.parametrize("role", ["administrator", "auditor", "definition-reviewer", "manager"])
def test_no_role_is_given_at_a_place_where_nobody_looks_for_it(real: Path, role: str) -> None:
    refused = run(
        "account",
        "add",
        "--data",
        str(real),
        f"sai-{role}",
        "Sai",
        "--role",
        role,
        "--organisation",
        "dai-hoc-hong-duc",
    )
    assert refused.exit_code == 1
    assert "cannot be held" in refused.output


def test_an_unknown_organisation_is_said_and_makes_no_account(real: Path) -> None:
    refused = run("account", "add", "--data", str(real), "somebody", "Ai đó", "--organisation", "nowhere")

    assert refused.exit_code == 1
    assert "nowhere" in refused.output
    assert run("account", "add", "--data", str(real), "somebody", "Ai đó", "--organisation", "thanh-hoa").exit_code == 0


def test_a_command_that_needs_an_installation_makes_none(tmp_path: Path) -> None:
    refused = run("audit", "verify", "--data", str(tmp_path / "empty"))

    assert refused.exit_code == 2
    assert not (tmp_path / "empty").exists()
