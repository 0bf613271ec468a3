"""A criterion's figures, or else words, in one line."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from webui.words import plain_number
from workflow.services.casework.criteria.sheet_view import CriterionView
from workflow.services.views import Computation, Label


def gist(one: CriterionView) -> str:
    """What a row says of itself: its figures with what they prove, else the words of the level before, else its own."""
    found = one.computation
    parts = [figures_line(found)] if figures_line(found) else []
    if found is not None and found.met is not None:
        parts.append(_("met by the figures") if found.met else _("not met by the figures"))
    elif found is not None and found.steps:
        parts.append(_("left to judgement"))
    if parts:
        return " · ".join(parts)
    said_before = [result.statement for _level, result in one.earlier if result is not None and result.statement]
    own = one.row.statement if one.row else ""
    return next((text for text in (*said_before, own) if text), "")


def figures_line(found: Computation | None) -> str:
    """The figures alone; empty where there are none."""
    return " · ".join(text for step in found.steps if (text := _short(step.params))) if found else ""


def _short(params: Mapping[str, Any]) -> str:
    value = {
        name: one if isinstance(one, str) else plain_number(one)
        for name, one in params.items()
        if not isinstance(one, Label)
    }
    need = _("needs %(what)s", what=f"{value.get('sign', '≥')} {value['limit']}") if "limit" in value else ""
    if "previous" in params:
        change = f"{value['previous']} → {value['current']}"
        return f"{change} ({need})" if need else change
    if "part" in params:
        percent = f" = {value['percent']}%" if "percent" in value else ""
        return f"{value['part']}/{value['whole']}{percent} ({need}%)" if need else f"{value['part']}/{value['whole']}"
    return f"{value['value']} ({need})" if "value" in value else ""
