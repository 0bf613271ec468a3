"""What an event says was changed is told in words: every field of every record and of what it holds, and days as people write them."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from tests.support.world import shipped_package
from workflow.audit.facts.fact import key_of
from workflow.audit.facts.registry import FACTS
from workflow.calendar.seed import CalendarDay
from workflow.calendar.working_time import WorkingCalendar
from workflow.model.user_task import Label
from workflow.organisation.records import Succession
from workflow.packages.package import ProcedurePackage, load_published
from workflow.services.accounts.accounts import SECRET
from workflow.services.campaigns.campaigns import resolve_deadlines
from workflow.services.ground.changes import Change, changes_in
from workflow.services.ground.words import ValueWords
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord, UserRecord
from workflow.store.campaigns import CampaignRecord, CampaignUnitRecord
from workflow.store.places import OrganisationRecord
from workflow.store.procedures import VersionRecord

PACKAGES = {label: load_published(shipped_package(label)) for label in ("2023", "2025")}
ONE = "a single value"
TASK = ("state", "assignee", "on_behalf_of")
ENTRY = ("result", "figures", "statement", "reason")
HELD: Mapping[str, Any] = {
    "CriterionAssessed": ENTRY,
    "TaskClaimed": TASK,
    "TaskStarted": TASK,
    "TaskReleased": TASK,
    "TaskReassigned": TASK,
    "TaskDelegated": TASK,
    "TaskGivenBack": TASK,
    "TaskSentBack": TASK,
    "UserCreated": UserRecord,
    "UserChanged": UserRecord,
    "RoleAssigned": AssignmentRecord,
    "DeputyAppointed": DeputyshipRecord,
    "OrganisationAdded": OrganisationRecord,
    "OrganisationChanged": OrganisationRecord,
    "OrganisationEnded": OrganisationRecord,
    "OrganisationSucceeded": (*(item.name for item in fields(Succession)), *(f.name for f in fields(OrganisationRecord))),
    "CalendarDaySet": CalendarDay,
    "CalendarDayRemoved": CalendarDay,
    "CalendarSeeded": CalendarDay,
    "VersionCreated": VersionRecord,
    "CampaignCreated": CampaignRecord,
    "CampaignUnitRemoved": CampaignUnitRecord,
    "DeadlineChanged": ("last_day", "due_at", "remind_at", "escalate_to", "late", "label_vi", "label_en"),
}  # fmt: skip
"""What the objects hold that facts have before and after: a record, or these fields."""
RAW = re.compile(r"[a-z]+_[a-z_]+|\d{4}-\d{2}-\d{2}")


def words(package: ProcedurePackage | None = None) -> ValueWords:
    return ValueWords(package, {})


def unsaid(found: tuple[Change, ...]) -> list[str]:
    """Fields whose last part stands as it was recorded, and names and days within values."""
    bare = [one.field for one in found if one.called.vi.split(" › ")[-1] == one.field.split(".")[-1]]
    return bare + [text for one in found for text in (one.old.vi, one.new.vi) if RAW.search(text)]


def pairs() -> dict[str, list[str]]:
    """Fact → its fields that are told as a change and may be objects or lists."""
    found: dict[str, list[str]] = {}
    for name, kind in FACTS.items():
        for item in fields(kind):
            told = key_of(item.name) in ("old", "new", "from", "to", "changes")
            if told and ("Mapping" in str(item.type) or "Sequence" in str(item.type)):
                found.setdefault(name, []).append(key_of(item.name))
    return found


def test_it_is_known_of_every_fact_what_its_objects_hold() -> None:
    assert pairs().keys() == HELD.keys()


@pytest.mark.parametrize("name", HELD)
def test_every_field_that_a_fact_can_show_as_changed_has_words(name: str) -> None:
    held = HELD[name]
    names = held if isinstance(held, tuple) else [item.name for item in fields(held) if item.name not in SECRET]
    object_ = {field: f"x{number}" for number, field in enumerate(names)}
    keys = pairs()[name]
    if "changes" in keys:
        payload: dict[str, Any] = {"changes": {field: {"old": "x", "new": "y"} for field in names}}
    else:
        payload = {keys[-1]: [object_] if name == "CalendarSeeded" else object_}

    found = changes_in(payload, words())

    assert found
    assert unsaid(found) == []


@pytest.mark.parametrize("key", PACKAGES)
def test_deadlines_are_told_by_their_names_and_days_as_people_write_them(key: str) -> None:
    package = PACKAGES[key]
    deadlines = resolve_deadlines(package, 2026, WorkingCalendar())
    assert len(deadlines) > 5

    found = changes_in({"new": {"deadlines": deadlines}}, words(package))

    assert (
        unsaid(tuple(one for one in found if not one.field.endswith(("label_vi", "label_en", "escalate_to", "late"))))
        == []
    )
    assert {
        one.field.split(".")[-1] for one in found if one.called.vi.split(" › ")[-1] == one.field.split(".")[-1]
    } == set()
    labels = {rule.label.vi for rule in package.deadlines.values()}
    assert {one.called.vi.split(" › ")[1] for one in found} == labels


@pytest.mark.parametrize("key", PACKAGES)
def test_figures_and_values_of_a_definition_are_told_by_their_labels(key: str) -> None:
    package = PACKAGES[key]
    figures = {
        figure.id: 1
        for criteria in package.criteria_sets.values()
        for criterion in criteria.criteria.values()
        for figure in criterion.figures
    }
    entered = {
        item.id: "x"
        for process in package.bpmn.processes.values()
        for task in process.user_tasks.values()
        for item in task.spec.fields
    }
    assert figures
    assert entered

    found = changes_in({"from": {"figures": figures}, "to": {"figures": {}, "values": entered}}, words(package))

    assert len(found) == len(figures) + len(entered)
    assert unsaid(found) == []


def test_an_object_is_compared_leaf_by_leaf_and_what_is_equal_is_left_out() -> None:
    old = {"deadlines": {"a": {"label_vi": "Hạn A", "due_at": "2026-03-02T17:00:00+07:00", "late": "warn"}}}
    new = {"deadlines": {"a": {"label_vi": "Hạn A", "due_at": "2026-03-09T17:00:00+07:00", "late": "warn"}}}

    (one,) = changes_in({"old": old, "new": new}, words())

    assert (one.field, one.called.vi) == ("deadlines.a.due_at", "Thời hạn › Hạn A › Hạn xử lý")
    assert (one.old.vi, one.new.vi) == ("17:00 02/03/2026", "17:00 09/03/2026")


def test_an_organisation_is_named_not_told_by_its_id() -> None:
    """Given a role at an organisation, when it is told, then the organisation has its name; one that nobody knows keeps its id."""
    known = {"xa-minh-hoa": Label(vi="Xã Minh Họa", en="Minh Họa Commune")}
    words = ValueWords(None, {}, lambda key: known.get(key, Label(vi=key, en=key)))

    (told,) = changes_in({"old": {"organisation_id": "xa-xua"}, "new": {"organisation_id": "xa-minh-hoa"}}, words)

    assert (told.old.vi, told.new.vi, told.new.en) == ("xa-xua", "Xã Minh Họa", "Minh Họa Commune")
