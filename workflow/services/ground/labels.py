"""Names of what a procedure is made of: nodes, flows, outcomes, roles. What is not found is called by its id."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from workflow.errors import N_, Bilingual, NotFound
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.packages.results import end_of_result
from workflow.packages.tasks import spec_of, task_label
from workflow.services.ground.language import word

NOTHING = "–"
EMPTY = Label(vi=NOTHING, en=NOTHING)
SYSTEM_ROLE_NAMES: Mapping[str, str] = {
    "administrator": N_("Administrator"),
    "definition-reviewer": N_("Reviewer of procedures"),
    "auditor": N_("Auditor"),
    "inspection-team": N_("Inspection team (reads, until a last day)"),
    "manager": N_("Manager of the standing office"),
}
"""The roles of the installation, which no procedure names."""


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def name_vi(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def node_label(package: ProcedurePackage | None, node_id: Any) -> Label:
    """The name of a node; a user task has one in each language."""
    if not node_id:
        return EMPTY
    if package is not None:
        for process in package.bpmn.processes.values():
            if node_id in process.user_tasks:
                vi, en = task_label(package, node_id)
                return Label(vi=vi, en=en)
            if node_id in process.all_nodes:
                node = process.all_nodes[node_id]
                return Label(vi=node.name or node_id, en=node.name_en or node.name or node_id)
        for former in package.former:
            found = node_label(former, node_id)
            if found != same(node_id):
                return found
    return same(node_id)


def flow_label(package: ProcedurePackage | None, flow_id: Any) -> Label:
    """The name of a flow, or of the node that it leads to."""
    if package is not None:
        for process in package.bpmn.processes.values():
            flow = process.all_flows.get(str(flow_id))
            if flow is not None:
                if flow.name:
                    return Label(vi=flow.name, en=flow.name_en or flow.name)
                return node_label(package, flow.target)
    return same(flow_id) if flow_id else EMPTY


def outcome_label(package: ProcedurePackage | None, node_id: Any, outcome: Any) -> Label:
    """The label of a task's outcome."""
    if package is not None and node_id:
        try:
            for known in spec_of(package, node_id).outcomes:
                if known.id == outcome:
                    return Label(vi=known.label.vi, en=known.label.en or known.label.vi)
        except NotFound:
            pass
    return same(outcome) if outcome else EMPTY


_UNNAMED = N_("Ended; the procedure gives this result no name")


def result_label(package: ProcedurePackage | None, outcome: str | None) -> Label | None:
    """What a case's result is called, never by its id: the end event that bears it, else the outcome of a task that is called so."""
    if outcome is None:
        return None
    for version in () if package is None else (package, *package.former):
        end = end_of_result(version.bpmn.processes.values(), outcome)
        if end is not None:
            return Label(vi=end.name, en=end.name_en or end.name)
        for process in version.bpmn.processes.values():
            for task in process.user_tasks.values():
                for known in task.spec.outcomes:
                    if known.id == outcome:
                        return Label(vi=known.label.vi, en=known.label.en or known.label.vi)
    return word(_UNNAMED)


def role_label(package: ProcedurePackage | None, role: Any) -> Label:
    """The procedure's own label of a role, or what one of the installation is called."""
    if not role:
        return EMPTY
    known = package.role_held(str(role)) if package is not None else None
    if known is not None:
        label = known.label
        return Label(vi=label.vi, en=label.en or label.vi)
    return word(SYSTEM_ROLE_NAMES[role]) if role in SYSTEM_ROLE_NAMES else same(role)


def joined(labels: Iterable[Label], separator: str = ", ") -> Label:
    """Several labels as one."""
    found = list(labels)
    if not found:
        return EMPTY
    return Label(vi=separator.join(one.vi for one in found), en=separator.join(one.en or one.vi for one in found))


def called(organisation: Named) -> Bilingual:
    """An organisation's name, ready to be read in either language."""
    return Bilingual.of(organisation.name_vi, organisation.name_en)


def same(text: Any) -> Label:
    """One text for both languages."""
    return Label(vi=str(text), en=str(text))
