"""Languages: Vietnamese first, English by a switch that the session remembers. English texts are the message ids."""

from typing import Any

from flask import Flask, abort, redirect, request, session
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from webui.kept_forms import never_kept
from webui.links import safe_path

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
KEY = "language"


def init_app(app: Flask) -> None:
    """Set up translations and the switch."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=DEFAULT,
        BABEL_DEFAULT_TIMEZONE=TIME_ZONE,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    Babel(app, locale_selector=selected_language)
    app.add_url_rule("/ngon-ngu/<language>", "switch_language", switch_language, methods=["POST"])
    app.context_processor(_context)


def selected_language() -> str:
    """Return the language of this session."""
    chosen = session.get(KEY, DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def language() -> str:
    """Return the language in force now, also outside a request, where it is Vietnamese."""
    return getattr(get_locale(), "language", DEFAULT)


@never_kept
def switch_language(language: str) -> Response:
    """Remember the language and go back to the page that asked."""
    if language not in LANGUAGES:
        abort(404)
    session[KEY] = language
    return redirect(safe_path(request.form.get("next")), 303)


def _context() -> dict[str, Any]:
    return {"language": language(), "languages": LANGUAGES}
