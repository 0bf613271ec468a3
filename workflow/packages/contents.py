"""What a package holds, as far as it could be read: what the cross-checks compare with each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.bpmn.reader import Examined
from workflow.model.definition import ProcessDefinition
from workflow.packages.decisions import Decisions
from workflow.packages.records import Manifest
from workflow.recognition.criteria import CriteriaSet


@dataclass(frozen=True, kw_only=True)
class Contents:
    """`bpmn`: every BPMN file by name. `handlers`: the names of the service handlers that the installation has.

    `unread`: files that could not be read; what refers to something that one of them may hold is not reported again.
    """

    files: Mapping[str, bytes]
    manifest: Manifest | None = None
    bpmn: Mapping[str, Examined] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions)
    criteria_sets: Mapping[str, CriteriaSet] = field(default_factory=dict)
    handlers: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

    @property
    def processes(self) -> Mapping[str, ProcessDefinition]:
        """Every process of every file by id."""
        return {key: process for examined in self.bpmn.values() for key, process in examined.processes.items()}

    def complete(self, folder: str) -> bool:
        """Whether every file of the folder could be read."""
        return not any(name.startswith(folder) for name in self.unread)
