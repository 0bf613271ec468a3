"""Whether the bodies that tasks are given to exist, in the organisations of this installation."""

from collections.abc import Iterable, Iterator

from workflow.errors import N_
from workflow.model.elements import UserTask
from workflow.model.expressions import Literal
from workflow.model.findings import Finding
from workflow.organisation.records import Organisation
from workflow.packages.checks.people import is_jurisdiction
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes
from workflow.packages.records import Manifest

_SUBJECT = "subject"
_MANAGING = "managing"


def check_organisations(contents: Contents, organisations: Iterable[Organisation]) -> list[Finding]:
    """Tasks whose role no organisation has while the procedure is in force: every case would be stuck there.

    Jurisdictions that an expression decides are left to run time.
    """
    if contents.manifest is None:
        return []
    there: set[tuple[str, str | None]] = {
        (one.kind, one.level) for one in organisations if _overlaps(one, contents.manifest)
    }
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                for kind, level in dict.fromkeys(_bodies(task)):
                    _check(task, kind, level, there, notes)
        findings += notes.findings
    return findings


def _bodies(task: UserTask) -> Iterator[tuple[str, str]]:
    given = [task.spec.jurisdiction, *(field.jurisdiction for field in task.spec.fields)]
    for value in given:
        text = value.text if isinstance(value, Literal) else value
        if isinstance(text, str) and text != _SUBJECT and is_jurisdiction(text):
            kind, _, level = text.partition("@")
            yield kind, level


def _check(task: UserTask, kind: str, level: str, there: set[tuple[str, str | None]], notes: Notes) -> None:
    if (kind, level) in there or (level == _MANAGING and any(found == kind for found, _ in there)):
        return
    roles = ", ".join(group.text for group in task.spec.candidate_groups if isinstance(group, Literal))
    notes.error(
        "role-without-organisation",
        N_("No organisation is a %(body)s while the procedure is in force, so nobody can hold %(roles)s there"),
        task,
        N_("Add the organisation, or give the task to a body that there is"),
        body=f"{kind}@{level}",
        roles=roles or "-",
    )


def _overlaps(organisation: Organisation, manifest: Manifest) -> bool:
    ends_before = organisation.valid_to is not None and organisation.valid_to < manifest.effective_from
    begins_after = manifest.effective_to is not None and organisation.valid_from > manifest.effective_to
    return not (ends_before or begins_after)
