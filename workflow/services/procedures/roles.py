"""What holders of shared roles could do newly once a version is published: shown to whoever compares, confirmed by whoever publishes."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.errors import N_, Doubt, Unconfirmed
from workflow.model.expressions import Literal
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.package import ProcedurePackage
from workflow.packages.records import Manifest
from workflow.packages.roles import held_as, names_of
from workflow.packages.tasks import task_label
from workflow.services.ground.labels import joined, same
from workflow.services.ground.roles import RoleRegister, known_roles, published_names
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

Powers = Mapping[str, frozenset[str]]
"""Role → what its holders may do: each task, and each task with an outcome, as `task` and `task.outcome`."""
_GAINS = N_("%(count)s holders of the role “%(role)s”, which other procedures use too, could newly do: %(tasks)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGain:
    """What the `holders` of a role gain. `tasks`: each task that is new to them or has outcomes new to them, with these.

    `shared`: the role stands in the register, or other `procedures` name it too.
    """

    role: str
    label: Label
    shared: bool
    procedures: Sequence[Label]
    holders: int
    tasks: Sequence[tuple[Label, Sequence[Label]]]
    gained: Sequence[str]

    @property
    def asked(self) -> bool:
        """Whether somebody has to confirm it: people to whom other procedures gave the role gain power by it."""
        return self.shared and self.holders > 0

    @property
    def key(self) -> str:
        """Names exactly this gain: another one has to be confirmed anew."""
        return f"{self.role}:{hashlib.sha256(' '.join(self.gained).encode()).hexdigest()[:16]}"


def version_names(uow: UnitOfWork, register: RoleRegister, manifest: Manifest) -> dict[str, str]:
    """Role → what assignments would call it if the version were published now."""
    others = published_names(uow)
    return names_of(manifest, register, others.pop(manifest.key, {}), others)


def role_gains(
    uow: UnitOfWork,
    register: RoleRegister,
    package: ProcedurePackage,
    former: ProcedurePackage | None,
    on: date,
) -> list[RoleGain]:
    """For each role of the package: what its holders gain over `former`, the version before."""
    names = version_names(uow, register, package.manifest)
    known = known_roles(uow, register)
    before = {} if former is None else _by_holder(powers(former), former.held_as)
    found = []
    for held, can in _by_holder(
        powers(package), lambda role: names.get(role) or held_as(package.key, {}, role)
    ).items():
        gained = sorted(can - before.get(held, frozenset()))
        if not gained:
            continue
        role = known.get(held)
        others = {key: title for key, title in role.procedures.items() if key != package.key} if role else {}
        found.append(
            RoleGain(
                role=held,
                label=role.label if role else _own_label(package, held, names),
                shared=bool(others) or held in register,
                procedures=list(others.values()),
                holders=uow.accounts.holders_anywhere(held, on),
                tasks=_told(package, gained),
                gained=gained,
            )
        )
    return found


def _own_label(package: ProcedurePackage, held: str, names: Mapping[str, str]) -> Label:
    role = next((package.roles[role] for role, name in names.items() if name == held), None)
    return role.label if role is not None else same(held)


def confirm_gains(gains: Sequence[RoleGain], confirmed: Collection[str]) -> None:
    """Raise `Unconfirmed` with every gain that the publisher has not confirmed."""
    doubts = tuple(
        Doubt(key=one.key, template=_GAINS, params={"count": one.holders, "role": one.label, "tasks": tasks_told(one)})
        for one in gains
        if one.asked and one.key not in confirmed
    )
    if doubts:
        raise Unconfirmed(doubts)


def tasks_told(gain: RoleGain) -> Label:
    """The tasks with their outcomes as one line."""
    return joined(_with(task, outcomes) for task, outcomes in gain.tasks)


def powers(package: ProcedurePackage) -> Powers:
    """What each role of the package may do. A role from which people are chosen may be given what is done by those chosen."""
    found: dict[str, set[str]] = {role: set() for role in package.roles}
    for process in package.bpmn.processes.values():
        for task in process.user_tasks.values():
            roles = {group.text for group in task.spec.candidate_groups if isinstance(group, Literal)}
            for role in roles:
                found.setdefault(role, set()).update([task.id, *(f"{task.id}.{one.id}" for one in task.spec.outcomes)])
            for item in task.spec.fields:
                if item.role is not None:
                    found.setdefault(item.role, set()).add(f"{task.id}.{item.id}")
    return {role: frozenset(can) for role, can in found.items()}


def check_role_names(uow: UnitOfWork, register: RoleRegister, files: Mapping[str, bytes]) -> list[Finding]:
    """Roles that are called otherwise than where they belong, and roles of other procedures that there are not."""
    manifest, _ = read_manifest(files.get(MANIFEST, b""))
    if manifest is None:
        return []
    known, others = known_roles(uow, register), published_names(uow)
    findings = []
    for index, role in enumerate(manifest.roles.values()):
        held = others.get(role.of, {}).get(role.id) if role.of else role.id if role.id in register else None
        if role.of and (role.of == manifest.key or held is None):
            findings.append(
                _finding(
                    "unknown-role-owner",
                    N_("No published procedure “%(owner)s” has a role “%(role)s”"),
                    N_("Correct “of”, or delete it: the role is then this procedure's own"),
                    index,
                    "of",
                    owner=role.of,
                    role=role.id,
                )
            )
        elif held in known and known[held].label != role.label:
            findings.append(
                _finding(
                    "role-called-otherwise",
                    N_("The role “%(role)s” is called “%(label)s” where it belongs; this package calls it “%(other)s”"),
                    N_("Call it as it is called there, or give the role of this procedure another id"),
                    index,
                    "vi",
                    role=role.id,
                    label=known[held].label.vi,
                    other=role.label.vi,
                )
            )
    return findings


def former_version(uow: UnitOfWork, version: VersionRecord) -> VersionRecord | None:
    """The procedure's version that was published last before this one."""
    every = [one for one in uow.definitions.all(version.key) if one.published_at is not None and one.id != version.id]
    return max(every, key=lambda one: one.version, default=None)


def _by_holder(can: Powers, name: Callable[[str], str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for role, what in can.items():
        found[name(role)] = found.get(name(role), frozenset()) | what
    return found


def _told(package: ProcedurePackage, gained: Sequence[str]) -> list[tuple[Label, Sequence[Label]]]:
    tasks = {key: task for process in package.bpmn.processes.values() for key, task in process.user_tasks.items()}
    found: dict[str, list[Label]] = {}
    for what in gained:
        task_id, _, part = what.partition(".")
        labels = {one.id: one.label for one in tasks[task_id].spec.outcomes}
        labels |= {one.id: one.label for one in tasks[task_id].spec.fields if one.role is not None}
        found.setdefault(task_id, []).extend([labels[part]] if part else [])
    return [(Label(vi=vi, en=en), found[key]) for key in found for vi, en in [task_label(package, key)]]


def _with(task: Label, outcomes: Sequence[Label]) -> Label:
    inner = joined(outcomes)
    return Label(vi=f"{task.vi} ({inner.vi})", en=f"{task.en or task.vi} ({inner.en})") if outcomes else task


def _finding(rule: str, template: str, advice: str, index: int, key: str, **params: str) -> Finding:
    place = f"roles[{index}].{key}"
    return Finding(
        rule=rule, template=template, params={"place": place, **params}, advice=advice, element_id=place, file=MANIFEST
    )
