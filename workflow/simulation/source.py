"""From a BPMN file to a program that can be simulated."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workflow.bpmn.expressions import unreadable
from workflow.bpmn.reader import BpmnFile, examine_bpmn
from workflow.calendar.working_time import WorkingCalendar
from workflow.dmn.model import DecisionResult, Model, load_leniently
from workflow.engine.program import Decisions, Program, WorkingTime
from workflow.errors import N_, DefinitionRejected, NotFound
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import BusinessRuleTask, ScriptTask, ServiceTask
from workflow.model.findings import Finding
from workflow.model.uses import uses_of
from workflow.model.validation.validate import validate

Source = str | os.PathLike[str] | bytes

SCRIPT_HANDLER = "script"
_OF_PEOPLE = frozenset({"nobody-to-do-it", "no-outcomes"})
"""Rules about who does a task in the application. Here everybody may, and a task without outcomes is just completed."""
_ENCODING = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True, slots=True)
class FolderDecisions:
    """The decisions of DMN files by id and name."""

    models: Mapping[str, Model] = field(default_factory=dict)

    def explain(self, name: str, inputs: Mapping[str, Any], *, now: datetime | None = None) -> DecisionResult:
        """Raises `NotFound` for a decision that no file has."""
        if name not in self.models:
            raise NotFound(N_("There is no decision “%(name)s”."), name=name)
        return self.models[name].explain(name, inputs, now=now)


def load_program(
    source: Source,
    *,
    any_script: bool = False,
    decisions: Decisions | None = None,
    working_time: WorkingTime | None = None,
) -> Program:
    """Read and check a BPMN file: a path, its bytes, or its text (which begins with `<`).

    Every handler that the file names exists. Decisions are looked for in `*.dmn` beside a path and in its folder `rules`.
    Without a calendar, Monday to Friday are worked. Raises `DefinitionRejected` with the findings, `OSError` for a path that
    cannot be read.
    """
    content, path = _content(source)
    file = read_checked(content, file=path.name if path else None, any_script=any_script)
    if decisions is None and path is not None and _of_kind(file.processes, BusinessRuleTask):
        decisions = _decisions_beside(path.parent)
    return program_of(file.processes, file.main, decisions=decisions, working_time=working_time, any_script=any_script)


def program_of(
    processes: Mapping[str, ProcessDefinition],
    main: str,
    *,
    decisions: Decisions | None = None,
    working_time: WorkingTime | None = None,
    any_script: bool = False,
) -> Program:
    """A program of processes that have been read and checked elsewhere (a procedure package's, say)."""
    return Program(
        processes=processes,
        main=main,
        decisions=decisions,
        working_time=working_time or WorkingCalendar(),
        handlers=frozenset(task.handler for task in _of_kind(processes, ServiceTask)),
        script_handler=SCRIPT_HANDLER if any_script else None,
    )


def read_checked(content: bytes, *, file: str | None = None, any_script: bool = False) -> BpmnFile:
    """Read a file and apply the structural rules to each of its processes. Raises `DefinitionRejected`."""
    examined = examine_bpmn(content, file=file, scripts="any" if any_script else "feel")
    found = [
        *examined.findings,
        *(
            finding
            for each in examined.processes.values()
            for finding in (*validate(each), *_unreadable(each, any_script))
        ),
    ]
    findings = [replace(finding, file=finding.file or file) for finding in found if finding.rule not in _OF_PEOPLE]
    if any(finding.severity == "error" for finding in findings):
        raise DefinitionRejected(tuple(findings))
    return BpmnFile(
        processes=examined.processes,
        main=examined.main,
        findings=tuple(findings),
        has_diagram=examined.has_diagram,
    )


def _unreadable(process: ProcessDefinition, any_script: bool) -> Iterator[Finding]:
    """Expressions that are no FEEL; scripts may be in another language where somebody else runs them."""
    for use in uses_of(process):
        if not (any_script and isinstance(use.owner, ScriptTask) and use.path == "script"):
            fault = unreadable(use)
            if fault is not None:
                yield fault


def _content(source: Source) -> tuple[bytes, Path | None]:
    if isinstance(source, bytes):
        return source, None
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("<"):
        text = source.lstrip("\ufeff \t\r\n")
        return _ENCODING.sub(r"\1", text, count=1).encode(), None  # the text is decoded already, whatever it says
    path = Path(source)
    return path.read_bytes(), path


def _decisions_beside(folder: Path) -> FolderDecisions:
    models: dict[str, Model] = {}
    for path in [*sorted(folder.glob("*.dmn")), *sorted((folder / "rules").glob("*.dmn"))]:
        model = load_leniently(path)
        for name in model.decisions:
            models.setdefault(name, model)
    return FolderDecisions(models)


def _of_kind(processes: Mapping[str, ProcessDefinition], kind: type[Any]) -> list[Any]:
    return [node for process in processes.values() for node in process.all_nodes.values() if isinstance(node, kind)]
