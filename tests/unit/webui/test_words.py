"""Whatever can occur has a word, in English and in Vietnamese: elements, kinds of fields, states, results and what becomes of things."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.pofile import read_po
from flask_babel import force_locale

from tests.support.gallery import gallery_app
from webui.auditing.words import CHECKPOINT_KINDS, NODE_KINDS
from webui.campaigns.campaigns import CAMPAIGN_STEPS
from webui.casework.answers import MAKERS
from webui.moving.words import GIVING_UP, ITEM_STATES, READINESS, STATES as MOVE_STATES, WAIT_FATES, WAITS
from webui.places.calendar import DAY_KINDS
from webui.places.organisations import SUCCESSIONS
from webui.procedures import words as procedures
from webui.trials.trials import DEEDS, STATUSES
from webui.words import CAMPAIGN_STATES, CASE_STATES, LEVELS, RESULTS, SYSTEM_ROLES, TASK_STATES, VERSION_STATES
from workflow.audit.checkpoint import CheckpointKind
from workflow.calendar.deadlines import Semantics
from workflow.calendar.seed import CalendarDay
from workflow.engine.migration.plan import WaitFate
from workflow.lifecycle.campaign import CAMPAIGN, CampaignState
from workflow.lifecycle.case import CaseState
from workflow.lifecycle.definition_version import DEFINITION_VERSION, VersionState
from workflow.lifecycle.user_task import TaskState
from workflow.model import elements
from workflow.model.user_task import FIELD_KINDS
from workflow.organisation import permissions
from workflow.organisation.records import Level, SuccessionKind
from workflow.packages.comparison import Change, Subject
from workflow.recognition.assessment import Completeness, ResultValue
from workflow.recognition.criteria import CriterionKind
from workflow.services.moving.views import MigrationSummary, Readiness, WaitView
from workflow.simulation.actions import Kind
from workflow.simulation.saved_runs import STATUSES as TRIAL_STATUSES
from workflow.store.moving import STATUSES as ITEM_STATUSES

FOLDER = Path(__file__).parents[3] / "webui" / "translations" / "vi"


def elements_of_diagrams() -> set[str]:
    """The classes of what a diagram can hold, without those that only others are derived from."""
    nodes = {
        name for name, one in vars(elements).items() if isinstance(one, type) and issubclass(one, elements.FlowNode)
    }
    return nodes - {"FlowNode", "Activity", "Event"}


def words() -> Iterable[tuple[str, Mapping[Any, Any], Iterable[str]]]:
    """(what they are words of, the words, everything that can occur)."""
    yield "elements", NODE_KINDS, elements_of_diagrams()
    yield "states of a task", TASK_STATES, list(TaskState)
    yield "states of a case", CASE_STATES, list(CaseState)
    yield "states of a case on a version", procedures.CASE_STATES, list(CaseState)
    yield "states of a version", VERSION_STATES, list(VersionState)
    yield "steps of a version", procedures.STEPS, {line.trigger for line in DEFINITION_VERSION.table}
    yield "states of a campaign", CAMPAIGN_STATES, list(CampaignState)
    yield "steps of a campaign", CAMPAIGN_STEPS, {line.trigger for line in CAMPAIGN.table}
    yield "results of a criterion", RESULTS, get_args(ResultValue)
    yield "kinds of criteria", procedures.CRITERION_KINDS, get_args(CriterionKind)
    yield "completeness", procedures.COMPLETENESS, get_args(Completeness)
    yield "days of a deadline", procedures.SEMANTICS, get_args(Semantics)
    yield "subjects of a comparison", procedures.SUBJECTS, get_args(Subject)
    yield "changes", procedures.CHANGES, get_args(Change.__annotations__["kind"])
    yield "levels", LEVELS, get_args(Level)
    yield "roles of the installation", SYSTEM_ROLES, permissions.SYSTEM_ROLES
    yield "successions", SUCCESSIONS, get_args(SuccessionKind)
    yield "days of the calendar", DAY_KINDS, get_args(CalendarDay.__annotations__["kind"])
    yield "kinds of checkpoints", CHECKPOINT_KINDS, list(CheckpointKind)
    yield "states of a moved case", ITEM_STATES, ITEM_STATUSES
    yield "states of a move", MOVE_STATES, get_args(MigrationSummary.__annotations__["status"])
    yield "readiness to move", READINESS, get_args(Readiness)
    yield "what waits", WAITS, get_args(WaitView.__annotations__["what"])
    yield "what becomes of what waits", WAIT_FATES, get_args(WaitFate)
    yield "states of a trial", STATUSES, TRIAL_STATUSES
    yield "deeds of a trial", DEEDS, get_args(Kind)
    yield "ways of giving up", GIVING_UP, ("compensation", "done")


TABLES = {what: (said, occurs) for what, said, occurs in words()}


@pytest.mark.parametrize("what", TABLES)
def test_everything_that_can_occur_has_a_word(what: str) -> None:
    said, occurs = TABLES[what]

    assert {str(one) for one in occurs} - {str(key) for key in said} == set()


@pytest.fixture(scope="module")
def vietnamese() -> Mapping[str, str]:
    """English text → its translation."""
    found: dict[str, str] = {}
    for path in FOLDER.glob("*.po"):
        with path.open("rb") as file:
            found |= {str(one.id): str(one.string) for one in read_po(file, locale="vi") if one.id}
    return found


def english(said: Mapping[Any, Any]) -> dict[str, str]:
    """Key → the word as the code has it."""
    with gallery_app().test_request_context(), force_locale("en"):
        return {str(key): str(word[0] if isinstance(word, tuple) else word) for key, word in said.items()}


@pytest.mark.parametrize("what", [*TABLES, "changed properties"])
def test_every_word_is_said_in_both_languages(what: str, vietnamese: Mapping[str, str]) -> None:
    more = {"changed properties": procedures.PROPERTIES}
    said = more[what] if what in more else TABLES[what][0]

    assert {key: word for key, word in english(said).items() if not vietnamese.get(word)} == {}


def test_every_kind_of_field_can_be_entered() -> None:
    assert MAKERS.keys() == set(FIELD_KINDS)
