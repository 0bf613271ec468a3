"""Service handlers: what a procedure may have the system do. Each works in the transaction of the job that calls it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.audit.facts.fact import Fact
from workflow.runtime.recorder import Provenance
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork


class BpmnError(Exception):
    """A fault that the process itself is to handle, by a boundary event that catches its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler gets: the case as it stands and the evaluated inputs."""

    uow: UnitOfWork
    case: CaseRecord
    inputs: Mapping[str, Any]
    by: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The case (changed, perhaps), variables for the process, and what to record."""

    case: CaseRecord
    variables: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


Handler = Callable[[Call], Answer]
