"""The criteria sets of a package."""

from collections.abc import Mapping

from workflow.errors import N_, WorkflowError
from workflow.model.findings import Finding
from workflow.recognition.criteria import CriteriaSet, load_criteria_set


def load_criteria(files: Mapping[str, bytes]) -> tuple[Mapping[str, CriteriaSet], list[Finding]]:
    """Every set of `criteria/*.json` by its key, and what is wrong with the files."""
    sets: dict[str, CriteriaSet] = {}
    findings: list[Finding] = []
    for file in sorted(name for name in files if name.startswith("criteria/") and name.endswith(".json")):
        try:
            found = load_criteria_set(files[file])
        except WorkflowError as error:
            findings.append(Finding(rule="criteria-set", template=error.template, params=error.params, file=file))
            continue
        if found.key in sets:
            findings.append(
                Finding(
                    rule="duplicate-criteria-set",
                    template=N_("The package has the criteria set %(key)s twice"),
                    params={"key": found.key},
                    advice=N_("Give each criteria set a key of its own"),
                    element_id=found.key,
                    file=file,
                )
            )
        sets.setdefault(found.key, found)
    return sets, findings
