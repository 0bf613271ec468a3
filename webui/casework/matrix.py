"""The sheet of a task as one table: a row a criterion, what each level says of it, and one's own conclusion; one row open beside it."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _, ngettext

from webui.casework.turns import Cell, Compared, compared
from webui.i18n import language
from webui.words import RESULTS, said
from workflow.services.casework.criteria.sheet_view import CriterionView, RowsView, SheetView
from workflow.services.casework.task_view import TaskView
from workflow.services.views import Label

LEVELS_SHOWN = 3
MARKS = {"unseen": "unseen", "seen": "half", "agreed": "tick", "differs": "differs", "asked": "asked"}
STATES = ("unseen", "seen", "agreed", "differs", "asked")
FILTERS = ("returned", "more", *STATES, "team", "levels", "same", "whole", "all")
"""`returned`: what the dossier came back for, what the unit changed besides, and the rest folded; `whole`: the same with the rest open."""
CHIPS = tuple(name for name in FILTERS if name not in ("whole", "all"))


@dataclass(frozen=True, kw_only=True)
class Level:
    """A column: one task of an earlier level. `people`: how many did it."""

    node_id: str
    label: Label
    people: int


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands over rows. `section`: they are one of the set's own, in which rows can be agreed to together."""

    id: str
    title: str
    section: bool = True


