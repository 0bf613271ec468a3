"""Short words for the specifications of this folder."""

from typing import Any

from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.findings import Finding
from workflow.model.user_task import Label, Outcome
from workflow.soundness.check import check_soundness


def parallel(id: str) -> m.ParallelGateway:
    return m.ParallelGateway(id=id)


def exclusive(id: str, **more: Any) -> m.ExclusiveGateway:
    return m.ExclusiveGateway(id=id, **more)


def inclusive(id: str, **more: Any) -> m.InclusiveGateway:
    return m.InclusiveGateway(id=id, **more)


def outcomes(*ids: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(id=id, label=Label(vi=id)) for id in ids)


def found(process: ProcessDefinition) -> list[tuple[str, str | None, str]]:
    """Rule, element and severity of each finding."""
    return [(each.rule, each.element_id, each.severity) for each in check_soundness(process)]


def only(process: ProcessDefinition) -> Finding:
    """The one finding of the process."""
    (finding,) = check_soundness(process)
    return finding
