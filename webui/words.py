"""Words that several areas use: kinds and levels of organisations, and which language's text to show."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from webui.i18n import language

KINDS: dict[str, Any] = {
    "province": _l("Province"),
    "district": _l("District or city"),
    "commune": _l("Commune, ward or township"),
    "residential-area": _l("Residential area"),
    "agency": _l("Agency"),
    "enterprise": _l("Enterprise"),
    "school": _l("School"),
    "peoples-committee": _l("People's committee"),
    "police": _l("Police"),
    "steering-committee": _l("Steering committee"),
}
LEVELS: dict[str, Any] = {"province": _l("Province"), "district": _l("District"), "commune": _l("Commune")}
SYSTEM_ROLES: dict[str, Any] = {
    "administrator": _l("Administrator"),
    "definition-reviewer": _l("Reviewer of procedures"),
    "auditor": _l("Auditor"),
    "manager": _l("Manager of the standing office"),
}


def init_app(app: Flask) -> None:
    """Offer these functions to templates."""
    app.jinja_env.globals.update(
        said=said, named=named, kind_name=kind_name, level_name=level_name, role_name=role_name
    )


def said(label: Any) -> str:
    """The text of a label (`vi`, `en`) in the session's language; Vietnamese where there is no other."""
    if label is None:
        return ""
    return str(label.en if language() == "en" and label.en else label.vi)


def named(record: Any, stem: str = "name") -> str:
    """The text of a record's pair of fields, such as `name_vi` and `name_en`, in the session's language."""
    vi, en = getattr(record, f"{stem}_vi"), getattr(record, f"{stem}_en")
    return str(en if language() == "en" and en else vi)


def kind_name(kind: str) -> str:
    """The kind of an organisation; kinds are data, so one that has no word here is shown as it is."""
    return str(KINDS.get(kind, kind))


def level_name(level: str | None) -> str:
    """The level, or a dash for none."""
    return str(LEVELS.get(level, level)) if level else "–"


def role_name(role: str, labels: Mapping[str, str] | None = None) -> str:
    """The role in words: one of the installation, one of a procedure (`labels`: id → text), else its id."""
    return str(SYSTEM_ROLES.get(role) or (labels or {}).get(role, role))
