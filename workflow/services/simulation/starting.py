"""What a trial begins with: the variables that a case of the package has from its start, and a day on which it may start."""

import json
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import N_, InvalidInput
from workflow.feel.values import coerce, to_json
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.services.access import ZONE
from workflow.services.campaign_deadlines import deadline_variables, resolve_deadlines
from workflow.services.cases import unit_variables
from workflow.simulation.actions import values_of

LARGEST = 50_000
"""Characters of variables that may be entered."""
_OFFICE_OPENS = time(8, 0)

_NO_JSON = N_("Line %(line)s, column %(column)s: this is no JSON (%(fault)s).")
_NO_OBJECT = N_("Variables are a JSON object: a name and a value for each.")
_TOO_LONG = N_("At most %(longest)s characters.")
_NO_INSTANT = N_("Give a day and time such as 2025-07-01T08:00.")
_UNFIT = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def first_instant(package: ProcedurePackage, calendar: WorkingCalendar) -> datetime:
    """The morning of the first working day on which a case of this version may start."""
    day = package.effective_from
    if not calendar.is_working_day(day):
        day = calendar.add_working_days(day, 1)
    return datetime.combine(day, _OFFICE_OPENS, ZONE)


def offered_variables(
    package: ProcedurePackage, start: datetime, calendar: WorkingCalendar, tree: OrganisationTree
) -> dict[str, Any]:
    """The variables that a case has: `unit` (the first one that the procedure is for), `campaign`, `deadlines` of that year."""
    on = start.astimezone(ZONE).date()
    kinds = package.subjects
    units = (one for one in tree.valid(on) if one.kind in kinds and one.managing_level is not None)
    unit = min(units, key=lambda one: (kinds.index(one.kind), one.id), default=None)
    deadlines = deadline_variables(resolve_deadlines(package, on.year, calendar))
    return {
        "unit": unit_variables(tree, unit.id, on) if unit is not None else {"id": "unit", "on": on},
        "campaign": {"year": on.year, "province": next(iter(package.province_scope), None)},
        "deadlines": deadlines,
    }


def variables_text(variables: Mapping[str, Any]) -> str:
    """Variables as the text that a person edits; `read_variables` reads it."""
    plain = {name: to_json(coerce(value)) for name, value in variables.items()}
    return json.dumps(plain, ensure_ascii=False, indent=2)


def read_variables(text: str) -> dict[str, Any]:
    """FEEL values by name from a person's text; empty text is none. Raises `InvalidInput` saying where it is wrong."""
    if len(text) > LARGEST:
        raise InvalidInput(_TOO_LONG, longest=LARGEST)
    if not text.strip():
        return {}
    try:
        json_value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(_NO_JSON, line=error.lineno, column=error.colno, fault=error.msg) from error
    except _UNFIT as error:
        raise InvalidInput(_NO_OBJECT) from error
    if not isinstance(json_value, dict):
        raise InvalidInput(_NO_OBJECT)
    try:
        return values_of(json_value, "variables")
    except _UNFIT as error:
        raise InvalidInput(_NO_OBJECT) from error


def read_instant(text: str) -> datetime:
    """A local day and time as a browser's field gives it. Raises `InvalidInput`."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(_NO_INSTANT) from error
    if not 1900 <= found.year <= 2999:  # what calendars and clocks can count with
        raise InvalidInput(_NO_INSTANT)
    return found if found.tzinfo else found.replace(tzinfo=ZONE)
