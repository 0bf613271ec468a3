"""What a person has to do: their own tasks and those of their groups, by the day they are due, and what has been escalated to them."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from itertools import groupby

from flask import request, session
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Optional

from webui.casework.area import blueprint
from webui.casework.facts import Day, facts_of_days, facts_of_entry, facts_of_inquiries, facts_of_lists
from webui.casework.filters import kept_query
from webui.container import container
from webui.drawing.page import render_page
from webui.format import local_date, weekday_on
from webui.forms import FilterForm, Length, choices
from webui.guard import current_actor
from webui.navigation import keep_head
from webui.pages import page_number, page_of
from webui.words import named, said
from workflow.services.casework.inbox import DUE, LATELY, PAGE_SIZE, TABS, Choices, Head, InboxEntry, InboxPage
from workflow.services.views import InboxFilter, Remaining

DUE_DATES = {
    "overdue": _l("Overdue"),
    "today": _l("Due today"),
    "soon": _l("Due within 5 working days"),
    "week": _l("Due this week"),
}


class InboxFilterForm(FilterForm):
    """Every field may be left empty."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    unit = SelectField(_l("Unit"), validate_choice=False)
    due = SelectField(_l("Due date"), validate_choice=False, description=_l("What is overdue is shown as well."))
    until = DateField(_l("Due until"), [Optional()], description=_l("Counts instead of the list beside it."))
    tab = HiddenField()
    sort = HiddenField()

    def offer(self, found: Choices) -> None:
        """Fill the lists; a list with nothing to choose from is left out."""
        procedures = ((key, said(one)) for key, one in found.procedures.items())
        self.procedure.choices = choices([("", _l("Every procedure")), *procedures])
        self.stage.choices = choices(
            [("", _l("Every stage")), *((key, said(one)) for key, one in found.stages.items())]
        )
        self.due.choices = choices([("", _l("Every due date")), *DUE_DATES.items()])
        self.unit.choices = choices([("", _l("Every unit")), *((key, named(one)) for key, one in found.units.items())])
        if not found.units and not self.unit.data:
            del self.unit


MOST_PAGES = 500
"""Nobody leafs further; filters find it sooner."""


@blueprint.get("/nhiem-vu")
def inbox() -> str:
    """The inbox: the tab, the filters, the order and the page stand in the address."""
    actor = current_actor()
    offered = container().inbox.choices(actor)

    @cache
    def form() -> InboxFilterForm:
        """Made where the address asks for something, else only where its page has not been drawn yet."""
        found = InboxFilterForm(request.args)
        found.offer(offered)
        found.validate()
        return found

    number = page_number(MOST_PAGES)
    where = _filter(form()) if request.args else InboxFilter(tab=TABS[0])
    found = container().inbox.page(actor, where, page_of(number, PAGE_SIZE))
    filtered = bool(where.key or where.stage or where.unit_id or where.due or where.text)
    if not filtered:
        keep_head(Head(todo=found.counts["todo"], unread=found.unread))
    ahead, days = ahead_of(found.entries, actor.user_id), _days(found, _sent_on if where.tab == "sent" else _day_of)
    saved, density, hidden = container().saved_filters.of(actor), _density(), _hidden_columns()
    facts = (
        (offered, facts_of_lists(found, saved), facts_of_days(days, actor.user_id, "chon" in request.args)),
        ahead and facts_of_entry(ahead, actor.user_id, False, False),
        facts_of_inquiries(found.inquiries),
        (density, *hidden),
        found.has_next,
    )
    return render_page(
        "casework/inbox.html",
        facts if where.tab != "sent" else None,
        filter_form=form,
        offered=offered,
        where=where,
        found=found,
        days=days,
        ahead=ahead,
        summary="" if where.tab == "sent" else _summary(found, number),
        lately=LATELY.days,
        saved=saved,
        query=kept_query(),
        me=actor.user_id,
        facts_of_days=facts_of_days,
        facts_of_entry=facts_of_entry,
        facts_of_lists=facts_of_lists,
        number=number,
        filtered=filtered,
        density=density,
        hidden=hidden,
        columns=COLUMNS,
        all_ticked="chon" in request.args,
    )


DENSITIES = {"gon": "compact", "vua": "normal"}


def _density() -> str:
    """How close the rows stand: what the address asks for is kept for the person's next visits."""
    asked = request.args.get("mat-do", "")
    if asked in DENSITIES:
        session["density"] = asked
    return DENSITIES.get(session.get("density", ""), "compact")


