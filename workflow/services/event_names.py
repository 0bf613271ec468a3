"""Names for what an event mentions: people, organisations, nodes, flows, outcomes, roles."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.errors import NotFound, WorkflowError
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.services.desk import Desk
from workflow.services.event_values import NOTHING, ids_in
from workflow.services.migration.versions import Move, version_at, version_moves
from workflow.services.people import user_names
from workflow.services.recorder import SYSTEM
from workflow.services.spec import spec_of, task_label
from workflow.services.value_words import ValueWords
from workflow.store.cases import CaseRecord
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

RESULTS = {
    "met": Label(vi="đạt", en="met"),
    "not_met": Label(vi="không đạt", en="not met"),
    "not_applicable": Label(vi="không áp dụng", en="not applicable"),
}
"""The results that a criterion may have."""
EMPTY = Label(vi=NOTHING, en=NOTHING)


class EventNames:
    """Looks names up once a unit of work. What cannot be found is named by its id: an old record must always be readable."""

    def __init__(self, desk: Desk, uow: UnitOfWork) -> None:
        self._desk = desk
        self._uow = uow
        self._tree = desk.register.tree(uow)
        self._cases: dict[str, CaseRecord | None] = {}
        self._packages: dict[str, ProcedurePackage | None] = {}
        self._versions: dict[str, VersionRecord] = {}
        self._words: dict[str, ValueWords] = {}
        self._asked: set[str] = set()
        self._moves: dict[str, list[Move]] = {}
        self.people: dict[str, str] = {SYSTEM: "hệ thống"}

    def prepare(self, events: Iterable[AuditEvent]) -> None:
        """Read the names of everybody whom these events mention, at once."""
        wanted: set[str] = set()
        for event in events:
            wanted.update(ids_in([event.actor, event.on_behalf_of or "", event.payload]))
        fresh = wanted - self._asked
        self._asked |= fresh
        self.people |= user_names(self._uow, fresh)

    def person(self, user_id: Any) -> str:
        return self.people.get(user_id, str(user_id)) if user_id else NOTHING

    def case(self, case_id: str | None) -> CaseRecord | None:
        """The case, or None where it is not there or its row cannot be read."""
        if case_id is None:
            return None
        if case_id not in self._cases:
            try:
                self._cases[case_id] = self._uow.cases.get(case_id)
            except (NotFound, ValueError):
                self._cases[case_id] = None
        return self._cases[case_id]

    def package(self, case: CaseRecord | None) -> ProcedurePackage | None:
        """The package that the case runs on, or None where its files are no longer what was published."""
        if case is None:
            return None
        if case.version_id not in self._packages:
            try:
                self._packages[case.version_id] = self._desk.version(self._uow, case).package
            except WorkflowError:
                self._packages[case.version_id] = None
        return self._packages[case.version_id]

    def at(self, case: CaseRecord | None, seq: int) -> CaseRecord | None:
        """The case as it names its version at that event: an old event is told with the definition that held then."""
        if case is None or not case.former_versions:
            return case
        if case.id not in self._moves:
            self._moves[case.id] = version_moves(self._uow, case.id)
        then = version_at(self._moves[case.id], seq)
        return case if then is None else replace(case, version_id=then)

    def on(self, case: CaseRecord, version_id: str | None) -> CaseRecord:
        """The case as if it ran on that version."""
        return case if version_id is None else replace(case, version_id=version_id)

    def words(self, case: CaseRecord | None) -> ValueWords:
        """The words of the forms that the case's values were entered in."""
        key = case.version_id if case else ""
        if key not in self._words:
            self._words[key] = ValueWords(self.package(case), self.people)
        return self._words[key]

    def version(self, case: CaseRecord | None) -> VersionRecord | None:
        if case is None:
            return None
        if case.version_id not in self._versions:
            self._versions |= self._uow.definitions.many([case.version_id])
        return self._versions.get(case.version_id)

    def organisation(self, organisation_id: Any) -> Label:
        if not organisation_id:
            return EMPTY
        try:
            found = self._tree.get(str(organisation_id))
        except NotFound:
            return _plain(organisation_id)
        return Label(vi=found.name_vi, en=found.name_en or found.name_vi)


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
            if found != _plain(node_id):
                return found
    return _plain(node_id)


def flow_label(package: ProcedurePackage | None, flow_id: Any) -> Label:
    """The name of a flow, or of the node that it leads to."""
    if package is not None:
        for process in package.bpmn.processes.values():
            flow = process.all_flows.get(str(flow_id))
            if flow is not None:
                if flow.name:
                    return Label(vi=flow.name, en=flow.name_en or flow.name)
                return node_label(package, flow.target)
    return _plain(flow_id) if flow_id else EMPTY


def outcome_label(package: ProcedurePackage | None, node_id: Any, outcome: Any) -> Label:
    """The label of a task's outcome."""
    if package is not None and node_id:
        try:
            for known in spec_of(package, node_id).outcomes:
                if known.id == outcome:
                    return Label(vi=known.label.vi, en=known.label.en or known.label.vi)
        except NotFound:
            pass
    return _plain(outcome) if outcome else EMPTY


def role_label(package: ProcedurePackage | None, role: Any) -> Label:
    """The procedure's own label of a role; the system's roles are named by their ids, which pages translate."""
    if not role:
        return EMPTY
    if package is not None and role in package.roles:
        label = package.roles[role].label
        return Label(vi=label.vi, en=label.en or label.vi)
    return _plain(role)


def joined(labels: Iterable[Label]) -> Label:
    """Several labels as one."""
    found = list(labels)
    if not found:
        return EMPTY
    return Label(vi=", ".join(one.vi for one in found), en=", ".join(one.en or one.vi for one in found))


def _plain(text: Any) -> Label:
    return Label(vi=str(text), en=str(text))


Text = str | Label


def in_language(params: Mapping[str, Text], locale: str) -> dict[str, str]:
    """The parameters of a description as texts of one language (`vi` or `en`)."""
    return {
        name: text if isinstance(text, str) else (text.vi if locale.startswith("vi") else text.en or text.vi)
        for name, text in params.items()
    }
