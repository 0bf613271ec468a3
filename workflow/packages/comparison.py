"""What changed between two versions of a procedure, for the person who is asked to publish the second."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Literal

from workflow.model.elements import Event, FlowNode, SubProcess
from workflow.model.expressions import Expression, Literal as Text
from workflow.model.uses import entries_of
from workflow.packages.package import ProcedurePackage
from workflow.packages.rule_lines import rule_lines

Subject = Literal[
    "procedure",
    "role",
    "stage",
    "deadline",
    "process",
    "lane",
    "node",
    "flow",
    "criteria-set",
    "criterion",
    "decision",
    "rule",
    "document",
    "test",
]

_CONTENT = frozenset({"nodes", "flows"})
# Where a thing stands in a file is no property of it.
_UNINTERESTING = frozenset({"line", "id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing of a package: its name as people know it and its properties."""

    name: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


Things = Mapping[tuple[Subject, str], Thing]


def things_of(package: ProcedurePackage) -> Things:
    """Everything about the package that a reader of a comparison may want to know, in a stable order."""
    found: dict[tuple[Subject, str], Thing] = {}
    for subject, key, thing in (*_manifest(package), *_processes(package), *_criteria(package), *_rules(package)):
        found[subject, key] = thing
    return found


def flatten(value: object, skip: frozenset[str] = _UNINTERESTING) -> dict[str, str]:
    """The properties of a record by their path, such as `outcomes.approve.label.vi`; empty values are left out.

    Parts of lists that have an id are named by it, so that a new first outcome does not look like a change of all.
    """
    return {path.lstrip("."): text for path, text in _texts(value, "", skip) if text}


def _texts(value: object, path: str, skip: frozenset[str]) -> Iterator[tuple[str, str]]:
    if value is None or isinstance(value, bool):
        yield path, "true" if value else ""
    elif isinstance(value, Expression | Text):
        yield path, f"={value.text}" if isinstance(value, Expression) else value.text
    elif isinstance(value, tuple | list) and all(isinstance(part, str) for part in value):
        yield path, ", ".join(value)
    else:
        parts = list(entries_of(value, skip))
        if not parts and not isinstance(value, tuple | list | Mapping) and not is_dataclass(value):
            yield path, str(value)
        for name, part in parts:
            part_id, inner = _identified(part) if isinstance(value, tuple | list) else (None, part)
            yield from _texts(inner, path + (f".{part_id}" if part_id else name), skip)


def _identified(part: object) -> tuple[str | None, object]:
    """A part of a list, apart from its id: a record has it as a field, a choice of a form as the first of a pair."""
    if isinstance(part, tuple) and len(part) == 2 and isinstance(part[0], str):
        return part[0], part[1]
    return getattr(part, "id", None), part


def _manifest(package: ProcedurePackage) -> Iterator[tuple[Subject, str, Thing]]:
    manifest = package.manifest
    own = _UNINTERESTING | {"roles", "stages", "deadlines"}
    yield "procedure", manifest.key, Thing(name=manifest.title.vi, properties=flatten(manifest, own))
    for role in manifest.roles.values():
        yield "role", role.id, Thing(name=role.label.vi, properties=flatten(role))
    for position, stage in enumerate(manifest.stages, start=1):
        yield "stage", stage.id, Thing(name=stage.label.vi, properties={"position": str(position), **flatten(stage)})
    for deadline in manifest.deadlines.values():
        yield "deadline", deadline.id, Thing(name=deadline.label.vi, properties=flatten(deadline))


def _processes(package: ProcedurePackage) -> Iterator[tuple[Subject, str, Thing]]:
    for process in package.bpmn.processes.values():
        own = _UNINTERESTING | _CONTENT | {"lanes"}
        yield "process", process.id, Thing(name=process.name, properties=flatten(process, own))
        for lane in process.lanes:
            yield "lane", lane.id, Thing(name=lane.name, properties=flatten(lane))
        for node in process.all_nodes.values():
            yield "node", node.id, _node(node, process.container_of[node.id])
        for flow in process.all_flows.values():
            yield "flow", flow.id, Thing(name=flow.name, properties=flatten(flow))


def _node(node: FlowNode, container: str) -> Thing:
    skip = _UNINTERESTING | (_CONTENT if isinstance(node, SubProcess) else frozenset())
    properties = {name.removeprefix("spec."): text for name, text in flatten(node, skip).items()}
    own = {"type": type(node).__name__, "container": container}
    if isinstance(node, Event) and node.definition is not None:
        own["trigger"] = type(node.definition).__name__.removesuffix("Definition")
    return Thing(name=node.name, properties={**own, **properties})


def _criteria(package: ProcedurePackage) -> Iterator[tuple[Subject, str, Thing]]:
    for criteria in package.criteria_sets.values():
        properties = flatten(criteria, _UNINTERESTING | {"groups"})
        yield "criteria-set", criteria.key, Thing(name=criteria.title.vi, properties=properties)
        for group in criteria.groups:
            for criterion in group.criteria:
                properties = {"group": group.title.vi, **flatten(criterion)}
                yield "criterion", f"{criteria.key}/{criterion.id}", Thing(name=criterion.text, properties=properties)


def _rules(package: ProcedurePackage) -> Iterator[tuple[Subject, str, Thing]]:
    for subject, key, name, properties in rule_lines(package.files):
        kind: Subject = "decision" if subject == "decision" else "rule"
        yield kind, key, Thing(name=name, properties=properties)
    for name in sorted(package.files):
        folder = name.partition("/")[0]
        if folder in ("documents", "tests"):
            kept: Subject = "document" if folder == "documents" else "test"
            yield kept, name, Thing(name=name, properties={"sha256": hashlib.sha256(package.files[name]).hexdigest()})


# What changed between two versions of a procedure, for the person who is asked to publish the second.


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `what` is the changed property, such as `outcomes.return.reason`; empty for added and removed things.

    `id`: of a BPMN element as it stands in the diagram; of a criterion `<set>/<criterion>`; of a rule `<decision>/<rule>`.
    """

    kind: Literal["added", "removed", "changed"]
    subject: Subject
    id: str
    name: str = ""
    what: str = ""
    old: str = ""
    new: str = ""


def compare(old: ProcedurePackage, new: ProcedurePackage) -> list[Change]:
    """Every difference, in the order of the new version; what it no longer has comes last.

    The drawing alone (positions, colours) and the order of things in a file are no difference; the order of stages and of
    decision rules is.
    """
    before, after = things_of(old), things_of(new)
    changes: list[Change] = []
    for (subject, key), thing in after.items():
        former = before.get((subject, key))
        if former is None:
            changes.append(Change(kind="added", subject=subject, id=key, name=thing.name))
        else:
            changes += _changed(subject, key, former, thing)
    for (subject, key), thing in before.items():
        if (subject, key) not in after:
            changes.append(Change(kind="removed", subject=subject, id=key, name=thing.name))
    return changes


def _changed(subject: Subject, key: str, former: Thing, thing: Thing) -> Iterator[Change]:
    names = dict.fromkeys([*thing.properties, *former.properties])
    for what in names:
        old, new = former.properties.get(what, ""), thing.properties.get(what, "")
        if old != new:
            yield Change(kind="changed", subject=subject, id=key, name=thing.name, what=what, old=old, new=new)
