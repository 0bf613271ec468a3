"""What the table says of a dossier that has come again: what was asked, what stood there before and what stands there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _, ngettext

from webui.casework.gists import figures_line
from webui.words import RESULTS
from workflow.services.casework.assessments import computed
from workflow.services.casework.criteria.history import Said
from workflow.services.casework.criteria.past import Changed
from workflow.services.casework.criteria.sheet_view import CriterionView
from workflow.services.views import CriterionResult

WORDS_SHOWN = 120
"""How much of a statement a row shows; the pane has the whole."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A mark and a word."""

    kind: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A row before and now, in one line each; `mark`: what became of it. `before` is empty where it is as it was."""

    before: str
    now: str
    mark: Cell


def compared(one: CriterionView, *, own: bool) -> Compared | None:
    """None where the dossier has not come again. `own`: the reader is the unit, which is still at it."""
    change = one.changed
    if change is None:
        return None
    text = (
        not change or change.figures or change.result or change.words
    )  # of a row that only got files the files are said
    now = _line(one, change.now, len(change.files_now), named=change.result, text=bool(text))
    if not change:
        return Compared(before="", now=now, mark=_unchanged(change, own=own))
    before = _line(one, change.before, len(change.files_before), named=change.result, text=bool(text))
    return Compared(before=before, now=now, mark=Cell(kind="differs", word=_sentence(_parts(change))))


def _unchanged(change: Changed, *, own: bool) -> Cell:
    if own and not change.unchanged:
        return Cell(kind="unseen", word=_("Nothing changed yet"))
    return Cell(kind="back", word=_("Sent again unchanged"))


def _parts(change: Changed) -> Sequence[str]:
    found = []
    if change.figures:
        found.append(_("figures corrected"))
    if change.result:
        found.append(_("result corrected"))
    if change.words:
        found.append(_("words corrected"))
    if added := len(change.added):
        found.append(ngettext("%(num)d file added", "%(num)d files added", added))
    if change.taken_out:
        found.append(ngettext("%(num)d file withdrawn", "%(num)d files withdrawn", change.taken_out))
    return found


def _sentence(parts: Sequence[str]) -> str:
    text = ", ".join(map(str, parts))
    return text[:1].upper() + text[1:]


def _line(one: CriterionView, result: CriterionResult | None, files: int, *, named: bool, text: bool) -> str:
    """Figures or words where the `text` is wanted, and how many files; with the result in front where it is `named`."""
    parts = []
    if result is not None and text:
        if named and result.result:
            parts.append(str(RESULTS[result.result][0]))
        figures = {name: _text(number) for name, number in result.figures.items()}
        parts.append(figures_line(computed(one.criterion, figures)) or _cut(result.statement))
    if files or not text:
        parts.append(ngettext("%(num)d file", "%(num)d files", files) if files else _("no file"))
    return " · ".join(part for part in parts if part) or "–"


def _cut(text: str) -> str:
    return text if len(text) <= WORDS_SHOWN else f"{text[:WORDS_SHOWN].rstrip()}…"


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f")


def said_cell(said: Said) -> Cell | None:
    """What a level said in one turn, several people as one; None where it said nothing."""
    results = [str(one.result) for one in said.results if one.result is not None]
    if not results:
        return None
    word, kind = RESULTS[results[0]]
    if len(results) == 1:
        return Cell(kind=kind, word=str(word))
    if len(set(results)) == 1:
        return Cell(kind=kind, word=f"{word} {len(results)}/{len(said.results)}")
    return Cell(kind="differs", word=f"{RESULTS['met'][0]} {results.count('met')}/{len(said.results)}")
