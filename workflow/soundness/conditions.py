"""Conditions of a node: which can be true together, which overlap, and what none of them covers.

Only conditions are read whose value depends on these comparisons alone; of any other nothing is said.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from workflow.errors import N_, ExpressionError
from workflow.feel import syntax
from workflow.feel.expression import evaluate, parse_open
from workflow.feel.functions.library import BUILTINS
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    ComplexGateway,
    ExclusiveGateway,
    FlowNode,
    ParallelGateway,
    SequenceFlow,
    default_flow_of,
)
from workflow.model.findings import Finding

Path = tuple[str, ...]
"""A variable and the names of entries within: `review.outcome` is `("review", "outcome")`."""

Node = Tree[Token]

_LONG = 2_000
"""Characters past which a condition is left alone."""

_ORDERING = frozenset({"LT", "LE", "GT", "GE"})
_LITERALS = frozenset({"number", "string", "true", "false", "null", "negate"})


@dataclass
class Constants:
    """The values that one variable is compared with."""

    numbers: set[Decimal] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    booleans: bool = False
    null: bool = False

    def add(self, value: Any) -> None:
        if value is None:
            self.null = True
        elif isinstance(value, bool):
            self.booleans = True
        elif isinstance(value, str):
            self.texts.add(value)
        else:
            self.numbers.add(Decimal(value))


class Undecidable(Exception):
    """The condition holds something else than comparisons of variables with constants."""


def constants_of(texts: Iterable[str]) -> dict[Path, Constants]:
    """Variable → what it is compared with in these expressions. Raises `Undecidable`."""
    found: dict[Path, Constants] = {}
    for text in texts:
        if len(text) > _LONG:
            raise Undecidable
        try:
            known = BUILTINS.keys() | frozenset(syntax.possible_names(text, BUILTINS.keys()))
            _condition(syntax.parse(text, known, "expression"), found)
        except (ExpressionError, RecursionError) as error:
            raise Undecidable from error
    for path in found:
        if any(path[:length] in found for length in range(1, len(path))):
            raise Undecidable
    return found


def _condition(tree: Node, found: dict[Path, Constants]) -> None:
    kind, parts = str(tree.data), _trees(tree)
    if kind in ("or_", "and_", "paren"):
        for part in parts:
            _condition(part, found)
    elif kind == "call" and len(parts) == 2 and _is_not(parts[0]):
        _condition(parts[1], found)
    elif kind in ("name", "path"):
        found.setdefault(_path(tree), Constants()).booleans = True
    elif kind == "compare":
        _compare(parts[0], _sign(tree), parts[1], found)
    elif kind == "between" and len(parts) == 3:
        for bound in parts[1:]:
            _against(parts[0], bound, found, ordering=True)
    elif kind == "in_" and len(parts) == 2:
        for test in _trees(parts[1]):
            _test(parts[0], test, found)
    elif kind not in ("true", "false"):
        raise Undecidable


def _compare(left: Node, sign: str, right: Node, found: dict[Path, Constants]) -> None:
    if left.data in _LITERALS:
        left, right = right, left
    _against(left, right, found, ordering=sign in _ORDERING)


def _test(variable: Node, test: Node, found: dict[Path, Constants]) -> None:
    if test.data == "op_test":
        _against(variable, _trees(test)[0], found, ordering=_sign(test) in _ORDERING)
    elif test.data in ("list", "range"):
        for part in _trees(test):
            _against(variable, part, found, ordering=test.data == "range")
    else:
        _against(variable, test, found, ordering=False)


def _against(variable: Node, literal: Node, found: dict[Path, Constants], *, ordering: bool) -> None:
    value = _literal(literal)
    if ordering and (isinstance(value, bool) or not isinstance(value, Decimal)):
        raise Undecidable
    found.setdefault(_path(variable), Constants()).add(value)


def _literal(tree: Node) -> Any:
    if tree.data == "negate":
        value = _literal(_trees(tree)[0])
        if not isinstance(value, Decimal):
            raise Undecidable
        return -value
    if tree.data not in _LITERALS:
        raise Undecidable
    value = evaluate("".join(str(child) for child in tree.children))
    return value if value is None or isinstance(value, str | bool) else Decimal(str(value))


def _path(tree: Node) -> Path:
    if tree.data == "name":
        return (str(tree.children[0]),)
    if tree.data == "path":
        return (*_path(_trees(tree)[0]), str(tree.children[-1]))
    raise Undecidable


def _trees(tree: Node) -> list[Node]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _sign(tree: Node) -> str:
    return next((child.type for child in tree.children if isinstance(child, Token)), "")


def _is_not(tree: Node) -> bool:
    return tree.data == "name" and str(tree.children[0]) == "not"


def names_in(text: str) -> frozenset[str]:
    """The variables that an expression reads; none where it cannot be read."""
    try:
        return parse_open(text).variables
    except (ExpressionError, RecursionError):
        return frozenset()


# Which conditions of a node can be true together: worked out with one value for each stretch that no condition divides.

MOST = 4096
"""Combinations of values that are tried at one node; past that nothing is said about it."""

_ANOTHER = "…"

Assignment = Mapping[Path, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """Values of the variables, and what each condition says then (null where it says nothing)."""

    values: Assignment
    results: tuple[bool | None, ...]

    @property
    def example(self) -> str:
        """The values as a person would write them."""
        return ", ".join(f"{'.'.join(path)} = {_shown(value)}" for path, value in self.values.items())


def rows(definition: ProcessDefinition, flows: Sequence[SequenceFlow]) -> list[Row] | None:
    """Every way in which the conditions of these flows can turn out; None where that cannot be decided.

    A null is tried only where a condition asks for it: whether a variable may be null is not known here.
    """
    texts = [flow.condition.text for flow in flows if flow.condition is not None]
    if len(texts) != len(flows):
        return None
    try:
        constants = constants_of(texts)
        conditions = [parse_open(text) for text in texts]
    except (Undecidable, ExpressionError):
        return None
    ranges = {path: _values(definition, path, found) for path, found in constants.items()}
    size = 1
    for values in ranges.values():
        size *= len(values)
        if size > MOST:
            return None
    found_rows = []
    for combination in itertools.product(*ranges.values()):
        assigned = dict(zip(ranges, combination, strict=True))
        variables = _nested(assigned)
        results = tuple(condition.evaluate(variables).value for condition in conditions)
        found_rows.append(Row(assigned, tuple(each if isinstance(each, bool) else None for each in results)))
    return found_rows


def _values(definition: ProcessDefinition, path: Path, constants: Constants) -> list[Any]:
    """The representatives: each constant, one value between two neighbours, one past either end, one other text."""
    known = _enumeration(definition, path)
    if known is not None and not constants.numbers and not constants.booleans:
        return [*known, *([None] if constants.null and path[1:] != ("outcome",) else [])]
    values: list[Any] = [*_texts(constants), *_numbers(sorted(constants.numbers))]
    if constants.booleans:
        values += [True, False]
    if constants.null:
        values += [None] if values else [None, _ANOTHER]
    return values


def _texts(constants: Constants) -> list[str]:
    if not constants.texts:
        return []
    another = _ANOTHER
    while another in constants.texts:
        another += _ANOTHER
    return [*sorted(constants.texts), another]


def _numbers(points: Sequence[Decimal]) -> Iterator[Decimal]:
    if not points:
        return
    yield points[0] - 1
    for point, following in itertools.zip_longest(points, points[1:]):
        yield point
        yield point + 1 if following is None else (point + following) / 2


def _enumeration(definition: ProcessDefinition, path: Path) -> list[str] | None:
    """The values that a user task gives: the ids of its outcomes, or of a field's choices."""
    task = definition.user_tasks.get(path[0])
    if task is None or len(path) != 2 or task.multi_instance is not None:
        return None
    if path[1] == "outcome":
        return [outcome.id for outcome in task.spec.outcomes] or None
    field = next((each for each in task.spec.fields if each.id == path[1] and each.kind == "choice"), None)
    return [choice for choice, _ in field.choices] or None if field is not None and field.required else None


