"""Why a case went the way it did: a gateway's conditions with their inputs, a rule's inputs with the rows that matched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.engine.events import GatewayDecided, RuleEvaluated
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.packages.rule_lines import rule_lines
from workflow.services.ground.labels import flow_label, node_label
from workflow.services.ground.payloads import Names, pairs_of, text_of
from workflow.services.ground.words import ValueWords

Pairs = tuple[tuple[str, str], ...]
"""Names and texts, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionView:
    """One condition: `result` None means that it could not be evaluated to true or false."""

    flow_id: str
    flow: Label
    expression: str
    inputs: Pairs
    result: bool | None
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """Which flows were taken from a node and why; `default_taken`: because no condition was true."""

    node: Label
    taken: tuple[Label, ...]
    default_taken: bool
    conditions: tuple[ConditionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A row of a decision table that matched, as it stands in the definition."""

    id: str
    position: str
    inputs: Pairs
    outputs: Pairs
    annotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A decision: from which inputs, by which rows, to which value."""

    decision: str
    inputs: Pairs
    rows: tuple[RuleRow, ...]
    value: str
    value_said: Label
    inputs_said: tuple[tuple[Label, Label], ...]
    words: ValueWords


Explanation = GatewayView | RuleView


class Explainer:
    """Explains events; the rows of a package's rules are read once."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[str, str], RuleRow]] = {}

    def explain(
        self, event: AuditEvent, package: ProcedurePackage | None, names: Names, words: ValueWords
    ) -> Explanation | None:
        """The explanation that the event holds, or None."""
        return self.explain_payload(event.type, event.payload, package, names, words)

    def explain_payload(
        self, kind: str, payload: Mapping[str, Any], package: ProcedurePackage | None, names: Names, words: ValueWords
    ) -> Explanation | None:
        """As `explain`, of an engine event in JSON that was never recorded (a trial's)."""
        if kind == GatewayDecided.__name__:
            return _gateway(payload, package, names)
        if kind == RuleEvaluated.__name__:
            return self._rule(payload, package, names, words)
        return None

    def _rule(
        self, payload: Mapping[str, Any], package: ProcedurePackage | None, names: Names, words: ValueWords
    ) -> RuleView:
        decision = str(payload.get("decision"))
        known = self._rows_of(package) if package is not None else {}
        rows = tuple(
            known.get(
                (decision, str(matched)), RuleRow(id=str(matched), position="", inputs=(), outputs=(), annotation="")
            )
            for matched in payload.get("matched", ())
        )
        inputs = pairs_of(payload.get("inputs"), names)
        given = payload.get("inputs")
        return RuleView(
            decision=decision,
            inputs=inputs,
            rows=rows,
            value=text_of(payload.get("value"), names),
            value_said=words.value(payload.get("value")),
            inputs_said=tuple((words.key(name), words.value(one, name)) for name, one in (given or {}).items()),
            words=words,
        )

    def _rows_of(self, package: ProcedurePackage) -> dict[tuple[str, str], RuleRow]:
        if package.sha256 not in self._rows:
            self._rows[package.sha256] = dict(_rows(package))
        return self._rows[package.sha256]


def _gateway(payload: Mapping[str, Any], package: ProcedurePackage | None, names: Names) -> GatewayView:
    taken = tuple(str(flow_id) for flow_id in payload.get("taken", ()))
    return GatewayView(
        node=node_label(package, payload.get("node_id")),
        taken=tuple(flow_label(package, flow_id) for flow_id in taken),
        default_taken=bool(payload.get("default_taken")),
        conditions=tuple(
            ConditionView(
                flow_id=condition["flow_id"],
                flow=flow_label(package, condition["flow_id"]),
                expression=condition["expression"],
                inputs=pairs_of(condition.get("inputs"), names),
                result=condition.get("result"),
                taken=condition["flow_id"] in taken,
            )
            for condition in payload.get("conditions", ())
        ),
    )


def _rows(package: ProcedurePackage) -> Iterable[tuple[tuple[str, str], RuleRow]]:
    """By decision and row, each under its id and its name or number: an event may name either."""
    called: dict[str, str] = {}
    for subject, key, name, properties in rule_lines(package.files):
        if subject == "decision":
            called[key] = name
            continue
        decision, _, row_id = key.partition("/")
        row = RuleRow(
            id=row_id,
            position=properties["position"],
            inputs=_prefixed(properties, "input."),
            outputs=_prefixed(properties, "output."),
            annotation=properties.get("annotation", ""),
        )
        for one in (decision, called.get(decision, decision)):
            yield (one, row_id), row
            yield (one, row.position), row


def _prefixed(properties: Mapping[str, str], prefix: str) -> Pairs:
    return tuple((name.removeprefix(prefix), text) for name, text in properties.items() if name.startswith(prefix))
