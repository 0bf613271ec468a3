"""The one dialect of a page: carry out what its form asks for, else show why not beside what was typed; listings page by page.

form = RoleForm()
if form.validate_on_submit():
    with Attempt(form):
        container().roles.assign(current_actor(), AssignRole(…, command_id=form.command))
        return done(url_for(".account", …), _("The role has been given."))
return render_template("accounts/role_new.html", form=form), status(form)
"""

from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import BinaryIO
from urllib.parse import quote

from flask import Response as FlaskResponse, after_this_request, flash, g, redirect, request, send_file
from werkzeug.wrappers import Response
from wtforms import Field

from webui.errors import finding_text, refusal_text, retry_after, status_of
from webui.forms import Form
from webui.i18n import LANGUAGES, in_language
from workflow.alphabets import ascii_name, file_name
from workflow.errors import (
    Busy,
    Conflict,
    DefinitionRejected,
    InvalidInput,
    NotFound,
    Rehearsed,
    SignInRefused,
    StorageRefused,
    TooManyAttempts,
    TransitionRefused,
    WorkflowError,
)
from workflow.services.views import Page

REFUSALS = (
    InvalidInput,
    DefinitionRejected,
    TransitionRefused,
    Conflict,
    SignInRefused,
    TooManyAttempts,
    Busy,
    StorageRefused,
)
"""What the person can mend on the same page; anything else gets a page of its own."""
MOST_PAGES = 2000
"""Nobody leafs further; filters find it sooner."""


class Attempt:
    """Around the call of a service: a refusal ends the block and is kept in `refusal`, and shown by the form where there is one.

    It stands at the field `at`, else at the head of the form. `missing`: what to say (at the field `missing_at`) where the service
    finds nothing under an id that was typed; without it, that gets a page of its own.
    """

    def __init__(
        self,
        form: Form | None = None,
        *,
        at: Field | None = None,
        missing: str | None = None,
        missing_at: Field | None = None,
    ) -> None:
        self.refusal: WorkflowError | None = None
        self._form = form
        self._at = at
        self._missing = missing
        self._missing_at = missing_at

    @property
    def status(self) -> int:
        """The status of an answer that shows the refusal and no form."""
        return status_of(self.refusal) if self.refusal is not None else 200

    def __enter__(self) -> "Attempt":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, NotFound) and self._missing is not None:
            error, self._at = InvalidInput(self._missing), self._missing_at
        if isinstance(error, Rehearsed):
            g.would_go_through = True
            self.refusal = error
            return True
        if not isinstance(error, REFUSALS):
            return False
        error = _of_files(error)
        self.refusal = error
        if later := retry_after(error):
            after_this_request(partial(_add_headers, later))
        if self._form is not None:
            refuse(self._form, error, at=self._at)
        return True


def _of_files(error: WorkflowError) -> WorkflowError:
    """What was said of files, which are not kept, is remembered for when the form is shown again; then it is said again."""
    if said := g.get("said_before"):
        return InvalidInput(said)
    if request.files:
        g.said_of_files = {}
        for code in LANGUAGES:
            with in_language(code):
                g.said_of_files[code] = refusal_text(error)
    return error


def refuse(form: Form, error: WorkflowError, *, at: Field | None = None) -> None:
    """Put the refusal onto the form: every finding of a rejected definition, who could act instead of the actor."""
    form.refusal = error
    if isinstance(error, DefinitionRejected):
        form.form_errors.extend(finding_text(finding) for finding in error.findings)
    elif at is not None:
        at.errors = [*at.errors, refusal_text(error)]
    else:
        form.form_errors.append(refusal_text(error))


def _add_headers(headers: Mapping[str, str], response: Response) -> Response:
    response.headers.update(headers)
    return response


def status(form: Form, *, refused: int = 422) -> int:
    """The status of a page that shows the form: 422 where an entry is wrong, `refused` where a service refused."""
    if isinstance(form.refusal, TooManyAttempts | Busy | StorageRefused):
        return status_of(form.refusal)
    if form.refusal is not None:
        return refused
    return 422 if form.errors else 200


def done(address: str, message: str | None = None, category: str = "message") -> Response:
    """Go on after a command that was carried out."""
    if message:
        flash(message, category)
    return redirect(address, 303)


def page_number(most: int = MOST_PAGES, parameter: str = "page") -> int:
    """The page that the address asks for, from 1."""
    return min(max(request.args.get(parameter, 1, type=int), 1), most)


def page_of(number: int, size: int) -> Page:
    """Which rows that page has."""
    return Page(limit=size, offset=(number - 1) * size)


def pages_of(total: int, size: int) -> int:
    """How many pages there are; one where there is nothing."""
    return min(max(-(-total // size), 1), MOST_PAGES)


def attachment(content: BinaryIO, media_type: str, name: str) -> FlaskResponse:
    """A file to be kept under that name. Programs that read ASCII only get the name's plain letters (đ as d)."""
    answer = send_file(content, mimetype=media_type, as_attachment=True, download_name="_")
    answer.headers["Content-Disposition"] = disposition(name)
    return answer


def disposition(name: str) -> str:
    """The header that gives a file its name (RFC 6266)."""
    whole = file_name(name)
    plain = f'attachment; filename="{ascii_name(whole)}"'
    return plain if whole.isascii() else f"{plain}; filename*=UTF-8''{quote(whole, safe='')}"
