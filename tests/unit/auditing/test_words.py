"""What an event, a diagram or a form can show has a word in both languages: fields, elements, states, results, outcomes."""

from dataclasses import fields
from typing import Any

import pytest

from tests.support.world import shipped_package
from webui.auditing import words
from workflow.audit.facts.casework import RESULTS
from workflow.calendar.seed import CalendarDay
from workflow.lifecycle.campaign import CampaignState
from workflow.lifecycle.case import CaseState
from workflow.lifecycle.definition_version import VersionState
from workflow.lifecycle.user_task import TaskState
from workflow.model import elements
from workflow.organisation.records import Succession
from workflow.packages.package import load_published
from workflow.services.accounts.accounts import SECRET
from workflow.services.casework import assessments
from workflow.services.ground.changes import FIELDS
from workflow.services.ground.language import translated
from workflow.services.ground.words import KNOWN
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord, UserRecord
from workflow.store.campaigns import CampaignRecord, CampaignUnitRecord
from workflow.store.places import OrganisationRecord
from workflow.store.procedures import VersionRecord

RECORDED = (
    UserRecord,
    AssignmentRecord,
    DeputyshipRecord,
    OrganisationRecord,
    Succession,
    CalendarDay,
    VersionRecord,
    CampaignRecord,
    CampaignUnitRecord,
)
"""Records that facts hold whole, or field by field where they were changed."""
ENTERED = {"assignee", "state", "result", "figures", "statement", "reason"}
DEADLINE = {"last_day", "due_at", "remind_at", "escalate_to", "late", "label_vi", "label_en"}
BASES = {"FlowNode", "Activity", "Event"}


def english(text: Any) -> str:
    """The id of a text that is translated when a page is made."""
    return str(text._args[0])


@pytest.mark.parametrize("kind", RECORDED, ids=lambda kind: str(kind.__name__))
def test_every_field_of_what_is_recorded_has_a_name(kind: Any) -> None:
    assert {item.name for item in fields(kind)} - SECRET - FIELDS.keys() == set()


def test_every_field_of_tasks_and_deadlines_has_a_name() -> None:
    assert (ENTERED | DEADLINE) - FIELDS.keys() == set()


def test_every_element_that_a_diagram_can_have_has_a_name() -> None:
    found = {
        name
        for name, kind in vars(elements).items()
        if isinstance(kind, type) and issubclass(kind, elements.FlowNode) and name not in BASES
    }

    assert len(found) > 20
    assert found - words.NODE_KINDS.keys() == set()


@pytest.mark.parametrize("states", [CaseState, TaskState, CampaignState, VersionState])
def test_every_state_has_a_word(states: Any) -> None:
    assert {str(state) for state in states} - words.VALUES["state"].keys() == set()


def test_every_result_of_a_criterion_has_a_word() -> None:
    assert set(RESULTS) == set(assessments.RESULTS) <= words.VALUES["result"].keys()


@pytest.mark.parametrize("table", [words.NODE_KINDS, words.CHECKPOINT_KINDS, *words.VALUES.values()])
def test_every_word_of_a_page_stands_in_vietnamese(table: dict[str, Any]) -> None:
    lacking = [
        key for key, text in table.items() if key != "email" and translated("vi", english(text)) == english(text)
    ]

    assert lacking == []


def test_every_word_of_a_value_stands_in_vietnamese() -> None:
    known = {**KNOWN, **FIELDS}
    same_in_both = [key for key, text in known.items() if translated("vi", text) == translated("en", text)]

    assert same_in_both == []


def test_every_outcome_and_choice_of_the_shipped_procedure_has_both_languages() -> None:
    package = load_published(shipped_package())
    tasks = [task for process in package.bpmn.processes.values() for task in process.user_tasks.values()]
    labels = [one.label for task in tasks for one in task.spec.outcomes]
    labels += [item.label for task in tasks for item in task.spec.fields]
    labels += [label for task in tasks for item in task.spec.fields for _, label in item.choices]

    assert len(labels) > 20
    assert [label for label in labels if not (label.vi and label.en)] == []
