"""Errors as pages: what happened, in the person's language, and what to do next.

A refusal by the rules is no failure: it gets its own status and is not logged as an error. What nobody foresaw gets a reference
that stands both on the page and in the log.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, g, jsonify, redirect, render_template, request
from flask_babel import gettext
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response

from webui.bodies import why_too_large
from webui.format import on
from webui.guard import to_sign_in
from webui.i18n import language
from webui.kept_forms import (
    is_by_script,
    is_never_kept,
    is_signed_in,
    keep_for,
    keep_refused,
    owner_of_form,
    sent_fields,
    typed,
)
from webui.links import came_from
from webui.words import CAMPAIGN_STATES, CASE_STATES, TASK_STATES, VERSION_STATES
from workflow.errors import (
    N_,
    Bilingual,
    BudgetSpent,
    Busy,
    CannotBeShown,
    Conflict,
    DefinitionRejected,
    InvalidInput,
    NotFound,
    PermissionDenied,
    SignInRefused,
    StorageRefused,
    TooManyAttempts,
    TransitionRefused,
    Unavailable,
    WorkflowError,
)
from workflow.ids import new_id
from workflow.services.casework.completion import OutcomeRefused
from workflow.services.views import Finding

log = logging.getLogger(__name__)

STATUSES: dict[type[WorkflowError], int] = {
    NotFound: 404,
    PermissionDenied: 403,
    InvalidInput: 422,
    DefinitionRejected: 422,
    Conflict: 409,
    TransitionRefused: 409,
    SignInRefused: 422,
    BudgetSpent: 422,
    CannotBeShown: 422,
    TooManyAttempts: 429,
    Busy: 503,
    Unavailable: 503,
    StorageRefused: 503,
}
KNOWN_PAGES = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 503})


class UnusableSign(BadRequest):
    """What was sent holds a sign that nothing here can keep."""

    said = N_(
        "What you sent holds a sign that cannot be kept (NUL). Remove it, or type the text anew. Nothing was changed."
    )


def init_app(app: Flask) -> None:
    """Show every error as a page, or as JSON to a program that asks for it."""
    app.register_error_handler(WorkflowError, _refused)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)
    app.jinja_env.globals.update(error_text=message_of, message_text=translated, finding_text=finding_text)
    app.add_template_filter(refusal_text, "refusal_text")
    app.add_template_filter(in_language, "in_language")


def message_of(error: WorkflowError) -> str:
    """Return the error's message in the language of the session, values filled in."""
    return translated(error.template, error.params)


def refusal_text(error: WorkflowError) -> str:
    """Return why something was refused and, where another person could do it, who."""
    if isinstance(error, TransitionRefused) and error.guard == "state":
        return _wrong_state(error)
    text = message_of(error)
    if isinstance(error, OutcomeRefused):
        text = str(gettext(error.template)) % {"why": error.en if language() == "en" else error.vi}
    if isinstance(error, TransitionRefused) and error.who_can_act:
        people = {"who_can_act": "; ".join(map(in_language, error.who_can_act))}
        text = f"{text} {str(gettext(TransitionRefused.WHO_CAN_ACT)) % people}"
    return text


def in_language(text: str) -> str:
    """A text that comes in both languages, in the session's."""
    return text.en if language() == "en" and isinstance(text, Bilingual) else text


def _wrong_state(error: TransitionRefused) -> str:
    actual = str(error.params.get("actual", ""))
    word, _shape = (CAMPAIGN_STATES | VERSION_STATES | CASE_STATES | TASK_STATES).get(actual, (actual, ""))
    return str(gettext("This step is no longer possible: the present state is “%(state)s”.", state=word))


def finding_text(finding: Finding) -> str:
    """A finding as one line: where it is, what is wrong, what to do."""
    parts = [str(part) for part in (finding.file, finding.line) if part is not None]
    if finding.element_id:
        parts.append(finding.element_name or finding.element_id)
    place = ", ".join(parts)
    message = translated(finding.template, finding.params)
    advice = f" → {translated(finding.advice, finding.params)}" if finding.advice else ""
    return f"{place}: {message}{advice}" if place else f"{message}{advice}"


