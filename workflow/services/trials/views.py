"""What the pages of a trial show, in words of both languages: where its tokens stand, what is ahead, the way so far and why."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.engine import events as e
from workflow.engine.codec import event_to_json
from workflow.feel.values import coerce, to_json
from workflow.model.elements import UserTask
from workflow.model.findings import Finding
from workflow.model.user_task import Label, UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.recognition.criteria import CriteriaSet
from workflow.services.auditing.explanations import Explainer, Explanation
from workflow.services.ground.labels import node_label, outcome_label
from workflow.services.ground.words import ValueWords
from workflow.services.trials.entries import Entry, criteria_for, entries_of, read_entries, suggested
from workflow.simulation.actions import Action
from workflow.simulation.session import Session, refused
from workflow.simulation.waits import Waiting
from workflow.store.procedures import VersionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a trial of a version could begin with. With `faults` it cannot run; `paths`: the package's diagrams."""

    version: VersionRecord
    faults: tuple[Finding, ...]
    may_edit: bool
    start_at: datetime | None = None
    variables: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An outcome of a user task. `refusal` says why it is not possible with the suggested entries, where it is not."""

    id: str
    label: Label
    reason: str
    refusal: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """One thing that can be done next. `index` names it in the next step; `starts`: it would start a process."""

    index: int
    kind: str
    node_id: str
    label: Label
    target: str
    starts: bool = False
    due_at: datetime | None = None
    key: str = ""
    handler: str = ""
    entries: tuple[Entry, ...] = ()
    choices: tuple[Choice, ...] = ()
    inputs: tuple[tuple[Label, Label], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One step that was taken: what was done where, and the outcome or error code."""

    kind: str
    label: Label
    said: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One entry into a node, with why the token went on as it did."""

    node_id: str
    label: Label
    why: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that cannot go on, as a message template and its values."""

    node_id: str
    label: Label
    template: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Where a trial stands. `run` is the whole of it as text: a later step begins from it.

    `tokens`: node id and how many; `flows`: those that tokens took. `path`: the main process's file.
    """

    version: VersionRecord
    path: str
    run: str
    status: str
    begun_at: datetime
    now: datetime
    tokens: Mapping[str, int]
    places: tuple[tuple[Label, int], ...]
    nodes: tuple[str, ...]
    flows: tuple[str, ...]
    ahead: tuple[Ahead, ...]
    more_ahead: int
    deeds: tuple[Deed, ...]
    trace: tuple[Passed, ...]
    earlier: int
    ends: tuple[Label, ...]
    troubles: tuple[Trouble, ...]
    variables: tuple[tuple[Label, Label], ...]
    stopped_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a person does next: the `index` of what is ahead, and what was entered for it.

    `variables` is JSON as text; `error`: the code with which machine work fails.
    """

    index: int
    outcome: str | None = None
    entries: Mapping[str, str]
    variables: str = ""
    reason: str = ""
    error: str = ""


MOST_AHEAD = 20
MOST_PASSED = 300
_MOST_VARIABLES = 100


