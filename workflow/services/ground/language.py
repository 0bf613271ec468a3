"""The product's own words in a reader's language: gettext, by the catalogues that the pages use; English texts are the ids.

What packages, tasks, people and organisations are called is data, and comes with its words.
"""

from functools import lru_cache
from gettext import NullTranslations, translation
from importlib.util import find_spec
from pathlib import Path

from workflow.model.user_task import Label

WEB = "webui"
"""The package beside whose pages the catalogues lie."""


def translated(language: str, template: str) -> str:
    """The template (an English msgid, see `workflow.errors.N_` and `C_`) in the language; in English where it has no catalogue."""
    return _catalogue(language).gettext(template).rpartition("\4")[2] if template else ""


def word(template: str) -> Label:
    """The template in both languages."""
    return Label(vi=translated("vi", template), en=translated("en", template))


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    web = find_spec(WEB)
    folder = Path(web.origin).parent / "translations" if web and web.origin else None
    return translation("messages", folder, [language], fallback=True)
