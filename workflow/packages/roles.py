"""Whose a role is: one of the register, which every procedure may name, or a procedure's own; and what assignments call it.

An assignment names a role of the register by its id, a procedure's own as `procedure:role`: two procedures that use one id have nothing
in common.
"""

from collections.abc import Mapping

from workflow.errors import DefinitionRejected
from workflow.packages.documents import TomlFile
from workflow.packages.manifest import read_role
from workflow.packages.records import SYSTEM_ROLES, Manifest, Role

REGISTER = "roles.toml"
OWN = ":"
"""Stands between a procedure's key and its own role."""


def load_register(source: bytes) -> Mapping[str, Role]:
    """Return the roles of the register by id. Raises `DefinitionRejected` with every fault of the file."""
    toml = TomlFile(REGISTER)
    root = toml.load(source)
    roles = [] if root is None else [read_role(table) for table in root.tables("roles")]
    if root is not None:
        root.done()
    if toml.findings:
        raise DefinitionRejected(tuple(toml.findings))
    return {role.id: role for role in roles}


def held_as(key: str, names: Mapping[str, str] | None, role: str) -> str:
    """What assignments call `role` of the procedure `key`. `names`: what was decided when the version was published.

    Versions of before that (None) call every role by its id. A role that the manifest does not list, which an expression may give,
    is never one of somebody else's.
    """
    if names is None or role in SYSTEM_ROLES:
        return role
    return names.get(role) or f"{key}{OWN}{role}"


def names_of(
    manifest: Manifest,
    register: Mapping[str, Role],
    former: Mapping[str, str],
    others: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """Role → what assignments are to call it, for a version that is published now.

    `former`: the names in the procedure's last published version, which stay. `others`: those of every other procedure, by key; a role
    with `of` is the one of that procedure.
    """
    found = {}
    for role in manifest.roles.values():
        theirs = others.get(role.of, {}).get(role.id) if role.of else None
        own = role.id if role.id in register else held_as(manifest.key, {}, role.id)
        found[role.id] = theirs or former.get(role.id) or own
    return found
