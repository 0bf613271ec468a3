"""What somebody has asked for, in words: whom it is about, what would change, and what the second person should know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l

from webui.container import container
from webui.format import on
from webui.words import named, role_name, said
from workflow.services.accounts.directory import AccountView
from workflow.services.accounts.requests import RequestView

ACTS: dict[str, Any] = {
    "AssignRole": _l("Give a role"),
    "CreateUser": _l("Create an account"),
    "AppointDeputy": _l("Appoint a deputy"),
    "ResetPassword": _l("Renew the password"),
    "ResetSecondFactor": _l("Reset the second factor"),
    "ChangeAddress": _l("Change the e-mail address"),
}
STATES: dict[str, Any] = {
    "asked": (_l("Waits for a second person"), "warning"),
    "confirmed": (_l("Confirmed"), "success"),
    "refused": (_l("Refused"), "danger"),
    "withdrawn": (_l("Withdrawn"), "neutral"),
    "expired": (_l("Nobody confirmed in time"), "neutral"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWish:
    """`about`: the person; `lines`: label and text of what would change."""

    act: str
    state: tuple[Any, str]
    about: str
    asked_by: str
    decided_by: str
    lines: Sequence[tuple[str, str]]


def said_wishes(views: Sequence[RequestView], roles: Mapping[str, str]) -> dict[str, SaidWish]:
    """Request id → what it says."""
    return {view.request.id: _said(view, roles) for view in views}


def _said(view: RequestView, roles: Mapping[str, str]) -> SaidWish:
    request, wish, concerned = view.request, view.request.wish, view.concerned
    people = container().names.users([request.asked_by, request.decided_by])
    lines: list[tuple[str, str]] = []
    about = _person(concerned.user) if concerned.user is not None else ""
    if "user" in wish:
        about = f"{wish['user']['name']} ({wish['user']['login']})"
        lines.append((_("E-mail"), wish["user"]["email"] or _("none: a link is printed")))
    if "role" in wish:
        lines += _role_lines(wish["role"], roles)
    if request.act == "AppointDeputy" and concerned.assignment is not None:
        held = concerned.assignment
        lines.append((_("Stands in for"), _person(concerned.principal) if concerned.principal is not None else "–"))
        lines += _role_lines(
            {
                "role": held.role,
                "organisation_id": held.organisation_id,
                "valid_from": wish["valid_from"],
                "valid_to": wish["valid_to"],
                "paper": wish["paper"],
            },
            roles,
        )
    if request.act == "ChangeAddress":
        old = concerned.user.email if concerned.user is not None else None
        lines += [(_("Address now"), old or "–"), (_("New address"), wish["email"] or "–")]
    if wish.get("reason"):
        lines.append((_("Reason"), wish["reason"]))
    if "user" not in wish and concerned.user is not None:
        lines += _way_in(concerned.user)
    return SaidWish(
        act=str(ACTS[request.act]),
        state=STATES[request.state],
        about=about,
        asked_by=people.get(request.asked_by, "–"),
        decided_by=people.get(request.decided_by or "", _("the server's command line")) if request.decided_by else "",
        lines=lines,
    )


def _role_lines(wish: Mapping[str, Any], roles: Mapping[str, str]) -> list[tuple[str, str]]:
    place = container().names.organisations([wish["organisation_id"]])[wish["organisation_id"]]
    until = on(date.fromisoformat(wish["valid_to"])) if wish["valid_to"] else _("no end")
    return [
        (_("Role"), role_name(wish["role"], roles)),
        (_("Organisation"), named(place)),
        (_("Days"), f"{on(date.fromisoformat(wish['valid_from']))} – {until}"),
        (_("Paper"), wish["paper"] or "–"),
        *_scope_lines(wish.get("scope") or {}),
    ]


def _scope_lines(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an inspection team is to read: whoever confirms it must see that."""
    bounds = container().names.bounds()
    kinds = (
        ("procedures", _("Only these procedures"), bounds.procedures),
        ("campaigns", _("Only these campaigns"), bounds.campaigns),
    )
    lines = [
        (title, "; ".join(said(names[one]) if one in names else one for one in scope[name]))
        for name, title, names in kinds
        if scope.get(name)
    ]
    if scope.get("opened_from") or scope.get("opened_to"):
        first, last = (
            on(date.fromisoformat(scope[one])) if scope.get(one) else "…" for one in ("opened_from", "opened_to")
        )
        lines.append((_("Only cases opened"), f"{first} – {last}"))
    return lines


def _way_in(user: AccountView) -> list[tuple[str, str]]:
    """How the person gets into the account: who confirms should know whom the power goes to."""
    address = user.email or _("none")
    if user.email:
        address = f"{address} ({_('confirmed') if user.email_confirmed else _('not confirmed')})"
    lines = [(_("E-mail of the account"), address)]
    if user.way_in_by is not None:
        hands = container().names.users([user.way_in_by]).get(user.way_in_by, "–")
        lines.append((_("Way into the account"), _("through the hands of %(name)s alone", name=hands)))
    return lines


def _person(user: AccountView) -> str:
    return f"{user.name} ({user.login})"
