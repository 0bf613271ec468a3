"""A whole page that is drawn once for the same facts, the same reader and the same address (ADR 0077)."""

from collections.abc import Hashable
from typing import Any

from flask import g, render_template, request, session

from webui.drawing.remembered import drawn_page
from webui.kept_forms import WAITING
from webui.navigation import facts_of_head, signed_in_user


def render_page(template: str, facts: Hashable | None, **values: Any) -> str:
    """As Flask's `render_template`. `facts`: all that the page is made of but for who reads it and its address; None for one that is drawn anew.

    What somebody is told once, or has typed, is never remembered.
    """
    user = signed_in_user()
    if facts is None or user is None or _says_something():
        return render_template(template, **values)
    key = (facts_of_head(user), request.full_path, request.endpoint, facts)
    return drawn_page(template, key, lambda: render_template(template, **values))


def _says_something() -> bool:
    """Whether the page has something to say to this person alone, now."""
    return bool(session.get("_flashes") or session.get(WAITING) or "kept_notice" in g or "kept_texts" in g)
