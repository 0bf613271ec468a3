"""A person's first page: which blocks by what their roles permit, what stands in them by jurisdiction, at a cost that does not grow."""

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, PASSWORD, House
from tests.support.statements import counted
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.errors import PermissionDenied
from workflow.services.home.home import Home
from workflow.services.procedures.drafts import CopyVersion
from workflow.store.rows import Page

CAST = CASTS[COMMUNE_UNIT]
MOST = 25
BLOCKS = ("todo", "for_me", "late", "sittings", "campaigns", "chains", "conduct", "operations", "versions")
OFFICER, AUDITOR = {"todo", "for_me", "late", "sittings", "campaigns"}, {"late", "campaigns", "chains", "conduct"}
SEES = {
    "donvi.minhhoa": OFFICER,
    "thuongtruc.thuongxuan": OFFICER,
    "truongban.thuongxuan": OFFICER - {"todo"},
    "quanly.tinh": {"late", "sittings", "campaigns"},
    "kiemsoat.tinh": AUDITOR,
    "thanhtra.tinh": AUDITOR - {"chains"},
    "quantri.tinh": {"operations", "versions", "campaigns"},
    "duyet.tinh": {"versions"},
}
"""Login → the blocks of that person's page."""
LEADERS = {"truongban.thuongxuan", "quanly.tinh"}


def home_of(house: House, login: str) -> Home:
    return house.container.home.read(house.actor(login))


@pytest.mark.parametrize("login", SEES)
def test_who_sees_which_block(house: House, login: str) -> None:
    found = home_of(house, login)

    assert {name for name in BLOCKS if getattr(found, name) is not None} == SEES[login]
    assert found.leads == (login in LEADERS)


@pytest.mark.stage("evaluation")
def test_what_came_back_is_told_apart_from_what_is_new(house: House) -> None:
    assert home_of(house, CAST.evaluator or "").returned == []
    house.do(
        COMMUNE_UNIT,
        str(CAST.evaluator),
        "evaluation",
        "return",
        reason="Minh họa: bổ sung.",
        criterion_reasons={"I.14": "Minh họa: thiếu quyết định."},
    )

    unit = home_of(house, CAST.unit)
    (returned,) = unit.returned
    assert returned.row.task.node_id == "self_assessment"
    assert unit.todo is not None
    assert [one.row.task.id for one in unit.todo.entries] == [returned.row.task.id]

    house.do(COMMUNE_UNIT, CAST.unit, "self_assessment", "submit")
    again = home_of(house, str(CAST.evaluator))
    assert again.todo is not None
    assert again.todo.count.number == 1
    assert again.returned == [], "a second round is no return"


def test_what_is_late_and_what_runs_is_told_as_far_as_the_jurisdiction_reaches(house: House) -> None:
    house.register()
    house.move_to(4, 20)

    def late(login: str) -> set[str]:
        found = home_of(house, login).late
        assert found is not None
        assert found.total >= len(found.steps)
        return {one.unit.id for one in found.steps}

    def roster(login: str) -> int:
        (bar,) = home_of(house, login).campaigns or ()
        return sum(bar.parts.values())

    assert late("donvi.minhhoa") == {COMMUNE_UNIT}
    assert late("donvi.thothanh") == {"tho-thanh"}
    assert COMMUNE_UNIT in late("thuongtruc.thuongxuan")
    assert "dien-bien" not in late("thuongtruc.thuongxuan"), "another district's commune"
    assert len(late("quanly.tinh")) == 6, "a block has six rows"
    assert (roster("donvi.minhhoa"), roster("quanly.tinh")) == (1, 8)
    assert 1 < roster("thuongtruc.thuongxuan") < 8


def test_the_number_of_what_is_late_opens_as_many_steps(house: House) -> None:
    """Given more late steps than a block shows, when a reader without an audit opens their number, then each is there."""
    house.move_to(4, 20)
    person = Person.at(create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True))
    person.sign_in("quanly.tinh", PASSWORD)

    late = home_of(house, "quanly.tinh").late
    assert late is not None
    assert late.total > len(late.steps)
    person.open("/trang-dau").follow(f"cả {late.total}")
    assert len(person.page.xpath("//th[@scope='row']")) == late.total
    with pytest.raises(PermissionDenied):
        house.container.home.late(house.actor("duyet.tinh"), Page())


@pytest.mark.stage("session")
def test_a_sitting_ahead_says_how_many_cases_wait_for_the_reader(house: House) -> None:
    house.convene()

    member = home_of(house, CAST.committee[-1])
    assert member.todo is not None, "whoever only votes has votes to cast"
    assert not member.leads
    (sitting,) = home_of(house, CAST.standing).sittings or ()
    assert (sitting.cases, sitting.done, sitting.mine) == (1, 0, 1), "the secretary opens it"
    assert home_of(house, CAST.unit).sittings == [], "the judged unit takes no part"


def test_an_administrator_is_told_of_drafts_with_errors_and_a_reviewer_of_what_waits(house: House) -> None:
    administrator = house.actor("quantri.tinh")
    shipped = next(one.version.id for one in house.container.definitions.list(administrator))
    copy = CopyVersion(version_id=shipped)
    house.container.drafts.copy(administrator, copy)

    versions = home_of(house, "quantri.tinh").versions
    assert versions is not None
    assert [errors for _version, errors in versions.faulty] == [None], "nobody has checked it yet"
    house.settle()
    versions = home_of(house, "quantri.tinh").versions
    assert versions is not None
    assert versions.faulty == [], "a copy without errors needs nobody"
    reviewers = home_of(house, "duyet.tinh").versions
    assert reviewers is not None
    assert not reviewers.drafts


@pytest.mark.stage("evaluation")
def test_the_page_takes_no_more_statements_than_a_page_may(house: House) -> None:
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    spent = {}
    for login in ("thuongtruc.thuongxuan", "truongban.tinh", "quanly.tinh", "kiemsoat.tinh"):
        person = Person.at(app).sign_in(login, PASSWORD)
        person.open("/trang-dau")
        with counted(house.container.engine) as statements:
            person.open("/trang-dau")
        spent[login] = len(statements)

    print("statements of the first page:", spent)
    assert max(spent.values()) <= MOST, spent


def test_signing_in_leads_to_the_queue_where_something_waits_and_home_else(house: House) -> None:
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)

    assert Person.at(app).sign_in(CAST.unit, PASSWORD).address == "/nhiem-vu"
    assert Person.at(app).sign_in(CAST.standing, PASSWORD).address == "/trang-dau"
