"""Reads `procedure.toml` (schema: docs/reference/procedure-package.md)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.errors import N_
from workflow.model.findings import Finding
from workflow.organisation.records import SUBJECT_KINDS
from workflow.packages.documents import Table, TomlFile
from workflow.packages.jurisdictions import is_escalation
from workflow.packages.records import SYSTEM_ROLES, DeadlineRule, Manifest, Role, Stage

MANIFEST = "procedure.toml"
_KEY = re.compile(r"[a-z][a-z0-9-]{0,63}")
_DEADLINE_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_COVERED = re.compile(r"P\d{2}", re.ASCII)
_COVERS = re.compile(rb"^covers\s*=\s*\[[^\]]*\][ \t]*\n", re.MULTILINE)
_REMIND = re.compile(r"WT[1-9]\d{0,2}D")
_BUSINESS_KEY = re.compile(r"(?:[\w./-]|\{(?:key|year|province|number(?::0[1-9])?)\}){1,100}")
_Table = Table[TomlFile]
_ANY_YEAR = 2023
"""Not a leap year: a day of every year is never 29 February."""


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_WithId)


def read_manifest(source: bytes) -> tuple[Manifest | None, list[Finding]]:
    """Return what the file says and every fault of it; no manifest where the file is no TOML."""
    toml = TomlFile(MANIFEST)
    root = toml.load(source)
    if root is None:
        return None, toml.findings
    manifest = _manifest(root)
    root.done()
    _check_roles(manifest, toml)
    return manifest, toml.findings


def without_covers(source: bytes) -> bytes:
    """The file as it was before it said what it covers, byte for byte."""
    return _COVERS.sub(b"", source, count=1)


def _manifest(root: _Table) -> Manifest:
    effective_from = _day(root, "effective_from", required=True) or date.min
    effective_to = _day(root, "effective_to")
    if effective_to is not None and effective_to < effective_from:
        root.file.add("dates-reversed", N_("%(place)s is before effective_from"), "effective_to")
    return Manifest(
        key=_name(root, "key", _KEY),
        version_label=root.text("version_label", required=True),
        process=root.text("process", required=True),
        title=_closed(root.table("title", required=True), Table.label),
        effective_from=effective_from,
        effective_to=effective_to,
        legal_basis=root.texts("legal_basis"),
        covers=_covers(root),
        province_scope=root.texts("province_scope"),
        business_key=_closed(root.table("business_key"), _business_key),
        subject_kinds=_closed(root.table("subjects"), _subject_kinds),
        roles=_by_id(root, "roles", (read_role(table) for table in root.tables("roles"))),
        stages=tuple(_by_id(root, "stages", (_closed(table, _stage) for table in root.tables("stages"))).values()),
        deadlines=_by_id(root, "deadlines", (_closed(table, _deadline) for table in root.tables("deadlines"))),
        minutes_name_votes=_closed(root.table("session"), _minutes_name_votes),
        **_closed(root.table("calendar"), _calendar),
    )


def _closed(table: _Table, read: Any) -> Any:
    value = read(table)
    table.done()
    return value


def _covers(root: _Table) -> tuple[str, ...]:
    numbers = root.texts("covers")
    for index, number in enumerate(numbers):
        if not _COVERED.fullmatch(number):
            root.file.add(
                "not-a-number-of-the-list",
                N_("%(place)s: %(value)s is no number of a procedure"),
                "covers",
                N_("Write P and two digits, such as P09"),
                value=number,
            )
        elif number in numbers[:index]:
            root.file.add("covered-twice", N_("%(place)s: %(value)s is there twice"), "covers", value=number)
    return numbers


def _subject_kinds(table: _Table) -> tuple[str, ...]:
    kinds = table.texts("kinds")
    for index, kind in enumerate(kinds):
        if kind not in SUBJECT_KINDS:
            table.file.add(
                "unknown-kind-of-unit",
                N_("%(place)s: there is no kind of unit “%(kind)s”"),
                f"{table.at('kinds')}[{index}]",
                N_("Write one of %(known)s; the official word, such as xã, belongs to the organisation"),
                kind=kind,
                known=", ".join(SUBJECT_KINDS),
            )
    return kinds


def read_role(table: _Table) -> Role:
    """One entry of `[[roles]]`."""
    role = Role(
        id=_name(table, "id", _KEY),
        label=table.label(),
        body=table.text("body"),
        description=table.text("description"),
        permissions=table.texts("permissions"),
        of=table.text("of"),
    )
    table.done()
    if role.id in SYSTEM_ROLES:
        table.file.add(
            "reserved-role", N_("%(place)s: %(id)s is a role of the installation"), table.at("id"), id=role.id
        )
    return role


def _stage(table: _Table) -> Stage:
    return Stage(id=_name(table, "id", _KEY), label=table.label())


def _deadline(table: _Table) -> DeadlineRule:
    rule = table.raw("rule")
    month_day = rule.get("month_day") if isinstance(rule, dict) and set(rule) == {"month_day"} else rule
    remind = table.text("remind")
    if remind and not _REMIND.fullmatch(remind):
        table.file.add(
            "not-working-days",
            N_("%(place)s: %(value)s is no number of working days"),
            table.at("remind"),
            N_("Write a form such as WT5D"),
            value=remind,
        )
    return DeadlineRule(
        id=_name(table, "id", _DEADLINE_KEY),
        label=table.label(),
        month_day=_month_day(table, "rule", month_day),
        semantics=cast(Any, table.one_of("semantics", ("on-or-before", "before"), "on-or-before")),
        remind=remind,
        escalate_to=table.text("escalate_to"),
        years=_years(table),
        day_off=cast(Any, table.one_of("day_off", ("keep", "next", "previous"), "keep")),
        late=cast(Any, table.one_of("late", ("allowed", "refused"), "allowed")),
        source=table.text("source"),
    )


def _years(table: _Table) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for key, value in table.mapping("years").items():
        if _YEAR.fullmatch(key):
            found[int(key)] = _month_day(table, f"years.{key}", value, int(key))
        else:
            table.file.add("not-a-year", N_("%(place)s: %(value)s is no year"), table.at("years"), value=key[:20])
    return found


def _minutes_name_votes(table: _Table) -> bool:
    """Whether the record of a case names who voted how. No source says so; without a word they are named."""
    return bool(table.get("minutes_name_votes", bool, True))


def _calendar(table: _Table) -> Mapping[str, Any]:
    closes, zone = table.text("office_closes", "17:00"), table.text("timezone", "Asia/Ho_Chi_Minh")
    try:
        office_closes = time.fromisoformat(closes)
    except ValueError:
        table.file.add(
            "not-a-time", N_("%(place)s: %(value)s is no time of day"), table.at("office_closes"), value=closes
        )
        office_closes = time(17, 0)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        table.file.add("not-a-zone", N_("%(place)s: %(value)s is no time zone"), table.at("timezone"), value=zone)
    return {"office_closes": office_closes, "timezone": zone}


def _business_key(table: _Table) -> str:
    pattern = table.text("pattern", "{key}-{year}-{number:04}")
    places = set(re.findall(r"\{(\w+)", pattern))
    if not _BUSINESS_KEY.fullmatch(pattern) or not {"year", "number"} <= places:
        table.file.add(
            "business-key",
            N_("%(place)s: %(value)s cannot number cases"),
            table.at("pattern"),
            N_("Use {year} and {number:04}, and {key} or {province} as you like"),
            value=pattern,
        )
    return pattern


def _month_day(table: _Table, key: str, value: object, year: int = _ANY_YEAR) -> str:
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        if match is not None:
            date(year, int(match[1]), int(match[2]))
            return match[0]
    except ValueError:
        pass  # reported below like any other text that names no day
    table.file.add(
        "not-a-day",
        N_("%(place)s: %(value)s is no day of the year"),
        table.at(key),
        N_("Write month and day, such as 02-15"),
        value=value,
    )
    return "12-31"


def _day(table: _Table, key: str, *, required: bool = False) -> date | None:
    value = table.get(key, date, date.min, required=required)
    if isinstance(value, datetime):
        table.file.add(
            "wrong-type", N_("%(place)s is of the wrong type; expected is %(expected)s"), key, expected="date"
        )
        return value.date()
    return None if value == date.min else value


def _name(table: _Table, key: str, form: re.Pattern[str]) -> str:
    value = table.text(key, required=True)
    if value and not form.fullmatch(value):
        table.file.add(
            "not-a-name",
            N_("%(place)s: %(value)s is no name"),
            table.at(key),
            N_("Use lower-case letters and digits, starting with a letter"),
            value=value,
        )
    return value


def _by_id(root: _Table, key: str, records: Iterable[R]) -> dict[str, R]:
    found: dict[str, R] = {}
    for index, record in enumerate(records):
        if record.id in found:
            root.file.add(
                "duplicate-id", N_("%(place)s: the id %(id)s is used twice"), f"{key}[{index}].id", id=record.id
            )
        found.setdefault(record.id, record)
    return found


def _check_roles(manifest: Manifest, toml: TomlFile) -> None:
    if not manifest.roles:
        toml.add("no-role", N_("The procedure has no roles"), "roles", N_("Add at least one [[roles]] entry"))
    for index, deadline in enumerate(manifest.deadlines.values()):
        role = deadline.escalate_to.split("@", 1)[0]
        if role and role not in manifest.roles and role not in SYSTEM_ROLES:
            toml.add(
                "unknown-role",
                N_("%(place)s: there is no role %(role)s"),
                f"deadlines[{index}].escalate_to",
                N_("Add the role to [[roles]], or name one of them"),
                role=role,
            )
        elif not is_escalation(deadline.escalate_to, manifest.roles):
            toml.add(
                "not-an-escalation",
                N_("%(place)s: %(text)s names nobody who could be told"),
                f"deadlines[{index}].escalate_to",
                N_(
                    "Write a role, or role@kind@level with a kind of body of the procedure, such as officer@police@district"
                ),
                text=deadline.escalate_to[:80],
            )
