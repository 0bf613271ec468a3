"""Languages: Vietnamese first, English by a switch that the session remembers. English texts are the message ids."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, abort, g, redirect, request, session
from flask_babel import Babel, Domain, force_locale, get_locale
from markupsafe import Markup
from werkzeug.wrappers import Response

from webui.kept_forms import never_kept
from webui.links import safe_path

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
KEY = "language"
MOST_TEXTS = 8192
FOLDER = Path(__file__).parent / "translations"


def init_app(app: Flask) -> None:
    """Set up translations and the switch."""
    app.config.update(
        BABEL_DEFAULT_LOCALE=DEFAULT,
        BABEL_DEFAULT_TIMEZONE=TIME_ZONE,
    )
    _Babel(app, locale_selector=selected_language)
    app.add_url_rule("/ngon-ngu/<language>", "switch_language", switch_language, methods=["POST"])
    app.context_processor(_context)
    # What macros see that are imported once for all pages and so know nothing of the page.
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext, spoken=language)


def selected_language() -> str:
    """Return the language of this session."""
    chosen = session.get(KEY, DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def language() -> str:
    """Return the language in force now, also outside a request, where it is Vietnamese. A page asks hundreds of times."""
    here = this_request()
    if here is None:
        return DEFAULT
    found: str | None = here.get(KEY)
    if found is None:
        found = here.language = getattr(get_locale(), "language", DEFAULT)
    return found


def this_request() -> Any:
    """Flask's `g` itself, without the way over what stands for it, which a page goes hundreds of times; None outside a request."""
    try:
        return g._get_current_object()
    except RuntimeError:
        return None


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Inside, texts are in that language, whatever the session's is."""
    before = g.pop(KEY, None)
    try:
        with force_locale(code):
            yield
    finally:
        g.pop(KEY, None)
        if before is not None:
            g.language = before


@never_kept
def switch_language(language: str) -> Response:
    """Remember the language and go back to the page that asked."""
    if language not in LANGUAGES:
        abort(404)
    session[KEY] = language
    return redirect(safe_path(request.form.get("next")), 303)


class _Catalogues(Domain):  # type: ignore[misc] # Flask-Babel has no types
    """The translations by language, read once a process; Flask-Babel's own reads them again for every request."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language()) if this_request() is not None else NullTranslations()

    def gettext(self, string: str, **variables: Any) -> str:
        found: str = self.get_translations().ugettext(string)
        return found % variables if variables else found


class _Babel(Babel):  # type: ignore[misc] # Flask-Babel has no types
    domain_instance = _Catalogues()


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of one language; for English, whose texts are the ids, there are none."""
    found: NullTranslations = Translations.load(FOLDER, [language])
    return found


class Translator:
    """What templates call to translate, bound once a page to its language; the texts are ours and may have markup."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self._catalogue = catalogue
        self._known = lru_cache(maxsize=MOST_TEXTS)(self._translated)

    def gettext(self, message: str, **values: Any) -> Markup:
        """The text as markup, with its values escaped."""
        found = self._known(message)
        return found % values if values or "%" in found else found

    def ngettext(self, one: str, several: str, num: int, **values: Any) -> Markup:
        """As `gettext`, in the form that the number takes."""
        values.setdefault("num", num)
        return Markup(self._catalogue.ungettext(one, several, num)) % values  # noqa: S704 - a text of ours

    def _translated(self, message: str) -> Markup:
        return Markup(self._catalogue.ugettext(message))  # noqa: S704 - a text of ours


@cache
def translator(language: str) -> Translator:
    """The one of the language, kept for the process."""
    return Translator(catalogue(language))


def _gettext(message: str, **values: Any) -> Markup:
    return translator(language()).gettext(message, **values)


def _ngettext(one: str, several: str, num: int, **values: Any) -> Markup:
    return translator(language()).ngettext(one, several, num, **values)


def _context() -> dict[str, Any]:
    here = language()
    found = translator(here)
    words = {"_": found.gettext, "gettext": found.gettext, "ngettext": found.ngettext}
    return {"language": here, "languages": LANGUAGES, **words}
