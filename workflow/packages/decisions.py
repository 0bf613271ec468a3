"""The decisions of a package: all its DMN files, read and seen as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflow.bpmn.xml import parse_xml
from workflow.dmn.model import DecisionResult, Model, load
from workflow.dmn.nodes import InputData, Node
from workflow.errors import N_, DefinitionRejected, NotFound
from workflow.model.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decision id or name → the DMN model that holds it."""

    models: Mapping[str, Model] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The ids and names of all decisions."""
        return frozenset(self.models)

    def inputs_of(self, name: str) -> frozenset[str]:
        """The names of the input data that the decision needs, directly or through other decisions."""
        found: set[str] = set()
        seen: set[int] = set()
        model = self.models.get(name)
        waiting: list[Node] = [model.decisions[name]] if model is not None else []
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, InputData):
                found.add(node.name)
            waiting.extend(requirement.node for requirement in node.requires)
        return frozenset(found)

    def explain(self, name: str, inputs: Mapping[str, Any], *, now: datetime | None = None) -> DecisionResult:
        """The decision's result with the rules that matched; `now` (aware) is what now() and today() say there.

        Raises `NotFound` or `ExpressionError`.
        """
        if name not in self.models:
            raise NotFound(
                N_("The package has no decision %(name)s; it has %(known)s"),
                name=name,
                known=", ".join(sorted(self.models)) or "-",
            )
        return self.models[name].explain(name, inputs, now=now)


# The DMN files of a package.

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
