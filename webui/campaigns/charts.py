"""What the server draws: bars that are made of parts, each with a pattern of its own and its word beside it. No colour speaks alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import gettext as _, lazy_gettext as _l

from webui.format import number

WIDTH = 208
"""Units of a bar's own width; it is drawn as wide as its place."""
SPAN_WIDTH = 108
_STEPS = (1, 5, 10, 50, 100, 500, 1000, 5000)
_MOST_LINES = 8
ROSTER: Mapping[str, tuple[Any, str]] = {
    "recognised": (_l("Recognised"), "solid"),
    "not_recognised": (_l("Not recognised"), "dots"),
    "in_work": (_l("Under review"), "hatch"),
    "late": (_l("Review overdue"), "cross"),
    "missing": (_l("Not sent"), "empty"),
    "left": (_l("Withdrawn or cancelled"), "exempt"),
}
"""Part of a roster → its word and its pattern, in the order in which they are always drawn."""
SHORT: Mapping[str, Any] = {
    "not_recognised": _l("Not rec."),
    "late": _l("Late"),
    "left": _l("Withdrawn"),
}
"""Shorter words, for the head of a narrow column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`pieces`: (place, width, pattern) from the start; `lines`: places of the scale's lines; in units of the bar's width."""

    pieces: Sequence[tuple[float, float, str]]
    lines: Sequence[float]
    width: int = WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A bar up to the median, a line on to where nine of ten are; in units of its own width, from nothing on. `whisker`: None of few."""

    middle: float
    whisker: float | None
    width: int = SPAN_WIDTH


def init_app(app: Flask) -> None:
    """Offer the bars to templates."""
    app.jinja_env.globals.update(
        roster_bar=roster_bar,
        span_bar=span_bar,
        roster_step=step_of,
        roster_words=roster_words,
        ROSTER=ROSTER,
        SHORT_ROSTER=SHORT,
    )


def step_of(most: int) -> int:
    """How many lie between two lines of a scale that reaches so far."""
    return next((step for step in _STEPS if most <= step * _MOST_LINES), _STEPS[-1])


def roster_bar(parts: Mapping[str, int], most: int | None = None) -> Bar:
    """The bar of a roster, from nothing on. `most`: how far the scale reaches that several bars share; None: as far as the bar itself."""
    total = sum(parts.values())
    reach = max(most or total, 1)
    pieces, at = [], 0.0
    for part, (_word, pattern) in ROSTER.items():
        width = WIDTH * parts.get(part, 0) / reach
        if width:
            pieces.append((round(at, 2), round(width, 2), pattern))
        at += width
    step = step_of(reach)
    lines = [round(WIDTH * place / reach, 2) for place in range(step, reach + 1, step)] if most is not None else []
    return Bar(pieces=pieces, lines=lines)


def span_bar(middle: float, within: float | None, reach: float) -> Span:
    """How long steps took, on a scale up to `reach` that several share."""
    unit = (SPAN_WIDTH - 2) / max(reach, 1)
    return Span(middle=round(middle * unit, 2), whisker=None if within is None else round(within * unit, 2))


def roster_words(parts: Mapping[str, int]) -> str:
    """The bar as a sentence: how many there are, and how many of them in each part that is not empty."""
    said = [f"{word} {number(parts[part])}" for part, (word, _pattern) in ROSTER.items() if parts.get(part)]
    return ", ".join([_("%(number)s units", number=number(sum(parts.values()))), *said])
