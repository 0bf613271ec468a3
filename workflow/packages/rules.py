"""The DMN files of a package."""

from collections.abc import Mapping
from dataclasses import replace

from workflow.bpmn.xml import parse_xml
from workflow.dmn.model import Model, load
from workflow.errors import N_, DefinitionRejected
from workflow.model.findings import Finding
from workflow.packages.decisions import Decisions

_FOLDER = "rules/"


def load_decisions(files: Mapping[str, bytes]) -> tuple[Decisions, list[Finding]]:
    """Every decision of `rules/*.dmn`, and what is wrong with the files."""
    models: dict[str, Model] = {}
    findings: list[Finding] = []
    for file in sorted(name for name in files if name.startswith(_FOLDER) and name.endswith(".dmn")):
        try:
            model = _load(file, files)
        except DefinitionRejected as refused:
            findings += [replace(finding, file=file) for finding in refused.findings]
            continue
        findings += [replace(finding, file=file) for finding in model.findings]
        for name in model.decisions:
            if name in models:
                findings.append(_twice(name, file))
            models.setdefault(name, model)
    return Decisions(models=models), findings


def _load(file: str, files: Mapping[str, bytes]) -> Model:
    # The same guard as for BPMN: no document type, no entity, bounded, with the line of the fault.
    parse_xml(files[file], file=file)
    return load(files[file], resolve=lambda name: _imported(name, files))


def _imported(name: str, files: Mapping[str, bytes]) -> bytes | None:
    """An import is another DMN file of the package, by its file name; nothing outside the package is ever read."""
    return files.get(f"{_FOLDER}{name.rsplit('/', 1)[-1]}")


def _twice(name: str, file: str) -> Finding:
    return Finding(
        rule="duplicate-decision",
        template=N_("The package has the decision %(id)s twice"),
        params={"id": name},
        advice=N_("Give each decision of the package an id and a name of its own"),
        element_id=name,
        file=file,
    )
