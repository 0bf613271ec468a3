"""Which roles there are: those of the register, those of every published procedure, and those of the installation itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from workflow.model.user_task import Label
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.records import Role
from workflow.packages.roles import held_as
from workflow.services.ground.labels import same
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

RoleRegister = Mapping[str, Role]
"""Role → the role, of those that every procedure may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRole:
    """A role that somebody may be given. `role` is what an assignment says; `procedures`: key → title, of those that name it.

    `bodies`: the kinds of body whose people hold it, `subject` for the unit itself; none for a role of the installation.
    """

    role: str
    label: Label
    procedures: Mapping[str, Label]
    bodies: tuple[str, ...] = ()
    registered: bool = False


def known_roles(uow: UnitOfWork, register: RoleRegister) -> dict[str, KnownRole]:
    """What assignments call a role → the role: the installation's, the register's, then each procedure's own.

    The register's label holds; else the newest one of the procedure whose role it is.
    """
    found = {role: KnownRole(role=role, label=same(role), procedures={}) for role in sorted(SYSTEM_ROLES)}
    found |= {
        role.id: KnownRole(role=role.id, label=role.label, procedures={}, bodies=_bodies(role), registered=True)
        for role in register.values()
    }
    for version in published_versions(uow):
        for role in roles_of_version(uow, version).values():
            held = held_as(version.key, version.roles, role.id)
            known = found.get(held)
            before = known.procedures if known is not None else {}
            title = Label(vi=version.title_vi, en=version.title_en)
            found[held] = KnownRole(
                role=held,
                label=known.label if known is not None else role.label,
                procedures={**before, version.key: before.get(version.key, title)},
                bodies=tuple(dict.fromkeys([*(known.bodies if known is not None else ()), *_bodies(role)])),
                registered=held in register,
            )
    return found


def published_versions(uow: UnitOfWork) -> list[VersionRecord]:
    """Every version that was ever published, by procedure, the newest first; those that name another's role come last."""
    versions = [version for version in uow.definitions.all() if version.published_at is not None]
    return sorted(versions, key=lambda version: any(_is_lent(version, held) for held in (version.roles or {}).values()))


def published_names(uow: UnitOfWork) -> dict[str, dict[str, str]]:
    """Procedure → role → what assignments call it, in the procedure's newest published version that has the role."""
    found: dict[str, dict[str, str]] = {}
    for version in published_versions(uow):
        names = found.setdefault(version.key, {})
        for role in roles_of_version(uow, version):
            names.setdefault(role, held_as(version.key, version.roles, role))
    return found


def roles_of_version(uow: UnitOfWork, version: VersionRecord) -> Mapping[str, Role]:
    """The roles that the version's manifest lists."""
    return _roles(uow.definitions.file(version.id, MANIFEST))


@lru_cache(maxsize=64)
def _roles(manifest: bytes) -> Mapping[str, Role]:
    found, _ = read_manifest(manifest)
    return found.roles if found is not None else {}


def _is_lent(version: VersionRecord, held: str) -> bool:
    owner, scoped, _ = held.partition(":")
    return bool(scoped) and owner != version.key


def _bodies(role: Role) -> tuple[str, ...]:
    return (role.body,) if role.body else ()
