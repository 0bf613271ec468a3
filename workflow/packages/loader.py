"""Reads every file of a package on its own and gathers what is wrong with each."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from workflow.bpmn.reader import Examined, examine_bpmn
from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.packages.criteria import load_criteria
from workflow.packages.decisions import Decisions, load_decisions
from workflow.packages.examination import attempt
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.records import Manifest
from workflow.recognition.criteria import CriteriaSet

_BPMN = re.compile(r"[A-Za-z0-9._-]+\.bpmn")
_EXPECTED = re.compile(
    rf"{re.escape(MANIFEST)}|README\.md|[\w.-]+\.bpmn|criteria/[\w.-]+\.json|rules/[\w.-]+\.dmn|documents/[\w.-]+\.docx"
    r"|tests/[\w.-]+\.json",
    re.ASCII,
)
_DOCX_MAGIC = b"PK\x03\x04"
_DIAGRAM = N_("what the diagram says")
_MANIFEST = N_("what procedure.toml says")
_CRITERIA = N_("the criteria sets")
_DECISIONS = N_("the decision tables")
T = TypeVar("T")


def load_contents(files: Mapping[str, bytes], handlers: frozenset[str]) -> tuple[Contents, list[Finding]]:
    """Everything that could be read, and the findings of the files on their own."""
    failed: list[Finding] = []
    bpmn = {
        name: _read(failed, _DIAGRAM, name, partial(examine_bpmn, files[name], file=name), Examined())
        for name in sorted(files)
        if _BPMN.fullmatch(name)
    }
    nothing: list[Finding] = []
    no_manifest: tuple[Manifest | None, list[Finding]] = (None, nothing)
    no_criteria: tuple[Mapping[str, CriteriaSet], list[Finding]] = ({}, nothing)
    manifest, of_manifest = _read(failed, _MANIFEST, MANIFEST, lambda: _load_manifest(files, bpmn), no_manifest)
    criteria_sets, of_criteria = _read(failed, _CRITERIA, None, lambda: load_criteria(files), no_criteria)
    decisions, of_decisions = _read(failed, _DECISIONS, None, lambda: load_decisions(files), (Decisions(), nothing))
    findings = [
        *failed,
        *_check_names(files),
        *of_manifest,
        *(finding for examined in bpmn.values() for finding in examined.findings),
        *_check_processes(bpmn),
        *of_criteria,
        *of_decisions,
    ]
    contents = Contents(
        files=files,
        manifest=manifest,
        bpmn=bpmn,
        decisions=decisions,
        criteria_sets=criteria_sets,
        handlers=handlers,
        unread=frozenset(finding.file for finding in findings if finding.severity == "error" and finding.file),
    )
    return contents, findings


def _read(failed: list[Finding], what: str, file: str | None, work: Callable[[], T], otherwise: T) -> T:
    """What `work` reads; where that fails, `otherwise`, and a finding that says so."""
    found: list[T] = []

    def reading() -> list[Finding]:
        found.append(work())
        return []

    failed += attempt(what, reading, file)
    return found[0] if found else otherwise


def _load_manifest(files: Mapping[str, bytes], bpmn: Mapping[str, Examined]) -> tuple[Manifest | None, list[Finding]]:
    if MANIFEST not in files:
        advice = N_("Add the file; the reference shows what it holds")
        return None, [_at(MANIFEST, "no-manifest", N_("The package has no %(file)s"), advice)]
    manifest, findings = read_manifest(files[MANIFEST])
    if manifest is not None and manifest.process and manifest.process not in bpmn:
        findings.append(
            _at(
                MANIFEST,
                "no-process-file",
                N_("The package has no file %(name)s, which process names"),
                N_("Add the file or correct the name"),
                name=manifest.process,
            )
        )
    return manifest, findings


def _check_names(files: Mapping[str, bytes]) -> list[Finding]:
    findings = [
        _at(
            name,
            "unexpected-file",
            N_("%(file)s does not belong into a package"),
            N_("Remove it; the reference lists what a package holds"),
        )
        for name in sorted(files)
        if not _EXPECTED.fullmatch(name)
    ]
    findings += [
        _at(name, "not-a-docx", N_("%(file)s is no Word file"), N_("Save the template as .docx"))
        for name in sorted(files)
        if name.endswith(".docx") and not files[name].startswith(_DOCX_MAGIC)
    ]
    return findings


def _check_processes(bpmn: Mapping[str, Examined]) -> list[Finding]:
    findings: list[Finding] = []
    first: dict[str, str] = {}
    for file, examined in bpmn.items():
        for process in examined.processes.values():
            if process.id in first:
                findings.append(_twice(process, file, first[process.id]))
            first.setdefault(process.id, file)
        if examined.processes and not examined.has_diagram:
            findings.append(
                Finding(
                    rule="no-diagram",
                    template=N_("The file has no diagram, so that pages cannot show where a case stands"),
                    advice=N_("Open the file in a BPMN modeler, lay it out and save it"),
                    file=file,
                    severity="warning",
                )
            )
    return findings


def _twice(process: ProcessDefinition, file: str, first: str) -> Finding:
    return Finding(
        rule="duplicate-process",
        template=N_("The process %(id)s is in %(first)s as well"),
        params={"id": process.id, "first": first},
        advice=N_("Give each process of the package an id of its own"),
        element_id=process.id,
        element_name=process.name or None,
        line=process.line,
        file=file,
    )


def _at(file: str, rule: str, template: str, advice: str = "", **params: object) -> Finding:
    return Finding(rule=rule, template=template, params={"file": file, **params}, advice=advice, file=file)
