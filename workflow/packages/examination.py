"""Everything that the checks say of a package, and what comes of its saved tests: worked out within one budget, kept as JSON.

A check that fails is a finding, like any other fault: what could not be looked at is said, and nothing else is kept from being
looked at by it.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol

import rfc8785

from workflow.budget import CHECK, Allowance
from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import N_, BudgetSpent, InvalidInput, WorkflowError
from workflow.model.findings import Finding
from workflow.organisation.records import Organisation
from workflow.packages.records import KNOWN_HANDLERS
from workflow.simulation.saved_runs import Difference

log = logging.getLogger(__name__)
Files = Mapping[str, bytes]
UNCHECKED = "unchecked"
"""The rule of every finding that says of a check that it could not be carried out."""
MOST_FINDINGS = 500
_LONGEST = 2_000

_FAILED = N_("This could not be checked: %(check)s. The rest of the package was.")
_SPENT = N_("This could not be checked: %(check)s. %(reason)s")
_MEND = N_("Simplify what was changed last; if it stays, whoever runs the installation finds the reason in its log")
_SIMPLIFY = N_("Make loops, conditions and saved tests smaller")
_MORE = N_("There are %(more)s more findings")
_FIRST = N_("Put these right first")
_STOPPED = N_(
    "The check was stopped because it took longer or needed more memory than it may. Nothing is known of the rest."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTestResult:
    """What came of one saved test. `fault`: why it could not be read or run; None of both with `ran` false: not run at all."""

    path: str
    name: str
    steps: int
    ran: bool = True
    differences: Sequence[Difference] = ()
    fault: WorkflowError | None = None
    outdated: bool = False
    """It judges by another number of criteria than the procedure has: looked at by whoever shows it, and not kept."""

    @property
    def passed(self) -> bool:
        """Whether it was run and nothing is other than expected."""
        return self.ran and self.fault is None and not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """`findings`: errors before warnings, then by file and line."""

    findings: tuple[Finding, ...]
    tests: tuple[SavedTestResult, ...] = ()

    @property
    def errors(self) -> int:
        return sum(found.severity == "error" for found in self.findings)

    @property
    def whole(self) -> bool:
        """Whether all was looked at: no check failed, none used up what it may take."""
        return not any(found.rule == UNCHECKED and found.template != _MORE for found in self.findings)

    def to_json(self) -> dict[str, Any]:
        """As it is kept; `examination_from_json` reads it."""
        return {
            "findings": [_finding_to_json(found) for found in self.findings],
            "tests": [
                {
                    "path": test.path,
                    "name": test.name,
                    "steps": test.steps,
                    "ran": test.ran,
                    "differences": [_said(one.template, one.params) for one in test.differences],
                    "fault": None if test.fault is None else _said(test.fault.template, test.fault.params),
                }
                for test in self.tests
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a check depends on besides the files: handlers and, where it is done for an installation, calendar and organisations."""

    handlers: frozenset[str] = KNOWN_HANDLERS
    calendar: WorkingCalendar | None = None
    organisations: Sequence[Organisation] | None = None
    _digest: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """The same for the same surroundings."""
        if not self._digest:
            self._digest.append(sha256(rfc8785.dumps(self.to_json())).hexdigest())
        return self._digest[0]

    def to_json(self) -> dict[str, Any]:
        """As it is handed to another process; `surroundings_from_json` reads it."""
        calendar = self.calendar
        return {
            "handlers": sorted(self.handlers),
            "calendar": None
            if calendar is None
            else {
                "holidays": {day.isoformat(): name for day, name in sorted(calendar.holidays.items())},
                "working_weekends": sorted(day.isoformat() for day in calendar.working_weekends),
            },
            "organisations": None
            if self.organisations is None
            else sorted((_organisation_to_json(one) for one in self.organisations), key=_id_and_day),
        }


class Examiner(Protocol):
    """Examines a package where nothing that it holds can stop the rest of the installation."""

    def examine(self, files: Files, surroundings: Surroundings, allowance: Allowance = CHECK) -> Examination:
        """Never raises for what the files hold."""

    def examine_file(self, source: bytes, file: str, allowance: Allowance = CHECK) -> Examination:
        """One BPMN file by itself."""


# What could not be looked at.


def attempt(check: str, work: Callable[[], Iterable[Finding]], file: str | None = None) -> list[Finding]:
    """The findings of a check; where it fails, the finding that it could not be carried out. `check` names it for people."""
    try:
        return list(work())
    except BudgetSpent as spent:
        return [unchecked(check, file, spent)]
    except Exception:
        log.exception("a check could not be carried out: %s", check)
        return [unchecked(check, file)]