COLUMNS = {
    "ma": (_l("Case number"), "key"),
    "tieu-chi": (_l("Criteria"), "progress"),
    "thu-ly": (_l("Person in charge"), "who"),
}
"""By their names in the address: the columns that a person may take out of the list. Without unit, task, day and state it would be none."""


def _hidden_columns() -> Sequence[str]:
    """What is taken out, by name: as the address says, which is kept for the person's next visits."""
    asked = request.args.get("bo-cot")
    if asked is not None:
        session["hidden_columns"] = [name for name in COLUMNS if name in asked.split(".")]
    return [name for name in session.get("hidden_columns", ()) if name in COLUMNS]


def _days(found: InboxPage, day_of: Callable[[InboxEntry], date | str | None]) -> list[Day]:
    """What is overdue first, then a heading a day: the date stands once, over those that share it."""
    pieces = [(key, list(entries)) for key, entries in groupby(found.entries, key=day_of)]
    return [
        Day(
            title=_title(key, entries[0].remaining) if day_of is _day_of else _named(key),
            left=_left(entries[0].remaining) if day_of is _day_of else "",
            late=key == "overdue",
            entries=entries,
            whole=not (index == 0 and found.page.offset) and not (index == len(pieces) - 1 and found.has_next),
        )
        for index, (key, entries) in enumerate(pieces)
    ]


def _day_of(entry: InboxEntry) -> date | str | None:
    left = entry.remaining
    if left is None:
        return None
    return "overdue" if left.overdue else left.last_day


def _sent_on(entry: InboxEntry) -> date | None:
    return local_date(entry.row.task.ended_at) if entry.row.task.ended_at else None


def _named(key: date | str | None) -> str:
    day = weekday_on(key) if isinstance(key, date) else ""
    return day[:1].upper() + day[1:]


def _title(key: date | str | None, left: Remaining | None) -> str:
    if left is None:
        return str(_("No due date"))
    if key == "overdue":
        return str(_("Overdue"))
    day = weekday_on(left.last_day)
    return str(_("Today, %(day)s", day=day)) if left.due_today else day[:1].upper() + day[1:]


def _left(left: Remaining | None) -> str:
    if left is None or left.overdue or left.due_today:
        return ""
    return str(ngettext("%(num)d working day left", "%(num)d working days left", left.working_days))


def next_task() -> InboxEntry | None:
    """What the signed-in person does next: offered wherever something has just been finished."""
    actor = current_actor()
    found = container().inbox.page(actor, InboxFilter(tab=TABS[0]), page_of(1, PAGE_SIZE))
    return ahead_of(found.entries, actor.user_id)


def ahead_of(entries: Sequence[InboxEntry], me: str) -> InboxEntry | None:
    """What to do next: what is begun, else what one has, else what waits; of these what is due first."""
    ranks = {"in_progress": 0, "reserved": 1, "ready": 2}
    doable = [one for one in entries if one.row.task.assignee_id in (None, me) and one.row.task.state in ranks]
    return min(doable, key=lambda one: ranks[one.row.task.state], default=None)


def _summary(found: InboxPage, number: int) -> str:
    """How much there is, and where most of it falls; said only of what the page shows whole."""
    if number > 1 or found.has_next or not found.entries:
        return ""
    total = len(found.entries)
    text: str = str(ngettext("%(num)d task", "%(num)d tasks", total))
    ahead = [one.remaining for one in found.entries if one.remaining and not one.remaining.overdue]
    days: dict[date, list[Remaining]] = {}
    for left in ahead:
        days.setdefault(left.last_day, []).append(left)
    fullest = max(days.values(), key=len, default=[])
    if len(fullest) < 2:
        return text
    left, many = fullest[0], len(fullest)
    text += ", " + str(_("%(number)s due on %(day)s", number=many, day=weekday_on(left.last_day)))
    if left.working_days > 1:
        text += ": " + str(_("about %(number)s each working day", number=-(-many // left.working_days)))
    return text


def _filter(form: InboxFilterForm) -> InboxFilter:
    data = form.data
    return InboxFilter(
        tab=data["tab"] if data["tab"] in TABS else TABS[0],
        key=data["procedure"] or None,
        stage=data["stage"] or None,
        unit_id=data.get("unit") or None,
        due=data["until"].isoformat() if data["until"] else data["due"] if data["due"] in DUE else None,
        text=(data["text"] or "").strip()[:100] or None,
        descending=data["sort"] == "-due",
    )
