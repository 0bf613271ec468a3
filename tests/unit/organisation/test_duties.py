"""The table of duties: read whole or refused with a sentence, and what it says of roles that meet in one person."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.support.world import shipped_organisations
from workflow.errors import ConfigurationError
from workflow.organisation.duties import DutyTable, load_duties
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.organisation.tree import OrganisationTree

SOURCE = (Path(__file__).parents[3] / "definitions" / "duties.toml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Held:
    role: str
    organisation_id: str
    valid_from: date = date(2023, 1, 1)
    valid_to: date | None = None


@pytest.fixture(scope="module")
def table() -> DutyTable:
    return load_duties(SOURCE.encode())


@pytest.fixture(scope="module")
def tree() -> OrganisationTree:
    return OrganisationTree(*shipped_organisations())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Held("unit-officer", "tho-thanh"), Held("board-member", "bcd-antt-tho-thanh")),
        (Held("unit-officer", "tho-thanh"), Held("committee-member", "bcd138-thanh-hoa")),
        (Held("unit-officer", "tho-thanh"), Held("inspector", "cong-an-thuong-xuan")),
        (Held("unit-officer", "tho-thanh"), Held("standing-officer", "cong-an-thanh-hoa")),
        (Held("unit-officer", "tho-thanh"), Held("manager", "thanh-hoa")),
        (Held("unit-officer", "tho-thanh"), Held("a-role-of-some-procedure", "bcd138-thanh-hoa")),
        (Held("auditor", "thanh-hoa"), Held("committee-member", "bcd138-thuong-xuan")),
        (Held("auditor", "thuong-xuan"), Held("committee-chair", "bcd138-thanh-hoa")),
        (Held("auditor", "thanh-hoa"), Held("manager", "thuong-xuan")),
        (Held("auditor", "thanh-hoa"), Held("unit-officer", "tho-thanh")),
        (Held("auditor", "thuong-xuan"), Held("administrator", "dien-bien")),
        (Held("definition-reviewer", "thanh-hoa"), Held("administrator", "dien-bien")),
        (Held("definition-reviewer", "thanh-hoa"), Held("auditor", "thuong-xuan")),
        (Held("administrator", "thanh-hoa"), Held("committee-chair", "bcd138-thuong-xuan")),
    ],
    ids=lambda held: f"{held.role}@{held.organisation_id}",
)
def test_these_may_not_meet_in_one_person(table: DutyTable, tree: OrganisationTree, one: Held, other: Held) -> None:
    assert table.clash(one, [other], tree) == other
    assert table.clash(other, [one], tree) == one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Held("committee-chair", "bcd138-thanh-hoa"), Held("committee-member", "bcd138-thanh-hoa")),
        (Held("unit-officer", "dien-bien"), Held("board-member", "bcd-antt-tho-thanh")),
        (Held("auditor", "thuong-xuan"), Held("committee-member", "bcd138-dong-son")),
        (Held("unit-officer", "tho-thanh"), Held("unit-officer", "dien-bien")),
    ],
    ids=lambda held: f"{held.role}@{held.organisation_id}",
)
def test_these_may(table: DutyTable, tree: OrganisationTree, one: Held, other: Held) -> None:
    assert table.clash(one, [other], tree) is None
    assert table.clash(other, [one], tree) is None


def test_roles_one_after_the_other_do_not_meet(table: DutyTable, tree: OrganisationTree) -> None:
    before = Held("unit-officer", "tho-thanh", date(2023, 1, 1), date(2023, 3, 1))
    taken_back = Held("unit-officer", "tho-thanh", date(2023, 4, 1), date(2023, 3, 31))

    def board(first: date) -> Held:
        return Held("board-member", "bcd-antt-tho-thanh", first)

    assert table.clash(board(date(2023, 3, 2)), [before, taken_back], tree) is None
    assert table.clash(board(date(2023, 3, 1)), [before], tree) == before


def test_every_role_of_the_installation_takes_two_people(table: DutyTable, tree: OrganisationTree) -> None:
    for role in SYSTEM_ROLES:
        assert table.takes_second_person([Held(role, "thanh-hoa")], tree), role


def test_who_needs_a_second_factor(table: DutyTable, tree: OrganisationTree) -> None:
    need = {
        role for role in [*SYSTEM_ROLES, *table.of_role] if table.needs_second_factor([Held(role, "thanh-hoa")], tree)
    }
    assert need == {
        *("administrator", "definition-reviewer", "auditor", "inspection-team"),
        *("committee-chair", "committee-member"),
    }
    assert table.needs_second_factor([Held("a-role-of-some-procedure", "bcd138-thanh-hoa")], tree)
    assert not table.needs_second_factor([Held("a-role-of-some-procedure", "tho-thanh")], tree)


@pytest.mark.parametrize(
    ("role", "bodies", "place", "may"),
    [
        ("board-member", ["steering-committee"], "bcd-antt-tho-thanh", True),
        ("board-member", ["steering-committee"], "thanh-hoa", False),
        ("board-member", ["steering-committee"], "cong-an-thanh-hoa", False),
        ("unit-officer", ["subject"], "tho-thanh", True),
        ("unit-officer", ["subject"], "dai-hoc-hong-duc", True),
        ("unit-officer", ["subject"], "bcd138-thanh-hoa", False),
        ("administrator", [], "thanh-hoa", True),
        ("manager", [], "cong-an-thanh-hoa", True),
        ("auditor", [], "dai-hoc-hong-duc", False),
        ("nothing-known", [], "thanh-hoa", False),
    ],
)
def test_where_a_role_can_be_held(
    table: DutyTable, tree: OrganisationTree, role: str, bodies: list[str], place: str, may: bool
) -> None:
    assert table.may_sit(role, bodies, place, tree) is may


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "auditor"\nduty = "audits"', 'id = "auditor"\nduty = "nothing"', "there is no duty nothing"),
        ('id = "auditor"\nduty = "audits"', 'id = "auditors"\nduty = "audits"', "no duty is given for auditor"),
        ('id = "auditor"\nduty = "audits"', 'id = "manager"\nduty = "audits"', "listed twice"),
        ('where = "anywhere"', 'where = "here"', "where is"),
        ("second_person = true", 'second_person = "yes"', "must be true or false"),
        ("[unlisted]", "[unlistet]", "unknown entry unlistet"),
        ("[[incompatible]]\n", "[[incompatible]\n", "Expected"),
        ('second = ["administers", "publishes"]', 'second = ["administers", "publish"]', "there is no duty publish"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_a_sentence(old: str, new: str, said: str) -> None:
    assert old in SOURCE
    with pytest.raises(ConfigurationError) as refused:
        load_duties(SOURCE.replace(old, new).encode())
    assert said in str(refused.value)
