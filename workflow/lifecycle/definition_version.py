"""The version of a procedure package: one person writes it, a second one publishes it."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, TransitionRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with
from workflow.spelling import entered


class VersionState(StrEnum):
    """Only a draft can be changed; a retired version starts no cases, those that run on it go on."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionContext:
    """What is true of the actor and the version.

    `is_editor`: may administer definitions. `is_reviewer`: may review them. `is_author`: wrote or submitted any part of this
    version. `is_checked`: the last check was of exactly these files. `error_findings`: number of findings that forbid publishing.
    """

    is_editor: bool = False
    is_reviewer: bool = False
    is_author: bool = False
    is_checked: bool = True
    error_findings: int = 0
    reason: str = ""
    who_can_act: tuple[str, ...] = ()


_ONLY_EDITOR = N_("Only an administrator of definitions may do that.")
_ONLY_REVIEWER = N_("Only a reviewer of definitions may publish a version.")
_ONLY_EITHER = N_("Only an administrator or a reviewer of definitions may do that.")
_SECOND_PERSON = N_("Whoever wrote or submitted this version may not publish it: a second person must.")
_FINDINGS = N_("The version has %(count)s findings that must be put right first.")
_BEING_CHECKED = N_("The version is still being checked. Load the page again in a moment.")
_NO_REASON = N_("Give a reason.")

IS_EDITOR: Guard[VersionContext] = Guard(
    "is_editor", lambda c: c.is_editor, refuse_with(TransitionRefused, _ONLY_EDITOR)
)
IS_REVIEWER: Guard[VersionContext] = Guard(
    "is_reviewer", lambda c: c.is_reviewer, refuse_with(TransitionRefused, _ONLY_REVIEWER)
)
IS_EITHER: Guard[VersionContext] = Guard(
    "is_editor_or_reviewer", lambda c: c.is_editor or c.is_reviewer, refuse_with(TransitionRefused, _ONLY_EITHER)
)
IS_SECOND_PERSON: Guard[VersionContext] = Guard(
    "is_second_person", lambda c: not c.is_author, refuse_with(TransitionRefused, _SECOND_PERSON)
)
IS_CHECKED: Guard[VersionContext] = Guard(
    "is_checked", lambda c: c.is_checked, refuse_with(TransitionRefused, _BEING_CHECKED), of_actor=False
)
NO_ERRORS: Guard[VersionContext] = Guard(
    "no_errors",
    lambda c: c.error_findings == 0,
    refuse_with(TransitionRefused, _FINDINGS, count=lambda c: c.error_findings),
    of_actor=False,
)
HAS_REASON: Guard[VersionContext] = Guard(
    "has_reason",
    lambda c: bool(entered(c.reason)),
    refuse_with(TransitionRefused, _NO_REASON),
    of_input=True,
    of_actor=False,
)

DRAFT, IN_REVIEW = VersionState.DRAFT.value, VersionState.IN_REVIEW.value
PUBLISHED, RETIRED = VersionState.PUBLISHED.value, VersionState.RETIRED.value

TRANSITIONS: tuple[Transition[VersionContext], ...] = (
    Transition("submit", (DRAFT,), IN_REVIEW, (IS_EDITOR, IS_CHECKED, NO_ERRORS)),
    Transition("publish", (IN_REVIEW,), PUBLISHED, (IS_REVIEWER, IS_SECOND_PERSON, IS_CHECKED, NO_ERRORS)),
    Transition("return_to_draft", (IN_REVIEW,), DRAFT, (IS_EITHER, HAS_REASON)),
    Transition("retire", (PUBLISHED,), RETIRED, (IS_EDITOR, HAS_REASON)),
)

DEFINITION_VERSION = Lifecycle("definition version", VersionState, VersionState.DRAFT, TRANSITIONS)
