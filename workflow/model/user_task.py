"""What a user task asks of people: who, by when, with which outcomes, against which criteria; and what it gives to the process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from workflow.model.expressions import Expression, Value

FieldKind = Literal["text", "longtext", "date", "integer", "decimal", "boolean", "choice", "users"]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text in both languages of the screens."""

    vi: str
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One of the reasons for which an outcome may be impossible: that `holds` is not true. `text` then says so."""

    holds: Expression
    text: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way of finishing a task.

    `reason`: whether the assignee must say why. `condition`: FEEL over the task's own result (`assessment`, the fields by
    name) and the process variables; while it is not true the outcome is refused and `refusal` says why, or the first of
    `causes` that applies.
    `reason_per_criterion`: a return names the criteria to correct. `effect`: how pages colour it.
    """

    id: str
    label: Label
    reason: Literal["none", "optional", "required"] = "none"
    reason_per_criterion: bool = False
    condition: Expression | None = None
    refusal: Label | None = None
    effect: Literal["forward", "back", "end", "neutral"] = "forward"
    complete: bool = True
    """Whether the assessment, the papers and the compulsory fields must be complete for this outcome."""
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One entry of the task's form. `users` lists users who hold `role` at the body `jurisdiction` names."""

    id: str
    kind: FieldKind
    label: Label
    hint: Label | None = None
    required: bool = False
    choices: tuple[tuple[str, Label], ...] = ()
    minimum: Expression | None = None
    maximum: Expression | None = None
    role: str | None = None
    jurisdiction: Value | None = None
    within: str | None = None
    """Another `users` field of this task whose choice bounds this one (present and recused are within the roster)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of the dossier that must be attached before the task can be completed with a `complete` outcome."""

    id: str
    label: Label
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """The share of the roster that must be present and not recused; fields of the same task give the three lists.

    `reasons` is the field that says why somebody is recused. `decides` is the task that the session leads to: where everybody who
    could do it is recused, the field `signer` says who does.
    """

    roster: str
    present: str
    recused: str | None
    numerator: int
    denominator: int
    reasons: str | None = None
    signer: str | None = None
    decides: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskSpec:
    """The whole of a user task's properties.

    `candidate_groups`, `assignee`, `due_date`, `follow_up_date`, `priority` come from the Camunda 7 namespace: a value that
    starts with `=` is FEEL. The rest comes from our own namespace. `jurisdiction` names the organisation whose role
    holders may act: `subject` (the unit itself) or `<body kind>@<level>`, as text or FEEL. `separate_from` lists user tasks
    whose doer in this case may not do this one.
    """

    stage: str = ""
    stage_label: Label | None = None
    label: Label | None = None
    help: Label | None = None
    candidate_groups: tuple[Value, ...] = ()
    assignee: Value | None = None
    due_date: Value | None = None
    follow_up_date: Value | None = None
    priority: Value | None = None
    jurisdiction: Value | None = None
    outcomes: tuple[Outcome, ...] = ()
    separate_from: tuple[str, ...] = ()
    criteria_set: Value | None = None
    completeness: Literal["none", "result", "evidence"] | None = None
    """What every criterion needs; None where the definition does not say: see `needs`."""
    compare_with: tuple[str, ...] = ()
    """Earlier user tasks whose assessments stand beside this one; a result that differs from the last needs a reason."""
    carry_over: str | None = None
    """The user task whose results this assessment starts from."""
    fields: tuple[FormField, ...] = ()
    papers: tuple[Paper, ...] = ()
    quorum: Quorum | None = None
    closed_until: tuple[str, ...] = ()
    """Of a task that several people do: the unit does not read what they enter until one of these tasks is completed."""
    answer_within: str | None = "WT3D"
    """How many working days the unit has to explain a criterion that whoever does this task asks about; None where nobody asks here."""
    primary: Label | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def needs(self) -> Literal["none", "result", "evidence"]:
        """What every criterion needs: a result wherever there is a criteria set, unless the definition says otherwise."""
        if self.completeness is not None:
            return self.completeness
        return "none" if self.criteria_set is None else "result"


# What a process sees of a user task that has been done: one variable, named as the node, that holds a context.

OUTCOME = "outcome"
REASON = "reason"


def task_result(outcome: str, values: Mapping[str, Any], reason: str = "") -> dict[str, Any]:
    """The context: which outcome was chosen, the form's fields by id, and why."""
    return {OUTCOME: outcome, **values, REASON: reason}


def result_variables(node_id: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that completing the user task `node_id` sets."""
    return {node_id: dict(result)}