class Teller:
    """Tells trials of one package."""

    def __init__(self, version: VersionRecord, package: ProcedurePackage) -> None:
        self._version = version
        self._package = package
        self._words = ValueWords(package, {})

    def trial(self, session: Session, *, stopped_early: bool = False) -> Trial:
        """Where the session stands."""
        trace = self._trace(session)
        tokens = dict(session.tokens)
        ahead = session.waiting
        flows = dict.fromkeys(flow for entry in session.trace for flow in entry.flow_ids)
        return Trial(
            version=self._version,
            path=self._package.manifest.process,
            run=json.dumps(session.to_json(), ensure_ascii=False, separators=(",", ":")),
            status=session.status,
            begun_at=session.begun_at,
            now=session.now,
            tokens=tokens,
            places=tuple((self._node(node_id), count) for node_id, count in tokens.items()),
            nodes=tuple(dict.fromkeys(session.visited)),
            flows=tuple(flows),
            ahead=tuple(self._ahead(session, index, one) for index, one in enumerate(ahead[:MOST_AHEAD])),
            more_ahead=max(0, len(ahead) - MOST_AHEAD),
            deeds=tuple(self._deed(action) for action in session.actions),
            trace=trace[-MOST_PASSED:],
            earlier=max(0, len(trace) - MOST_PASSED),
            ends=tuple(map(self._node, session.end)),
            troubles=tuple(self._trouble(one) for one in session.incidents),
            variables=self._variables(session.variables),
            stopped_early=stopped_early,
        )

    def _node(self, node_id: str) -> Label:
        return node_label(self._package, node_id)

    def _trace(self, session: Session) -> tuple[Passed, ...]:
        whys = self._whys(session)
        return tuple(
            Passed(
                node_id=entry.node_id,
                label=self._node(entry.node_id),
                why=whys.get((entry.instance, entry.activity_id)),
            )
            for entry in session.trace
            if (entry.instance, entry.activity_id) not in session.pool.loops
        )

    def _whys(self, session: Session) -> dict[tuple[int, str], Explanation]:
        explainer = Explainer()
        found = {}
        for index, event in session.pool.events:
            if isinstance(event, e.GatewayDecided | e.RuleEvaluated):
                payload = event_to_json(event)
                why = explainer.explain_payload(type(event).__name__, payload, self._package, {}, self._words)
                if why is not None:
                    found[index, event.activity_id] = why
        return found

    def _ahead(self, session: Session, index: int, waiting: Waiting) -> Ahead:
        spec = spec_of_node(session, waiting)
        criteria = criteria_for(self._package, spec, waiting.variables, session.now) if spec is not None else None
        return Ahead(
            index=index,
            kind=waiting.kind,
            node_id=waiting.node_id,
            label=self._node(waiting.node_id),
            target=waiting.target,
            starts=waiting.instance is None,
            due_at=waiting.due_at,
            key="" if waiting.key is None else json.dumps(to_json(waiting.key), ensure_ascii=False),
            handler=waiting.handler,
            entries=entries_of(spec, session.now, criteria) if spec is not None else (),
            choices=tuple(choices_of(spec, waiting, session.now, criteria)) if spec is not None else (),
            inputs=self._variables(waiting.variables) if waiting.kind == "job" else (),
        )

    def _deed(self, action: Action) -> Deed:
        label = self._node(action.target)
        if action.error:
            return Deed(kind="error", label=label, said=Label(vi=action.error, en=action.error))
        said = outcome_label(self._package, action.target, action.outcome) if action.outcome else None
        return Deed(kind=action.kind, label=label, said=said)

    def _trouble(self, found: Any) -> Trouble:
        return Trouble(
            node_id=found.node_id,
            label=self._node(found.node_id),
            template=found.template or "%(message)s",
            params=found.params if found.template else {"message": found.message},
        )

    def _variables(self, variables: Any) -> tuple[tuple[Label, Label], ...]:
        shown = list(variables.items())[:_MOST_VARIABLES]
        return tuple((self._words.key(name), self._words.value(to_json(coerce(value)), name)) for name, value in shown)


def spec_of_node(session: Session, waiting: Waiting) -> UserTaskSpec | None:
    """The properties of the user task that waits, if it is one."""
    if waiting.kind != "node":
        return None
    node = session.pool.program.processes[waiting.process_id].all_nodes.get(waiting.node_id)
    return node.spec if isinstance(node, UserTask) else None


def choices_of(
    spec: UserTaskSpec, waiting: Waiting, now: datetime, criteria: CriteriaSet | None = None
) -> list[Choice]:
    """The outcomes, and which of them the suggested entries do not permit."""
    if spec.criteria_set is not None and criteria is None:
        return [Choice(id=one.id, label=one.label, reason=one.reason, refusal=None) for one in spec.outcomes]
    result = read_entries(spec, suggested(spec, now, criteria), criteria)
    return [
        Choice(
            id=outcome.id,
            label=outcome.label,
            reason=outcome.reason,
            refusal=refused(outcome, {**waiting.variables, **result}, now),
        )
        for outcome in spec.outcomes
    ]
