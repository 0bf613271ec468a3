"""A campaign's deadlines: resolved from the package's rules once, then data that managers may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from workflow.calendar.deadlines import DeadlineRule, resolve
from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import N_, InvalidInput, NotFound
from workflow.packages.package import ProcedurePackage

_MOST_DAYS = 250
_BAD_REMINDER = N_("A reminder comes 0 to %(most)s working days before the last day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineEdit:
    """What a manager sets: the last day on which one may still act, and how many working days before to remind (0: never)."""

    last_day: date
    remind_days: int
    escalate_to: str = ""


def resolve_deadlines(package: ProcedurePackage, year: int, calendar: WorkingCalendar) -> dict[str, Any]:
    """The package's deadlines in that year, as JSON: id → last_day, due_at, remind_at, escalate_to, late, label_vi, label_en."""
    found: dict[str, Any] = {}
    for rule in package.deadlines.values():
        resolved = resolve(
            DeadlineRule(
                id=rule.id,
                label=rule.label.vi,
                month_day=rule.month_day,
                semantics=rule.semantics,
                remind=rule.remind,
                escalate_to=rule.escalate_to,
                years=rule.years,
                day_off=rule.day_off,
                source=rule.source,
            ),
            year,
            calendar,
        )
        found[rule.id] = {
            "last_day": resolved.last_day.isoformat(),
            "due_at": _closing(resolved.last_day, package.office_closes, calendar).isoformat(),
            "remind_at": resolved.remind_at.isoformat() if resolved.remind_at else None,
            "escalate_to": resolved.escalate_to,
            "late": rule.late,
            "label_vi": rule.label.vi,
            "label_en": rule.label.en or rule.label.vi,
        }
    return found


def edited(
    deadlines: Mapping[str, Any],
    deadline_id: str,
    edit: DeadlineEdit,
    package: ProcedurePackage,
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    """The deadline as it becomes. Raises `NotFound`, `InvalidInput`."""
    if deadline_id not in deadlines:
        raise NotFound()
    if not 0 <= edit.remind_days <= _MOST_DAYS:
        raise InvalidInput(_BAD_REMINDER, most=_MOST_DAYS)
    remind_at = None
    if edit.remind_days:
        day = calendar.add_working_days(edit.last_day, -edit.remind_days)
        remind_at = calendar.at(day, calendar.opens).astimezone(UTC).isoformat()
    return {
        **deadlines[deadline_id],
        "last_day": edit.last_day.isoformat(),
        "due_at": _closing(edit.last_day, package.office_closes, calendar).isoformat(),
        "remind_at": remind_at,
        "escalate_to": edit.escalate_to.strip(),
    }


def remind_days(deadlines: Mapping[str, Any], calendar: WorkingCalendar) -> dict[str, int]:
    """Deadline id → working days from its reminder to its last day, 0 where there is none: what an edit begins with."""
    found = {}
    for deadline_id, deadline in deadlines.items():
        last_day, remind_at = date.fromisoformat(deadline["last_day"]), deadline["remind_at"]
        remind_on = datetime.fromisoformat(remind_at).astimezone(calendar.zone).date() if remind_at else last_day
        found[deadline_id] = max(0, calendar.working_days_between(remind_on, last_day))
    return found


def deadline_variables(deadlines: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The deadlines as conditions and due dates read them: `last_day` a date, `due_at` and `remind_at` instants or None."""
    return {
        deadline_id: {
            "last_day": date.fromisoformat(deadline["last_day"]),
            "due_at": datetime.fromisoformat(deadline["due_at"]),
            "remind_at": datetime.fromisoformat(deadline["remind_at"]) if deadline["remind_at"] else None,
        }
        for deadline_id, deadline in deadlines.items()
    }


def _closing(day: date, closes: time, calendar: WorkingCalendar) -> datetime:
    return calendar.at(day, closes).astimezone(UTC)