def unchecked(check: str, file: str | None = None, spent: BudgetSpent | None = None) -> Finding:
    """The finding that something could not be checked."""
    named = Difference(template=check)
    if spent is None:
        return Finding(rule=UNCHECKED, template=_FAILED, params={"check": named}, advice=_MEND, file=file)
    params = {"check": named, "reason": Difference(template=spent.template, params=spent.params)}
    return Finding(rule=UNCHECKED, template=_SPENT, params=params, advice=_SIMPLIFY, file=file)


def stopped() -> Examination:
    """What is known of a package whose examination had to be ended from outside."""
    return Examination(findings=(Finding(rule=UNCHECKED, template=_STOPPED, advice=_SIMPLIFY),))


def bounded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings, then by file and line; of very many the first, and how many more there are."""
    ordered = sorted(findings, key=lambda found: (found.severity != "error", found.file or "", found.line or 0))
    if len(ordered) <= MOST_FINDINGS:
        return tuple(ordered)
    grave = ordered[MOST_FINDINGS].severity
    more = Finding(
        rule=UNCHECKED, template=_MORE, params={"more": len(ordered) - MOST_FINDINGS}, advice=_FIRST, severity=grave
    )
    return (*ordered[:MOST_FINDINGS], more)


# As JSON.


def examination_from_json(kept: Mapping[str, Any]) -> Examination:
    """What `Examination.to_json` wrote."""
    return Examination(
        findings=tuple(_finding_from_json(one) for one in kept["findings"]),
        tests=tuple(
            SavedTestResult(
                path=one["path"],
                name=one["name"],
                steps=one["steps"],
                ran=one["ran"],
                differences=tuple(_heard(difference) for difference in one["differences"]),
                fault=None if one["fault"] is None else _fault(_heard(one["fault"])),
            )
            for one in kept["tests"]
        ),
    )


def surroundings_from_json(given: Mapping[str, Any]) -> Surroundings:
    """What `Surroundings.to_json` wrote."""
    calendar, organisations = given["calendar"], given["organisations"]
    return Surroundings(
        handlers=frozenset(given["handlers"]),
        calendar=None
        if calendar is None
        else WorkingCalendar(
            holidays={date.fromisoformat(day): name for day, name in calendar["holidays"].items()},
            working_weekends=frozenset(map(date.fromisoformat, calendar["working_weekends"])),
        ),
        organisations=None if organisations is None else [_organisation_from_json(one) for one in organisations],
    )


_DAYS = ("valid_from", "valid_to")
_ORGANISATION = tuple(Organisation.__dataclass_fields__)


def _organisation_to_json(one: Organisation) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in _ORGANISATION}
    return plain | {name: plain[name] and plain[name].isoformat() for name in _DAYS}


def _organisation_from_json(given: Mapping[str, Any]) -> Organisation:
    days = {name: given[name] and date.fromisoformat(given[name]) for name in _DAYS}
    return Organisation(**{**given, **days})


def _id_and_day(plain: Mapping[str, Any]) -> tuple[str, str]:
    return plain["id"], plain["valid_from"]


def _finding_to_json(found: Finding) -> dict[str, Any]:
    return {
        **_said(found.template, found.params),
        "rule": found.rule,
        "advice": found.advice,
        "element_id": found.element_id,
        "element_name": found.element_name and found.element_name[:_LONGEST],
        "line": found.line,
        "file": found.file,
        "severity": found.severity,
    }


def _finding_from_json(kept: Mapping[str, Any]) -> Finding:
    said = _heard(kept)
    rest = {name: kept[name] for name in ("rule", "advice", "element_id", "element_name", "line", "file", "severity")}
    return Finding(template=said.template, params=dict(said.params), **rest)


def _said(template: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {"template": template, "params": {name: _plain(value) for name, value in params.items()}}


def _plain(value: Any) -> Any:
    """A value of a message: a message itself, a plain value, or the text that it would be shown as."""
    template, params = getattr(value, "template", None), getattr(value, "params", None)
    if isinstance(template, str) and isinstance(params, Mapping):
        return _said(template, params)
    if value is None or (isinstance(value, bool | int) and abs(value) < 2**53):
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _heard(kept: Mapping[str, Any]) -> Difference:
    return Difference(
        template=kept["template"],
        params={name: _heard(one) if isinstance(one, Mapping) else one for name, one in kept["params"].items()},
    )


def _fault(said: Difference) -> WorkflowError:
    return InvalidInput(said.template, **said.params)