@dataclass(frozen=True, kw_only=True)
class Next:
    """The next act of a page: its words and where it leads."""

    label: str
    href: str
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The table of one task. `chosen`: the row that is open beside it; `editing`: its editor is open in the row."""

    view: TaskView | RowsView
    sheet: SheetView
    working: bool
    chosen: CriterionView | None
    only: str
    editing: bool = False

    @cached_property
    def first_level(self) -> bool:
        """Whether there is no level before: then one enters results instead of agreeing with them."""
        return not self.sheet.earlier

    @cached_property
    def facts(self) -> tuple[Hashable, ...]:
        """What all rows have in common: the task, the words of its criteria, what its reader may do and see, the filter, the columns."""
        view = self.view
        columns = tuple((one.node_id, one.label.vi, one.label.en, one.people) for one in self.levels)
        return (view.task.id, view.case.version_id, view.unsent, self.working, self.first_level, self.only, columns)

    @cached_property
    def criteria(self) -> Mapping[str, CriterionView]:
        return self.sheet.criteria

    @cached_property
    def levels(self) -> Sequence[Level]:
        """Every earlier level in the order in which they first spoke."""
        found: dict[str, list[Any]] = {}
        for level in self.sheet.earlier:
            found.setdefault(level.node_id, []).append(level)
        ordered = sorted(found.values(), key=lambda several: min(one.first_at for one in several))
        return [
            Level(
                node_id=several[0].node_id,
                label=Label(vi=several[0].label_vi, en=several[0].label_en),
                people=len(several),
            )
            for several in ordered
        ]

    @property
    def columns(self) -> Sequence[Level]:
        """The latest levels, for which there is room; the others stand in the pane."""
        return self.levels[-LEVELS_SHOWN:]

    @cached_property
    def again(self) -> bool:
        """Whether the dossier has come again for some of its rows: then these stand first, before and now beside one another."""
        return any(one.asked and one.changed is not None for one in self.criteria.values())

    @property
    def span(self) -> int:
        """How many columns the table has."""
        return 5 if self.again else 4 + len(self.columns)

    @cached_property
    def groups(self) -> Sequence[tuple[Heading, Sequence[CriterionView], Sequence[CriterionView]]]:
        """(heading, all its rows, those of them that the filter shows); without headings under which it shows none."""
        if self.only in ("returned", "whole"):
            found = self._by_what_was_asked()
        else:
            found = [(Heading(id=group.id, title=said(group.title)), rows) for group, rows in self.sheet.groups]
        shown = [(head, rows, [one for one in rows if self.shows(one)]) for head, rows in found]
        return [(head, rows, some) for head, rows, some in shown if some]

    def _by_what_was_asked(self) -> list[tuple[Heading, Sequence[CriterionView]]]:
        every = self.criteria.values()
        titles = {
            "returned": _("Asked about in turn %(turn)d", turn=max(1, self.sheet.turn - 1)),
            "more": _("Changed by the unit without being asked"),
            "same": _("As in turn %(turn)d", turn=max(1, self.sheet.turn - 1)),
        }
        return [
            (Heading(id=name, title=title, section=False), [one for one in every if self.part_of(one) == name])
            for name, title in titles.items()
        ]

    @staticmethod
    def part_of(one: CriterionView) -> str:
        """Whether the dossier came back for the row, the unit has changed it all the same, or neither."""
        return "returned" if one.asked else "more" if one.changed else "same"

    @property
    def folded(self) -> Sequence[CriterionView]:
        """The rows that stayed as they were, where they are folded into one."""
        if self.only != "returned":
            return []
        return [one for one in self.criteria.values() if self.part_of(one) == "same"]

    def compared(self, one: CriterionView) -> Compared | None:
        """The row before and now."""
        return compared(one, own=self.first_level)

    def kept_counts(self) -> dict[str, int]:
        """What became of the rows that came back: how many were changed, and how many sent again as they were."""
        asked = [one for one in self.criteria.values() if one.asked]
        changed = sum(bool(one.changed) for one in asked)
        return {"asked": len(asked), "changed": changed, "unchanged": len(asked) - changed}

    @cached_property
    def shown(self) -> Sequence[str]:
        """The rows that the filter shows, in order."""
        return [one.criterion.id for _head, _rows, shown in self.groups for one in shown]

    def shows(self, one: CriterionView) -> bool:
        """Whether the filter shows this row; the open one stays in sight whatever has become of it."""
        if self.chosen is not None and one.criterion.id == self.chosen.criterion.id:
            return True
        return self._fits(one, self.only)

    def _fits(self, one: CriterionView, only: str) -> bool:
        match only:
            case "" | "all" | "whole":
                return True
            case "returned":
                return self.part_of(one) != "same"
            case "more" | "same":
                return self.part_of(one) == only
            case "levels":
                return one.levels_differ
            case "team":
                return self.team_differs(one)
            case state:
                return self.state_of(one) == state

    def team_differs(self, one: CriterionView) -> bool:
        """Whether the people of one level do not say the same of the criterion."""
        return any(self.cell(one, level).kind == "differs" for level in self.levels if level.people > 1)

    def state_of(self, one: CriterionView) -> str:
        """The state as it is counted: on a first level a row with a result is not done while figures, words or a file are missing."""
        return "seen" if self.first_level and one.missing and one.mine.state == "agreed" else str(one.mine.state)

    def counts(self, rows: Iterable[CriterionView]) -> dict[str, int]:
        """State → how many of the rows stand in it, those alone that there are."""
        states = [self.state_of(one) for one in rows]
        return {state: states.count(state) for state in MARKS if state in states}

    def cell(self, one: CriterionView, level: Level) -> Cell:
        """What the level says of the criterion; several people count as one."""
        results = [
            str(result.result)
            for at, result in one.earlier
            if at.node_id == level.node_id and result is not None and result.result is not None
        ]
        if not results:
            return Cell(kind="", word="–")
        word, kind = RESULTS[results[0]]
        if level.people == 1:
            return Cell(kind=kind, word=str(word))
        if len(set(results)) == 1:
            return Cell(kind=kind, word=f"{word} {len(results)}/{level.people}")
        return Cell(kind="differs", word=f"{RESULTS['met'][0]} {results.count('met')}/{level.people}")

    def together(self, rows: Iterable[CriterionView]) -> list[str]:
        """The rows of a section that may be agreed to at once."""
        if not self.working or self.first_level:
            return []
        return [one.criterion.id for one in rows if one.mine.state == "seen" and one.proposal and not one.levels_differ]

    def undoable(self, rows: Iterable[CriterionView]) -> list[str]:
        """The rows of a section that were agreed to at once and still stand so."""
        return [one.criterion.id for one in rows if self.working and one.mine.batch and one.mine.state == "agreed"]

    def neighbour(self, step: int) -> str | None:
        """The row before or after the open one, among those that are shown."""
        if self.chosen is None:
            return None
        at = self.shown.index(self.chosen.criterion.id) + step
        return self.shown[at] if 0 <= at < len(self.shown) else None

    def href(self, key: str | None = None, **more: Any) -> str:
        """The address of the table with that row open, the filter kept."""
        values = {"task_id": self.view.task.id, "loc": self.only or None, **more}
        if key is None:
            return url_for("casework.criteria", **values)
        return url_for("casework.criterion", criterion_id=key, _anchor="pane", **values)

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """Filter → how many rows it shows; without those that were not counted, since there are none."""
        every = self.criteria.values()
        counted = ({} if self.view.unsent else self.counts(every)) | {
            "team": sum(map(self.team_differs, every)) if any(level.people > 1 for level in self.levels) else 0,
            "levels": sum(one.levels_differ for one in every),
        }
        if self.again:
            parts = [self.part_of(one) for one in every]
            counted |= {name: parts.count(name) for name in ("returned", "more", "same")}
        return counted

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """The filters that lead somewhere, with how many rows each shows."""
        words = state_words(first_level=self.first_level)
        found = [
            {"label": words[name], "only": name, "count": self.counted.get(name, 0), "kind": MARKS.get(name)}
            for name in CHIPS
            if self.counted.get(name) or name == self.only
        ]
        whole = {"label": _("All"), "only": "all" if self.again else "", "count": len(self.criteria)}
        found = [*found, whole] if self.again else [whole, *found]
        here = "returned" if self.only == "whole" else self.only
        return [one | {"href": self._filtered(str(one["only"])), "current": one["only"] == here} for one in found]

    def _filtered(self, only: str) -> str:
        return url_for("casework.criteria", task_id=self.view.task.id, loc=only or None)

    @cached_property
    def next(self) -> Next | None:
        """What is to be done next; None for whoever only reads."""
        if not self.working:
            return None
        for states, text in self._waiting():
            if states:
                return Next(
                    label=text,
                    href=url_for(
                        "casework.criterion", task_id=self.view.task.id, criterion_id=states[0], _anchor="pane"
                    ),
                    key="J",
                )
        lacking = sum(paper.paper.required and not paper.files for paper in self.view.papers)
        if lacking:
            label = _("Papers missing (%(num)d)", num=lacking)
            return Next(label=label, href=url_for("casework.criteria", task_id=self.view.task.id, _anchor="papers"))
        return Next(label=_("Check and send"), href=url_for("casework.check", task_id=self.view.task.id))

    def _waiting(self) -> Iterable[tuple[list[str], str]]:
        rows = self.criteria
        of = {state: [key for key, one in rows.items() if one.mine.state == state] for state in MARKS}
        open_yet = [key for key, one in rows.items() if one.missing and one.mine.state != "asked"]
        if self.first_level:
            yield open_yet, _("Criteria not done (%(num)d)", num=len(open_yet))
            return
        yield self._after(of["unseen"]), _("Criteria not seen (%(num)d)", num=len(of["unseen"]))
        yield self._after(of["seen"]), _("Criteria not decided (%(num)d)", num=len(of["seen"]))
        yield open_yet, _("Criteria to complete (%(num)d)", num=len(open_yet))

    def _after(self, keys: list[str]) -> list[str]:
        """The keys, beginning with the first one after the open row."""
        if self.chosen is None:
            return keys
        order = list(self.criteria)
        here = order.index(self.chosen.criterion.id)
        return sorted(keys, key=lambda key: (order.index(key) <= here, order.index(key)))


def state_words(*, first_level: bool) -> Mapping[str, str]:
    """State of a row → its word."""
    return _state_words(language(), first_level)


@lru_cache
def _state_words(_language: str, first_level: bool) -> Mapping[str, str]:
    return {
        "unseen": _("Not done") if first_level else _("Not seen"),
        "seen": _("Incomplete") if first_level else _("Seen, not decided"),
        "agreed": _("Done") if first_level else _("Agreed"),
        "differs": _("Differs"),
        "asked": _("Asked"),
        "levels": _("Earlier levels differ"),
        "team": _("The team differs"),
        "returned": _("To be corrected"),
        "more": _("Changed besides"),
        "same": _("Unchanged"),
    }


def matrix_of(view: TaskView | RowsView, *, working: bool, chosen: str | None = None, editing: bool = False) -> Matrix:
    """The table that the address asks for. Aborts with 404 for a task without criteria and for a criterion that it does not have."""
    only = request.args.get("loc", "")
    sheet = view.sheet
    if sheet is None or (chosen is not None and chosen not in sheet.criteria):
        abort(404)
    matrix = Matrix(
        view=view,
        sheet=sheet,
        working=working,
        chosen=sheet.criteria[chosen] if chosen else None,
        only=only if only in FILTERS else "",
        editing=editing,
    )
    if matrix.again:
        return replace(matrix, only=matrix.only or "returned")
    return replace(matrix, only="") if only in ("returned", "whole", "all") else matrix


def counted_words(counts: Mapping[str, int], *, first_level: bool) -> str:
    """How many rows stand in each state, in words."""
    words = state_words(first_level=first_level)
    total = ngettext("%(num)d criterion", "%(num)d criteria", sum(counts.values()))
    return f"{total}: " + ", ".join(f"{number} {str(words[state]).lower()}" for state, number in counts.items())


def named_level(level: Level) -> str:
    """The heading of a level's column."""
    return f"{said(level.label)} ({level.people})" if level.people > 1 else said(level.label)
