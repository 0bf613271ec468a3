"""What was typed and not carried out, shown again: as the page of its form shows it, rehearsed, so that nothing is done by looking."""

import json
from uuid import UUID

from flask import Response, abort, current_app, g, jsonify, render_template, request, session, url_for
from flask.ctx import RequestContext
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.test import EnvironBuilder

from webui.accounts.area import blueprint
from webui.accounts.titles import Titles
from webui.bodies import MOST_FIELDS
from webui.container import container
from webui.forms import Form
from webui.guard import current_actor
from webui.i18n import language
from webui.kept_forms import WAITING, never_kept, owner_of_form, takes_forms, typed
from webui.links import safe_path
from webui.pages import done
from workflow.alphabets import carried
from workflow.errors import NotFound, Rehearsed
from workflow.services.accounts.kept_forms import UNSENT, Sent
from workflow.services.views import KeptForm
from workflow.spelling import with_plain_ends


@blueprint.get("/giu-lai/")
def kept_forms() -> ResponseReturnValue:
    """Everything of one's own that was typed and not carried out."""
    found = container().kept_forms.of(current_actor())
    session.pop(WAITING, None)
    titles = Titles()
    lines = [(form, titles.of(form), typed(form.fields)) for form in found]
    return render_template("accounts/kept_forms.html", lines=lines)


@blueprint.get("/giu-lai/<uuid:form_id>")
def kept_form(form_id: UUID) -> ResponseReturnValue:
    """The form as it was sent, with what speaks against it now."""
    try:
        form = container().kept_forms.get(current_actor(), str(form_id))
    except NotFound:
        said = _(
            "Nothing is kept for you at that address: it has been sent or thrown away, or another person typed it."
        )
        return done("/", said, "warning")
    session.pop(WAITING, None)
    g.address_again = url_for(".kept_form", form_id=form_id)
    g.kept_notice = form
    shown = _shown_again(form)
    texts = typed(form.fields)
    if shown is not None and shown.status_code >= 400 and not _holds(shown, texts):
        g.kept_texts = (
            texts  # a page that refuses and has no form for this person: the refusal is said, the texts stand above it
        )
        shown = _shown_again(form)
    if shown is not None and shown.status_code not in (301, 302, 303) and _holds(shown, texts):
        return shown
    onward = shown.location if shown is not None else None
    page = render_template("accounts/kept_form.html", form=form, texts=texts, onward=onward)
    return page, 200


@blueprint.post("/giu-lai/<uuid:form_id>/bo")
@never_kept
def forget_form(form_id: UUID) -> ResponseReturnValue:
    """Throw away what was typed."""
    Form().validate()
    container().kept_forms.forget(current_actor(), str(form_id))
    return done(url_for(".kept_forms"), _("What you had typed has been thrown away."))


@blueprint.post("/giu-lai/")
@never_kept
def keep_unsent() -> ResponseReturnValue:
    """Keep what stands in a form of a page that is left by another form; asked by the page's script."""
    address = safe_path(request.form.get("address"), "")
    if not address or not takes_forms(address):
        abort(404)
    fields = _pairs(request.form.get("fields", ""))
    sent = Sent(address=address, fields=fields, wordless=not typed(fields))
    session[WAITING] = True
    kept = container().kept_forms.keep(current_actor().user_id, sent, UNSENT)
    return jsonify(address=url_for(".kept_form", form_id=kept))


@blueprint.get("/phien")
def session_of_now() -> ResponseReturnValue:
    """Whether the page's person is still signed in, or again, and whether the database takes anything; and the token of this session.

    Asked by the page's script before it sends what somebody typed.
    """
    if owner_of_form() not in (None, current_actor().user_id):
        abort(409)
    container().kept_forms.look_whether_it_can_be_written()
    return jsonify(token=generate_csrf())


def _pairs(text: str) -> list[tuple[str, str]]:
    """Name and text of each field. Aborts with 400 for what no script of ours sends."""
    try:
        pairs = json.loads(text)
        found = [(_text(name), _text(value)) for name, value in pairs]
    except (ValueError, TypeError, RecursionError):
        abort(400)
    return found[:MOST_FIELDS]


def _text(value: str) -> str:
    """As it would have come in by its own form."""
    return with_plain_ends(carried(value.replace("\0", "")))


def _shown_again(form: KeptForm) -> Response | None:
    """The answer to the form as if it were sent now; None where nothing but sending it answers it. Nothing is carried out."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # of the proxy
    environ = EnvironBuilder(path=form.address, base_url=request.host_url, method="POST").get_environ()
    inner = app.request_class(environ)
    inner.args = ImmutableMultiDict([(_text(name), _text(text)) for name, text in inner.args.items(multi=True)])
    inner.form = ImmutableMultiDict([(name, text) for name, text in form.fields])
    inner.files = ImmutableMultiDict([(name, FileStorage(filename=filename)) for name, filename in form.files])
    g.replayed, g.csrf_valid, g.said_before = True, True, form.said.get(language())
    with RequestContext(app, environ, request=inner, session=session._get_current_object()):  # type: ignore[attr-defined] # of the proxy
        if inner.routing_exception is not None or inner.url_rule is None:
            return None
        try:
            with container().kept_forms.rehearsal():
                answer = app.make_response(app.view_functions[inner.url_rule.endpoint](**(inner.view_args or {})))
        except Rehearsed:
            return None
        except Exception as error:
            answer = app.make_response(app.handle_user_exception(error))
    if answer.is_streamed or answer.mimetype != "text/html":  # a file is no page, and might be made after the rehearsal
        answer.close()
        return None
    if "would_go_through" in g:
        answer.status_code = 200
    return answer  # type: ignore[no-any-return] # Flask's own class


def _holds(shown: Response, texts: list[tuple[str, str]]) -> bool:
    """Whether the page shows every text, by the longest line of each."""
    page = shown.get_data(as_text=True)
    return all(str(escape(max(text.splitlines(), key=len).strip())) in page for _name, text in texts)