def _nested(values: Assignment) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for path, value in values.items():
        place = variables
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return variables


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


# Conditions of gateways that overlap, or leave a case that none of them covers.


def check_conditions(definition: ProcessDefinition) -> Iterator[Finding]:
    """Look at every node whose conditions can be decided."""
    for node in definition.all_nodes.values():
        if isinstance(node, ParallelGateway | ComplexGateway):
            continue  # what a complex gateway's conditions say of its own state is no variable
        flows = definition.outgoing[node.id]
        default = default_flow_of(node)
        conditional = [flow for flow in flows if flow.condition is not None and flow.id != default]
        if len(flows) < 2 or not conditional:
            continue
        known = rows(definition, conditional)
        if known is None:
            continue
        if isinstance(node, ExclusiveGateway):
            yield from _overlaps(node, conditional, known, definition)
        if default is None and len(conditional) == len(flows):
            yield from _gap(node, known)


def _overlaps(
    node: FlowNode, flows: list[SequenceFlow], known: list[Row], definition: ProcessDefinition
) -> Iterator[Finding]:
    """One finding for each flow that loses against an earlier one."""
    told: set[int] = set()
    for row in known:
        true = [index for index, result in enumerate(row.results) if result]
        for index in true[1:]:
            if index in told or None in row.results[: true[0]]:
                continue
            told.add(index)
            yield _warning(
                "overlapping-conditions",
                node,
                N_("Both “%(first)s” and “%(second)s” are true with %(example)s; “%(first)s” is taken."),
                N_("Change one condition so that only one of them can be true."),
                first=_name(flows[true[0]], definition),
                second=_name(flows[index], definition),
                example=row.example,
            )


def _gap(node: FlowNode, known: list[Row]) -> Iterator[Finding]:
    row = next((each for each in known if not any(each.results) and None not in each.results), None)
    if row is not None:
        yield _warning(
            "condition-gap",
            node,
            N_("No condition of “%(element)s” is true with %(example)s, and there is no default flow."),
            N_("Make one of its flows the default, or write a condition for this case."),
            example=row.example,
        )


def _name(flow: SequenceFlow, definition: ProcessDefinition) -> str:
    target = definition.all_nodes.get(flow.target)
    return flow.name or (target.name if target is not None else "") or flow.id


def _warning(rule: str, node: FlowNode, template: str, advice: str, **params: object) -> Finding:
    return Finding(
        rule=rule,
        template=template,
        params={"element": node.name or node.id, **params},
        advice=advice,
        element_id=node.id,
        element_name=node.name or None,
        line=node.line,
        severity="warning",
    )
