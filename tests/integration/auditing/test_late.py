"""Late steps: the due day stays with the step that was done, and a suspension excuses the days that it took."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.auditing.support import UNIT, Court
from tests.integration.auditing.test_exports import rows_of
from tests.support.sealed import table_in
from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import NotFound, PermissionDenied
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.clocks import Suspension, lateness
from workflow.store.rows import Page

ALL = Page(limit=100)
MONDAY = datetime(2023, 3, 6, 8, tzinfo=UTC)


def late(court: Court, asked: Asked | None = None) -> Sequence[tuple[Cell, ...]]:
    return court.app.questions.ask(court.auditor, "tre-han", asked or Asked(), ALL).lines


def let_it_pass(court: Court) -> datetime:
    """Nobody takes the open step until a week after its due day."""
    due_at = court.task().due_at
    assert due_at is not None
    court.clock.advance(due_at + timedelta(days=7) - court.clock.now())
    return due_at


def test_a_step_done_late_keeps_its_due_day_and_says_whose_it_was(court: Court) -> None:
    due_at = let_it_pass(court)
    court.complete(court.world.person("huyen", "standing-officer", "cong-an-thuong-xuan"), "accept", {})

    (line,) = [one for one in late(court) if one[5] == due_at]

    case, _unit, _step, whose, _body, due, done, days, excused, counted, pauses, _moved = line
    assert case == CaseNamed(court.case_id, court.case.business_key)
    assert (whose, due, excused, pauses) == ("Người thử huyen", due_at, 0, "")
    assert isinstance(done, datetime)
    assert (days, counted) == (5, 5)


def test_an_open_step_past_its_due_day_is_late_until_now(court: Court) -> None:
    assert late(court) == []
    let_it_pass(court)

    assert [line[7] for line in late(court, Asked(state="open"))] == [5]
    assert late(court, Asked(state="done")) == []
    assert late(court, Asked(actor="can-bo")) == []
    assert len(late(court, Asked(unit=UNIT))) == 1
    assert late(court, Asked(unit="xa-lang-gieng")) == []


@pytest.mark.parametrize(
    ("since", "until", "late_days", "excused"),
    [(1, 3, 5, 2), (-3, 1, 5, 1), (7, None, 5, 0), (-3, None, 5, 5)],
    ids=["within", "from before", "on the last day", "lasting"],
)
def test_a_suspension_excuses_the_working_days_that_it_took(
    since: int, until: int | None, late_days: int, excused: int
) -> None:
    pause = Suspension(
        since=MONDAY + timedelta(days=since),
        until=MONDAY + timedelta(days=until) if until is not None else None,
        reason="Chờ văn bản",
    )
    found = lateness(WorkingCalendar(), MONDAY, MONDAY + timedelta(days=7), [pause])

    assert (found.late, found.excused, found.counted) == (late_days, excused, late_days - excused)


def test_the_suspension_is_named_beside_the_late_step(court: Court) -> None:
    let_it_pass(court)
    for trigger in ("suspend", "resume"):
        court.app.cases.move(
            court.as_manager(), CaseCommand(case_id=court.case_id, trigger=trigger, reason="Chờ văn bản")
        )
        court.clock.advance(timedelta(days=7))

    (line,) = late(court, Asked(state="open"))

    assert (line[7], line[8], line[9]) == (15, 5, 10)
    assert "Chờ văn bản" in str(line[10])


def test_the_report_is_taken_out_with_typed_cells_and_on_the_record(court: Court) -> None:
    due_at = let_it_pass(court)
    export = court.app.questions.export(court.auditor, "tre-han", Asked(state="open"), "xlsx")

    header, row = rows_of(table_in(b"".join(export.chunks)), "xlsx")
    assert header[7] == "Số ngày làm việc trễ"
    assert row[7] == "5"
    assert row[5].startswith(f"{due_at + timedelta(hours=7):%Y-%m-%d %H:%M}")
    last = court.world.events("audit")[-1]
    assert (last.type, last.payload["question"], last.payload["rows"]) == ("AnswerExported", "tre-han", 1)


def test_nobody_sees_late_steps_outside_their_jurisdiction(court: Court) -> None:
    let_it_pass(court)

    assert court.app.questions.ask(court.neighbour, "tre-han", Asked(), ALL).total == 0
    with pytest.raises(PermissionDenied):
        court.app.questions.ask(court.officer, "tre-han", Asked(), ALL)
    with pytest.raises(NotFound):
        court.app.questions.ask(court.auditor, "khong-co", Asked(), ALL)


def test_the_cases_own_page_says_of_each_step_what_the_report_says(court: Court) -> None:
    assert [line.late for line in court.app.case_views.view(court.auditor, court.case_id).open_tasks] == [None]
    due_at = let_it_pass(court)
    for trigger in ("suspend", "resume"):
        court.app.cases.move(
            court.as_manager(), CaseCommand(case_id=court.case_id, trigger=trigger, reason="Chờ văn bản")
        )
        court.clock.advance(timedelta(days=7))
    court.complete(court.world.person("huyen", "standing-officer", "cong-an-thuong-xuan"), "accept", {})

    done = {line.task.node_id: line.late for line in court.app.case_views.view(court.auditor, court.case_id).done_tasks}
    told = [(line[5], line[7], line[8], line[9]) for line in late(court)]

    assert [(one.due_at, one.days.late, one.days.excused, one.days.counted) for one in done.values() if one] == told
    assert told == [(due_at, 15, 5, 10)]
    assert [one.suspensions[0].reason for one in done.values() if one] == ["Chờ văn bản"]
    assert None in done.values(), "the unit handed in on time"
