"""Forms that were sent in vain lose nothing.

What a form that was refused shows lies at an address of its own (`accounts.kept_form`), which can be opened again, in either language.
What somebody sends whose session has ended, or who has signed in anew meanwhile, is kept for whom the form was made: the token against forgery
says, signed, who that was. Nobody else ever gets to see it. Passwords and codes are never kept: their routes say so (`never_kept`).
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.globals import request_ctx
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from webui.container import container
from workflow.errors import WorkflowError
from workflow.services.accounts.kept_forms import ENDED, LIFETIME, REFUSED, Sent

log = logging.getLogger(__name__)
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
WAITING = "kept_forms"
"""In the session: whether something is kept that the person has not seen since it was sent."""
_OURS = {TOKEN, "back", "then", "task", "criterion", "confirmed", "doubt", "shown"}
_NO_TEXT = re.compile(r"[\x21-\x7e]{0,20}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/\S*")
"""What nobody would miss: a code, an id, an address of ours."""

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Keep what is refused, and forget what has been carried out."""
    app.after_request(_keep_or_forget)
    app.context_processor(
        lambda: {
            "kept_notice": g.get("kept_notice"),
            "kept_texts": g.get("kept_texts"),
            "kept_waiting": session.get(WAITING),
        }
    )


def never_kept(view: View) -> View:
    """What is sent to this route is a secret, or nothing that anybody typed."""
    view.never_kept = True  # type: ignore[attr-defined] # how it is remembered
    return view


def mark_owner(user_id: str) -> None:
    """From now on this session's forms say whose they are."""
    session[TOKEN] = f"{secrets.token_hex(20)}.{user_id}"


def owner_of_form() -> str | None:
    """For whom the form was made that has been sent; None where its token does not say, or is not ours."""
    sent = (text for name, text in request.form.items() if name.endswith(TOKEN))  # a form among several has a prefix
    token = next(sent, "") or request.headers.get("X-CSRFToken", "")
    signed = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        said = str(signed.loads(token, max_age=int(LIFETIME.total_seconds())))
    except BadData:
        return None
    return said.partition(".")[2] or None


def is_signed_in() -> bool:
    """Whether somebody is; False where it cannot be found out, and in an application without accounts."""
    if not hasattr(current_app, "login_manager"):
        return False
    try:
        return bool(current_user.is_authenticated)
    except WorkflowError:
        return False


def is_by_script() -> bool:
    """Whether a page's script asks: it wants the bare status, or a part of the page."""
    return any(name in request.headers for name in ("X-Autosave", "X-Rows", "HX-Request"))


def keep_for(user_id: str) -> str | None:
    """Keep what was sent for whom the form was made, and return the address at which that person finds it; None for a mere button."""
    entered = [text for name, text in sent_fields() if text and not _is_ours(name)]
    return _kept(user_id, ENDED) if entered else None


def keep_refused() -> str | None:
    """Keep what the signed-in person sent, and return its address; None where there is nothing to keep, or it cannot be kept now."""
    return _kept(current_user.actor.user_id, REFUSED) if is_signed_in() else None


def typed(fields: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """(field, text) of what a person would miss among what was sent."""
    return [
        (name, text) for name, text in fields if not _is_ours(name) and text.strip() and not _NO_TEXT.fullmatch(text)
    ]


def _is_ours(name: str) -> bool:
    return name in _OURS or name.endswith(("command_id", "revision"))


def sent_fields() -> list[tuple[str, str]]:
    """What was sent, without the token."""
    return [(name, text) for name, text in request.form.items(multi=True) if not name.endswith(TOKEN)]


def may_be_kept() -> bool:
    """Whether this is a form that a person sent by its page and that holds no secret."""
    return request.method == "POST" and not is_never_kept() and not is_by_script() and "replayed" not in g


def is_never_kept() -> bool:
    """Whether what is sent to this address must not be kept."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view is None or bool(getattr(view, "never_kept", False))


def takes_forms(address: str) -> bool:
    """Whether forms are sent to that address whose texts may be kept."""
    target = target_of(address)
    return target is not None and not getattr(current_app.view_functions[target[0]], "never_kept", False)


def target_of(address: str) -> tuple[str, dict[str, Any]] | None:
    """The endpoint to which a form at that address is sent, and what the address says to it; None where there is none."""
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(address.partition("?")[0], method="POST")
    except HTTPException:
        return None
    return str(endpoint), dict(values)


def _kept(user_id: str, why: str) -> str | None:
    if not may_be_kept():
        return None
    try:
        form_id = container().kept_forms.keep(user_id, _sent(), why)
    except (WorkflowError, AttributeError) as error:  # an application without accounts keeps nothing
        log.info("what was sent could not be kept: %s", error)
        return None
    g.kept = True
    return url_for("accounts.kept_form", form_id=form_id)


def _sent() -> Sent:
    fields = sent_fields()
    return Sent(
        address=request.full_path.rstrip("?"),
        fields=fields,
        command_id=next((text for name, text in fields if name.endswith("command_id")), ""),
        files=[(name, file.filename) for name, file in request.files.items(multi=True) if file.filename],
        said=g.get("said_of_files", {}),
        wordless=not typed(fields),
    )


def _keep_or_forget(response: Response) -> Response:
    if "kept" in g or not may_be_kept() or not is_signed_in():
        return response
    if response.status_code < 400:
        _forget()
    elif response.status_code in (409, 422) and response.mimetype == "text/html" and response.get_data():
        address = keep_refused()
        if address is not None:
            session["_flashes"] = [*(request_ctx.flashes or ()), *session.get("_flashes", ())]
            return redirect(address, 303)  # type: ignore[return-value] # the application's own class
    return response


def _forget() -> None:
    try:
        container().kept_forms.carried_out(current_user.actor, _sent())
    except (WorkflowError, AttributeError) as error:
        log.info("a form that was carried out is kept a while longer: %s", error)
