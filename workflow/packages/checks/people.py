"""Who may act: roles, jurisdictions and bodies that exist; and the stages under which pages show it."""

from collections.abc import Iterable, Iterator, Set

from workflow.errors import N_
from workflow.model.elements import UserTask
from workflow.model.expressions import Literal, Value
from workflow.model.findings import Finding
from workflow.organisation.records import BODY_KINDS, LEVELS, Organisation
from workflow.packages.contents import Contents
from workflow.packages.jurisdictions import is_jurisdiction
from workflow.packages.manifest import MANIFEST
from workflow.packages.names import is_variable_name
from workflow.packages.notes import Notes
from workflow.packages.records import Manifest


def check_holders(task: UserTask, jurisdiction: str, manifest: Manifest, notes: Notes, line: int | None = None) -> None:
    """Warn where the body that is to act is not of the kind whose people hold one of the task's roles.

    Roles given by an expression, or without a body, are left to run time.
    """
    roles = [manifest.roles.get(group.text) for group in task.spec.candidate_groups if isinstance(group, Literal)]
    bodies = [role.body for role in roles if role is not None and role.body]
    kind = jurisdiction.partition("@")[0]
    if bodies and len(bodies) == len(task.spec.candidate_groups) and kind not in bodies:
        notes.warning(
            "role-of-another-body",
            N_("Nobody at %(jurisdiction)s holds a role of the task: procedure.toml gives it to %(bodies)s"),
            task,
            N_("Name another role or another organisation, or correct the role's body in procedure.toml"),
            line,
            jurisdiction=jurisdiction,
            bodies=", ".join(dict.fromkeys(bodies)),
        )


def check_people(contents: Contents) -> list[Finding]:
    """Check every user task of every process."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                _check_task(task, contents, notes)
        findings += notes.findings
    return findings


def _check_task(task: UserTask, contents: Contents, notes: Notes) -> None:
    spec = task.spec
    if not is_variable_name(task.id):
        notes.error(
            "not-a-variable-name",
            N_("The result of a user task is a variable named by its id, and “%(id)s” is no name in FEEL"),
            task,
            N_("Give it an id that begins with a letter or underscore and is no word of FEEL, such as and or not"),
            id=task.id,
        )
    if contents.manifest is not None:
        _check_roles(task, contents.manifest, notes)
        _check_stage(task, contents.manifest, notes)
        if isinstance(spec.jurisdiction, Literal) and is_jurisdiction(spec.jurisdiction.text):
            check_holders(task, spec.jurisdiction.text, contents.manifest, notes, spec.jurisdiction.line)
    for jurisdiction in (spec.jurisdiction, *(field.jurisdiction for field in spec.fields)):
        _check_jurisdiction(task, jurisdiction, notes)


def _check_roles(task: UserTask, manifest: Manifest, notes: Notes) -> None:
    groups = [(group.text, group.line) for group in task.spec.candidate_groups if isinstance(group, Literal)]
    fields = [(field.role, task.line) for field in task.spec.fields if field.role is not None]
    for role, line in (*groups, *fields):
        if role not in manifest.roles:
            notes.error(
                "unknown-role",
                N_("There is no role %(role)s in procedure.toml"),
                task,
                N_("Add it to [[roles]], or name one of %(known)s"),
                line,
                role=role,
                known=", ".join(manifest.roles) or "-",
            )


def _check_stage(task: UserTask, manifest: Manifest, notes: Notes) -> None:
    known = [stage.id for stage in manifest.stages]
    if task.spec.stage and task.spec.stage not in known:
        notes.error(
            "unknown-stage",
            N_("There is no stage %(stage)s in procedure.toml"),
            task,
            N_("Add it to [[stages]], or name one of %(known)s"),
            stage=task.spec.stage,
            known=", ".join(known) or "-",
        )
    elif known and not task.spec.stage:
        notes.warning("no-stage", N_("The task belongs to no stage"), task, N_("Choose its stage"))


def _check_jurisdiction(task: UserTask, value: Value | None, notes: Notes) -> None:
    if isinstance(value, Literal) and not is_jurisdiction(value.text):
        notes.error(
            "not-a-jurisdiction",
            N_("“%(text)s” names no organisation"),
            task,
            N_("Write subject, or a kind of body and a level such as steering-committee@commune"),
            value.line,
            text=value.text,
        )


# Whether the bodies that tasks are given to exist, in the organisations of this installation.

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
    findings = _check_bodies(contents.manifest, {kind for kind, _ in there} | BODY_KINDS)
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                for kind, level in dict.fromkeys(_bodies(task)):
                    _check(task, kind, level, there, notes)
        findings += notes.findings
    return findings


def _check_bodies(manifest: Manifest, known: Set[str]) -> list[Finding]:
    """Roles of bodies of a kind that there is nowhere."""
    return [
        Finding(
            rule="unknown-kind-of-body",
            template=N_(
                "The people of the role “%(role)s” are to be at a body of the kind “%(kind)s”, which there is nowhere"
            ),
            params={
                "role": role.label.vi or role.id,
                "kind": role.body,
                "known": ", ".join(sorted(known - set(LEVELS))),
            },
            advice=N_("Write subject or one of %(known)s, or add the organisation first"),
            element_id=f"roles[{index}].body",
            file=MANIFEST,
        )
        for index, role in enumerate(manifest.roles.values())
        if role.body and role.body != _SUBJECT and role.body not in known
    ]


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
