"""`congnhan demo`: a whole year of eight units through the real services, and a report of the shape that was promised."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from workflow.bootstrap import Container, build
from workflow.cli.main import main
from workflow.demo.run import run_demo
from workflow.errors import InvalidInput
from workflow.store.casework import CaseFilter
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

pytestmark = pytest.mark.xdist_group("demo")  # the year is played once, not by each worker

PILOTS = {
    "Xã Thọ Thanh",
    "Thị trấn Rừng Thông",
    "Phường Điện Biên",
    "HTX dịch vụ vệ sinh môi trường Tân Sơn",
    "Trường Đại học Hồng Đức",
    "Hội Liên hiệp Phụ nữ tỉnh Thanh Hóa",
}
COMMUNE, ENTERPRISE = "Xã Minh Họa (đơn vị minh họa)", "Công ty Minh Họa (đơn vị minh họa)"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def report(data: Path) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["demo", "--data", str(data), "--json"])
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.fixture(scope="module")
def cases(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {case["unit"]: case for case in report["cases"]}


@pytest.fixture(scope="module")
def container(data: Path, report: dict[str, Any]) -> Iterator[Container]:
    container = build(data)
    yield container
    container.close()


def outcomes(case: dict[str, Any], stage: str | None = None) -> list[str]:
    return [step["outcome"] for step in case["stages"] if stage in (None, step["stage"])]


def test_one_worker_has_all_of_these(request: pytest.FixtureRequest) -> None:
    """Each worker would play the year for itself were the group not in the name by which tests are given out."""
    node = request.node
    assert node.nodeid.endswith("@demo") == bool(request.config.getoption("loadgroup", False))


def test_the_report_has_the_promised_shape(report: dict[str, Any]) -> None:
    assert report.keys() == {"cases", "audit"}
    assert report["audit"].keys() == {"verified", "events", "head"}
    for case in report["cases"]:
        assert case.keys() == {"business_key", "unit", "track", "version", "stages", "outcome", "events"}
        assert re.fullmatch(r"DH-2023-\d{4}", case["business_key"])
        assert case["events"] > len(case["stages"])
        for step in case["stages"]:
            assert step.keys() == {"stage", "actor", "organisation", "outcome", "at"}
            assert all(isinstance(step[name], str) for name in step)
            assert datetime.fromisoformat(step["at"]).tzinfo is not None
    keys = [case["business_key"] for case in report["cases"]]
    assert keys == sorted(set(keys))


def test_the_audit_verifies(report: dict[str, Any], container: Container) -> None:
    assert report["audit"]["verified"] is True
    assert re.fullmatch(r"[0-9a-f]{64}", report["audit"]["head"])
    again = container.verification.verify()
    assert again.ok
    assert (again.events, again.head) == (report["audit"]["events"], report["audit"]["head"])
    assert report["audit"]["events"] > sum(case["events"] for case in report["cases"])


def test_the_six_pilots_are_recognised_without_anything_unfavourable(cases: dict[str, dict[str, Any]]) -> None:
    assert cases.keys() - {COMMUNE, ENTERPRISE} == PILOTS
    for unit in PILOTS:
        assert cases[unit]["outcome"] == "recognised"
        assert not {"return", "reject", "escalated", "adjourn", "reopen", "disagree"} & set(outcomes(cases[unit]))


def test_every_track_is_taken(cases: dict[str, dict[str, Any]]) -> None:
    assert {case["track"] for case in cases.values()} == {"P11", "P12", "P13"}
    assert {cases[unit]["track"] for unit in PILOTS} == {"P12"}
    assert (cases[COMMUNE]["track"], cases[ENTERPRISE]["track"]) == ("P13", "P11")
    assert {case["version"] for case in cases.values()} == {"2023"}


def test_the_made_up_commune_is_found_not_eligible_returned_twice_without_quorum_once_and_recognised(
    cases: dict[str, dict[str, Any]],
) -> None:
    case = cases[COMMUNE]
    assert outcomes(case, "registration") == ["submit", "reopen", "submit", "accept"]
    assert outcomes(case, "self-assessment") == ["submit"] * 3
    assert outcomes(case, "evaluation") == ["return", "return", "approve"]
    session = outcomes(case, "session")
    assert session[:4] == ["convene", "adjourn", "convene", "open"]
    assert session[4:] == ["agree"] * 4
    assert (outcomes(case, "decision"), case["outcome"]) == (["recognise"], "recognised")


def test_the_made_up_enterprise_misses_its_deadline_and_fails_a_criterion(cases: dict[str, dict[str, Any]]) -> None:
    case = cases[ENTERPRISE]
    assert outcomes(case, "self-assessment") == ["escalated", "submit"]
    missed, handed_in = (step for step in case["stages"] if step["stage"] == "self-assessment")
    assert missed["actor"] == "system"
    assert missed["at"] < handed_in["at"]
    assert (outcomes(case, "evaluation"), case["outcome"]) == (["reject"], "not_recognised")


def test_a_team_of_three_or_more_finds_for_themselves_and_its_leader_concludes(
    cases: dict[str, dict[str, Any]],
) -> None:
    for unit in (*PILOTS, COMMUNE):
        inspection = [step for step in cases[unit]["stages"] if step["stage"] == "inspection"]
        assert [step["outcome"] for step in inspection] == ["form", "report", "report", "report", "conclude"]
        assert len({step["actor"] for step in inspection[1:4]}) == 3


def test_time_never_goes_back(cases: dict[str, dict[str, Any]]) -> None:
    for case in cases.values():
        instants = [step["at"] for step in case["stages"]]
        assert all(earlier <= later for earlier, later in pairwise(instants))
        assert instants[0] >= "2023-03-20"
        assert instants[-1] < "2024"


def test_nothing_is_left_to_do_and_everything_says_that_it_is_made_up(container: Container) -> None:
    with container.units.reading() as uow:
        ids = uow.unit_cases.ids(CaseFilter())
        found = [uow.unit_cases.get(case_id) for case_id in ids]
        assert all(case.demonstration for case in found)
        assert {case.status for case in found} == {"completed"}
        assert all(case.open_incidents == 0 for case in found)
        assert not [task for case_id in ids for task in uow.tasks.open_of_case(case_id)]
        assert list(uow.jobs.failed(Page())) == []
        decided = [case for case in found if case.outcome == "recognised"]
        assert all(case.decision_number and case.decided_on for case in decided)
        officer = uow.accounts.by_login("thuongtruc.tinh")
        assert officer is not None
        assert officer.demonstration
    actor = container.accounts.actor_of(officer.id)
    for tab in ("mine", "group", "escalated"):
        assert container.inbox.page(actor, InboxFilter(tab=tab), Page()).entries == []


def test_only_the_made_up_enterprise_is_ever_late(container: Container) -> None:
    with container.units.reading() as uow:
        for case_id in uow.unit_cases.ids(CaseFilter()):
            case = uow.unit_cases.get(case_id)
            tasks = uow.tasks.of_case(case_id, Page(limit=500))
            late = {task.node_id for task in tasks if task.ended_at and task.due_at and task.ended_at > task.due_at}
            assert late == ({"self_assessment"} if case.unit_id == "cong-ty-minh-hoa" else set())


def test_every_decision_has_a_number_of_its_own_on_or_after_the_day_of_the_session(
    container: Container, cases: dict[str, dict[str, Any]]
) -> None:
    with container.units.reading() as uow:
        decided = [case for case in map(uow.cases.get, uow.unit_cases.ids(CaseFilter())) if case.decided_on]
    assert len({case.decision_number for case in decided}) == len(decided) == 7
    for case in cases.values():
        days = {step["outcome"]: step["at"][:10] for step in case["stages"]}
        if "recognise" in days:
            assert days["convene"] < days["open"] < days["recognise"]


def test_an_adjourned_committee_meets_again_two_days_later_or_more(cases: dict[str, dict[str, Any]]) -> None:
    days = {step["outcome"]: datetime.fromisoformat(step["at"]).date() for step in cases[COMMUNE]["stages"]}
    assert (days["open"] - days["adjourn"]).days > 2


def test_every_unit_is_told_how_it_ended(container: Container) -> None:
    for login in ("donvi.thothanh", "donvi.minhhoa", "donvi.congty"):
        with container.units.reading() as uow:
            user = uow.accounts.by_login(login)
        assert user is not None
        notes = container.notifications.list(container.accounts.actor_of(user.id))
        assert any("%(text)s" in note.template for note in notes)


def test_a_directory_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "something").write_text("precious", encoding="utf-8")
    with pytest.raises(InvalidInput):
        run_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["something"]
