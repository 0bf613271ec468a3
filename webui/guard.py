"""Who is signed in. Every page but a few needs it; `current_actor` gives routes what the services ask for."""

from functools import partial

from flask import Flask, abort, after_this_request, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from webui.container import EXTENSION, container
from webui.i18n import KEY as LANGUAGE_KEY, LANGUAGES
from webui.kept_forms import TOKEN, WAITING, is_by_script, keep_for, mark_owner, owner_of_form
from webui.links import came_from
from workflow.errors import PermissionDenied
from workflow.services.accounts.sessions import SignedIn
from workflow.services.views import Actor

PUBLIC = frozenset(
    {
        "static",
        "upkeep.alive",
        "upkeep.ready",
        "accounts.sign_in",
        "accounts.enter_code",
        "accounts.open_link",
        "accounts.use_link",
        "guides.index",
        "guides.guide",
        "switch_language",
    }
)
"""Endpoints that need no sign-in."""
KNOWN = "known"
"""In the session: somebody has signed in with this browser; their forms may be long although they are signed in no more."""
DEVICE = "congnhan_device"
DEVICE_SECONDS = 180 * 86_400
ALWAYS = PUBLIC | {"accounts.sign_out"}
ENROLMENT = ALWAYS | {"accounts.enrol"}


class User(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """The signed-in user, for pages: names and menus go by it. Its id for Flask-Login is the session's token."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.token = token
        self.signed_in = signed_in
        self.actor = signed_in.actor
        self.display_name = signed_in.actor.name
        self.permissions = signed_in.permissions
        self.single_keys = signed_in.single_keys

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return self.token

    def can(self, permission: str) -> bool:
        """Whether some role permits it somewhere: what menus offer. The services decide."""
        return permission in self.permissions

    def has_role(self, role: str) -> bool:
        """Whether the user holds the role at any organisation."""
        return any(one.role == role for one in self.actor.assignments)


def init_app(app: Flask) -> None:
    """Ask for a sign-in before every page that is not public. A test's application without accounts is left open."""
    if app.testing and not hasattr(app.extensions[EXTENSION], "sessions"):
        return
    manager = LoginManager(app)
    manager.session_protection = None  # tokens are checked, aged and revoked by the services
    manager.user_loader(_load)
    app.before_request(_guard)


def current_actor() -> Actor:
    """Return the signed-in user as the services know them. Aborts with 401 where nobody is."""
    return current_session().actor


def current_session() -> SignedIn:
    """Return the whole of the signed-in user's session. Aborts with 401 where nobody is signed in."""
    user = current_user._get_current_object()
    if not user.is_authenticated:
        abort(401)
    found: SignedIn = user.signed_in
    return found


def needs(*permissions: str) -> None:
    """Refuse a page to whoever has none of the permissions anywhere: what it offers would be refused by the services anyway.

    Raises `PermissionDenied`.
    """
    if not current_session().permissions & set(permissions):
        raise PermissionDenied()


def begin_session(token: str, device: str | None = None) -> None:
    """Put a new session into the browser's cookie; nothing of what was in it before stays but the language.

    `device` is by what the browser is known when the person signs in again.
    """
    if device is not None:
        after_this_request(partial(_keep_device, device))
    found = container().sessions.current(token)
    if found is None:
        abort(401)
    chosen = session.get(LANGUAGE_KEY) or (found.locale if found.locale in LANGUAGES else None)
    session.clear()
    if chosen:
        session[LANGUAGE_KEY] = chosen
    mark_owner(found.actor.user_id)
    session[KNOWN] = True
    if container().kept_forms.of(found.actor):
        session[WAITING] = True
    login_user(User(token, found))


def present_token() -> str | None:
    """Return the token that this browser holds, whether it still counts or not."""
    return session.get("_user_id")


def known_device() -> str | None:
    """Return by what this browser is known to those who have signed in with it."""
    return request.cookies.get(_device_cookie())


def client_address() -> str:
    """Return the address that throttling counts by."""
    return request.remote_addr or "unknown"


def _device_cookie() -> str:
    return f"__Host-{DEVICE}" if current_app.config["HTTPS"] else DEVICE


def _keep_device(device: str, response: Response) -> Response:
    secure = bool(current_app.config["HTTPS"])
    response.set_cookie(
        _device_cookie(), device, max_age=DEVICE_SECONDS, secure=secure, httponly=True, samesite="Lax", path="/"
    )
    return response


def _load(token: str) -> User | None:
    found = container().sessions.current(token)
    return User(token, found) if found is not None else None


def _guard() -> Response | None:
    if request.endpoint in PUBLIC or request.endpoint is None:
        return None
    user = current_user._get_current_object()
    if not user.is_authenticated:
        return to_sign_in()
    if TOKEN not in session:
        mark_owner(user.actor.user_id)
    if user.signed_in.must_enrol:
        return None if request.endpoint in ENROLMENT else redirect(url_for("accounts.enrol"), 303)
    return None


def to_sign_in() -> Response:
    """Send a person to sign in and back again; a program, or a page's script, gets the bare status.

    What a form sent is kept for the one for whom it was made, who finds it after the sign-in.
    """
    if is_by_script():
        abort(401)
    owner = owner_of_form() if request.method == "POST" else None
    kept = keep_for(owner) if owner is not None else None
    if kept is not None:
        flash(
            _("You were signed out before this was sent. Nothing is lost: sign in again, and what you typed is shown."),
            "warning",
        )
    elif present_token():
        flash(_("You were signed out because nothing happened for a while. Saved drafts are kept."), "warning")
    session.pop("_user_id", None)
    back = request.full_path.rstrip("?") if request.method == "GET" else kept or came_from() or "/"
    return redirect(url_for("accounts.sign_in", next=None if back == "/" else back), 303)
