"""Roles by organisation with dates, deputies, permissions within a jurisdiction, separation of duties."""

from dataclasses import replace
from datetime import date

import pytest

from workflow.organisation.authority import Actor, Assignment, Deputyship, effective_assignments
from workflow.organisation.permissions import PERMISSIONS, Permission, permissions_of
from workflow.organisation.tree import OrganisationTree

ON = date(2023, 6, 15)
CHAIR = Assignment(
    id="a1", user_id="chair", role="commune-board", organisation_id="bcd-antt-xa-minh-hoa", valid_from=date(2023, 1, 1)
)
OWN = Assignment(
    id="a2",
    user_id="deputy",
    role="committee-member",
    organisation_id="bcd138-thuong-xuan",
    valid_from=date(2023, 1, 1),
    valid_to=date(2023, 12, 31),
)
LEAVE = Deputyship(
    id="d1",
    assignment_id="a1",
    deputy_user_id="deputy",
    valid_from=date(2023, 6, 1),
    valid_to=date(2023, 6, 30),
    paper="Giấy ủy quyền 01",
)


def actor(*assignments: Assignment) -> Actor:
    return Actor(user_id="deputy", name="Phó Mẫu", assignments=assignments)


def test_a_deputy_holds_the_lent_assignment_and_it_says_for_whom() -> None:
    held = effective_assignments("deputy", [OWN, CHAIR], [LEAVE], ON)
    assert held == (OWN, replace(CHAIR, user_id="deputy", via_deputy_of="chair"))
    assert actor(*held).groups == {"committee-member@bcd138-thuong-xuan", "commune-board@bcd-antt-xa-minh-hoa"}


@pytest.mark.parametrize("on", [date(2023, 5, 31), date(2023, 7, 1)])
def test_outside_the_dates_a_deputy_holds_only_their_own(on: date) -> None:
    assert effective_assignments("deputy", [OWN, CHAIR], [LEAVE], on) == (OWN,)


@pytest.mark.parametrize("on", [date(2023, 6, 1), date(2023, 6, 30)])
def test_the_first_and_the_last_day_both_count(on: date) -> None:
    assert len(effective_assignments("deputy", [OWN, CHAIR], [LEAVE], on)) == 2


def test_a_deputy_has_no_more_than_the_principal_has_that_day() -> None:
    ended = replace(CHAIR, valid_to=date(2023, 6, 10))
    assert effective_assignments("deputy", [OWN, ended], [LEAVE], ON) == (OWN,)


def test_the_principal_keeps_the_assignment_and_a_stranger_gets_nothing() -> None:
    assert effective_assignments("chair", [CHAIR], [LEAVE], ON) == (CHAIR,)
    assert effective_assignments("stranger", [CHAIR, OWN], [LEAVE], ON) == ()


def test_a_lent_assignment_cannot_be_lent_on() -> None:
    lent = replace(CHAIR, user_id="deputy", via_deputy_of="chair")
    onward = replace(LEAVE, id="d2", deputy_user_id="third")
    assert effective_assignments("third", [lent], [onward], ON) == ()


def test_own_assignments_come_before_those_of_a_deputy() -> None:
    own_board = replace(CHAIR, id="a3", user_id="deputy")
    held = effective_assignments("deputy", [CHAIR, own_board], [LEAVE], ON)
    chosen = actor(*held).in_group({"commune-board@bcd-antt-xa-minh-hoa"})
    assert chosen == own_board


def test_roles_and_where_they_are_held() -> None:
    holder = actor(OWN)
    assert holder.has_role("committee-member")
    assert not holder.has_role("commune-board")
    assert holder.organisations("committee-member") == ("bcd138-thuong-xuan",)
    assert holder.in_group({"commune-board@bcd-antt-xa-minh-hoa"}) is None


@pytest.mark.parametrize(
    ("role", "at", "permission", "organisation", "allowed"),
    [
        ("commune-board", "bcd-antt-xa-minh-hoa", "act", "xa-minh-hoa", True),
        ("commune-board", "bcd-antt-xa-minh-hoa", "read_case", "hop-tac-xa-minh-hoa", True),
        ("commune-board", "bcd-antt-xa-minh-hoa", "act", "xa-lang-gieng", False),
        ("commune-board", "bcd-antt-xa-minh-hoa", "operate", "xa-minh-hoa", False),
        ("commune-board", "bcd-antt-xa-minh-hoa", "audit", "xa-minh-hoa", False),
        ("unit-clerk", "xa-minh-hoa", "act", "xa-minh-hoa", True),
        ("unit-clerk", "xa-minh-hoa", "read_case", "hop-tac-xa-minh-hoa", False),
        ("unit-clerk", "hop-tac-xa-minh-hoa", "read_case", "xa-minh-hoa", False),
        ("manager", "cong-an-thuong-xuan", "manage_tasks", "bcd-antt-xa-minh-hoa", True),
        ("manager", "cong-an-thuong-xuan", "operate", "dien-bien", False),
        ("manager", "cong-an-thanh-hoa", "act", "xa-minh-hoa", False),
        ("auditor", "thanh-hoa", "audit", "xa-minh-hoa", True),
        ("auditor", "thanh-hoa", "act", "xa-minh-hoa", False),
        ("auditor", "thanh-hoa", "manage_tasks", "xa-minh-hoa", False),
        ("administrator", "thanh-hoa", "administer_definitions", None, True),
        ("administrator", "thanh-hoa", "act", "xa-minh-hoa", False),
        ("administrator", "thanh-hoa", "review_definitions", None, False),
        ("definition-reviewer", "thanh-hoa", "administer_definitions", None, False),
    ],
)
def test_a_permission_needs_the_role_and_the_jurisdiction(
    tree: OrganisationTree, role: str, at: str, permission: Permission, organisation: str | None, allowed: bool
) -> None:
    holder = actor(replace(OWN, role=role, organisation_id=at))
    assert holder.can(permission, organisation, tree, ON) is allowed


def test_an_ended_assignment_permits_nothing(tree: OrganisationTree) -> None:
    holder = actor(OWN)
    assert holder.can("act", "xa-minh-hoa", tree, ON)
    assert not holder.can("act", "xa-minh-hoa", tree, date(2024, 1, 1))


def test_the_authority_tells_by_which_assignment(tree: OrganisationTree) -> None:
    lent = replace(CHAIR, user_id="deputy", via_deputy_of="chair")
    assert actor(lent).authority("act", "xa-minh-hoa", tree, ON) == lent


def test_nobody_both_changes_and_reviews_definitions_or_both_runs_and_decides() -> None:
    for permissions in PERMISSIONS.values():
        assert not {"administer_definitions", "review_definitions"} <= permissions
        assert "act" not in permissions
    assert permissions_of("any-role-of-a-procedure") == {"read_case", "act"}
