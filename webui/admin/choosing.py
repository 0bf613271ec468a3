"""What the forms of this area offer: roles that exist, organisations within the actor's reach."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _

from webui.container import container
from webui.words import SYSTEM_ROLES, named, said

_KEPT = "roles of published versions"


def role_labels(actor: Any) -> dict[str, str]:
    """Role → text: those of the installation, then those of every procedure that was published; the newest word holds."""
    found = {role: str(label) for role, label in SYSTEM_ROLES.items()}
    for view in container().definitions.list(actor):
        if view.version.published_at is not None:
            for role_id, label in _roles_of(actor, view.version.id).items():
                found.setdefault(role_id, said(label))
    return found


def organisations(actor: Any) -> dict[str, str]:
    """Organisation id → name with the id, of those that stand today within the actor's reach."""
    return {one.id: f"{named(one)} ({one.id})" for one in container().organisations.list(actor)}


def unknown_organisation() -> str:
    """What to say where a code was entered that is not in the list."""
    return str(_("There is no such organisation in your jurisdiction. Choose one from the list."))


def _roles_of(actor: Any, version_id: str) -> dict[str, Any]:
    """A published version never changes: its roles are read once a process."""
    kept: dict[str, dict[str, Any]] = current_app.extensions.setdefault(_KEPT, {})
    if version_id not in kept:
        package = container().definitions.package(actor, version_id)
        kept[version_id] = {role.id: role.label for role in package.roles.values()}
    return kept[version_id]