def translated(template: str, params: Mapping[str, Any]) -> str:
    """The message in the session's language, with its values; a value that is itself a message is translated too."""
    text = str(gettext(template))
    if language() == "en":  # a value that has another form in English has it beside it
        params = {name: params.get(f"{name}_en", value) for name, value in params.items()}
    return text % {name: _said(value) for name, value in params.items()} if params else text


def _said(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return on(value)
    if isinstance(value, Bilingual):
        return in_language(value)
    template, params = getattr(value, "template", None), getattr(value, "params", None)
    return translated(template, params) if isinstance(template, str) and isinstance(params, Mapping) else value


def status_of(error: WorkflowError) -> int:
    """Return the HTTP status for an error: that of its nearest known class, 500 where there is none."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def _refused(error: WorkflowError) -> Any:
    status = status_of(error)
    if status == 500:
        return _failed(error)
    if status == 503:
        log.warning("%s %s: %s", request.method, request.path, error)
    if isinstance(error, Unavailable):
        _forget_who_it_is()
    answer, status = _answer(status, refusal_text(error))
    return answer, status, retry_after(error)


def retry_after(error: WorkflowError) -> dict[str, str]:
    """The headers that say when to come again, where the error does, and that it is only others who write just now."""
    seconds = error.params.get("seconds") if status_of(error) in (429, 503) else None
    later = {"Retry-After": str(seconds)} if seconds is not None else {}
    return later | {"X-Busy": "1"} if isinstance(error, Busy) else later


def _form_too_old(error: CSRFError) -> Any:
    log.info("form refused: %s", error.description)
    owner = owner_of_form()
    if owner is not None and not is_signed_in():
        return to_sign_in()
    if owner is not None and is_by_script():
        return _answer(401, None)
    kept = keep_for(owner) if owner is not None else None
    if kept is not None and current_user.actor.user_id == owner:
        return redirect(kept, 303)
    if kept is not None:
        said = gettext(
            "This form was opened by somebody else who was signed in here before. Nothing was changed; what was typed is kept for that person."
        )
        return _answer(400, said)
    said = gettext("The form is too old or was opened in another session. Nothing was changed.")
    return _answer(400, said, expired=True)


def _http(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    said = why_too_large() if status == 413 else gettext(error.said) if isinstance(error, UnusableSign) else None
    answer, status = _answer(status, said)
    response = _as_response(answer)
    for name, value in error.get_headers(request.environ):
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response, status


def _unforeseen(error: Exception) -> tuple[Any, int]:
    return _failed(error)


def _failed(error: Exception) -> tuple[Any, int]:
    reference = new_id()
    log.error("%s %s failed, reference %s", request.method, request.path, reference, exc_info=error)
    return _answer(500, None, reference)


def _answer(
    status: int, message: str | None, reference: str | None = None, *, expired: bool = False
) -> tuple[Any, int]:
    if _wants_json():
        return jsonify(error=message or gettext("The request could not be carried out."), reference=reference), status
    template = f"errors/{status}.html" if status in KNOWN_PAGES else "errors/500.html"
    back = came_from() if status == 413 else None
    values = {
        "message": message,
        "reference": reference,
        "back": back,
        "typed": _typed(status),
        "expired": expired,
    }
    try:
        return render_template(template, **values), status
    except Exception:
        log.exception("the error page itself failed; it is shown without the person's name and menu")
    _forget_who_it_is()
    return render_template(template, **values), status


def _typed(status: int) -> list[tuple[str, str]]:
    """What the person typed whose form ends on an error's page: it is kept where that is possible, and stands on the page."""
    if request.method != "POST" or not g.get("csrf_valid") or is_never_kept():
        return []
    found = typed(sent_fields())
    if found and status == 409 and (address := keep_refused()) is not None:
        g.address_again = address
    return found


def _forget_who_it_is() -> None:
    """A page of a stranger asks nothing of the database."""
    g._login_user = AnonymousUserMixin()


def _as_response(answer: Any) -> Response:
    return answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
