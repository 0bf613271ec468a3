"""Organisations as data: TOML files of `[[organisation]]`, `[[bodies]]`, `[[succession]]` and `[[kind]]` entries.

`definitions/organisations/README.md` describes every key. A `[[bodies]]` entry names one kind of body for many areas.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.alphabets import UnfitSign, fit
from workflow.errors import N_, InvalidInput
from workflow.organisation.check import check, check_kind
from workflow.organisation.records import Organisation, Succession

_ORGANISATION_KEYS = frozenset(
    {"id", "code", "kind", "type", "level", "name_vi", "name_en", "territory", "managing_level", "managing"}
    | {"delegation_paper", "valid_from", "valid_to", "source"}
)
_BODIES_KEYS = frozenset({"kind", "areas", "id", "name_vi", "name_en", "valid_from", "valid_to", "source"})
_SUCCESSION_KEYS = frozenset({"predecessor", "successor", "kind", "on", "paper"})
_TABLES = {
    "organisation": _ORGANISATION_KEYS,
    "bodies": _BODIES_KEYS,
    "succession": _SUCCESSION_KEYS,
    "kind": frozenset({"id", "meaning"}),
}

_NO_TEXT = N_("%(file)s, %(entry)s: %(key)s must be a text.")
_NO_DATE = N_("%(file)s, %(entry)s: %(key)s must be a date such as 2025-07-01.")
_NO_TEXTS = N_("%(file)s, %(entry)s: %(key)s must be a list of texts.")
_NO_TABLE = N_("%(file)s, %(entry)s: expected is one of %(known)s.")
_UNKNOWN_KEY = N_("%(file)s, %(entry)s: unknown key %(key)s.")
_TWICE = N_("%(file)s, %(entry)s: the id %(id)s is given twice.")
_NO_AREA = N_("%(file)s, %(entry)s: there is no area %(id)s.")
_NO_TOML = N_("%(file)s is no file in TOML: %(problem)s.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of a file, with its place for messages."""

    file: str
    place: str
    values: Mapping[str, Any]

    def fail(self, template: str, **params: str) -> InvalidInput:
        return InvalidInput(template, file=self.file, entry=self.place, **params)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.fail(_NO_TEXT, key=key)
        return value

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self.values else None

    def day(self, key: str) -> date:
        value = self.values.get(key)
        if type(value) is not date:
            raise self.fail(_NO_DATE, key=key)
        return value

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if key in self.values else None

    def texts(self, key: str) -> list[str]:
        value = self.values.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise self.fail(_NO_TEXTS, key=key)
        return value


def load_organisations(files: Mapping[str, bytes]) -> tuple[tuple[Organisation, ...], tuple[Succession, ...]]:
    """Read organisations and successions from files given by name; references may cross files.

    Raises `InvalidInput` naming file, entry and problem: a malformed entry, an unknown kind or reference, an id given twice, a code
    borne by two at once, a territory outside the validity, a circle, a unit that nobody manages.
    """
    entries = [entry for name in sorted(files) for entry in _entries(name, files[name])]
    organisations: dict[str, tuple[_Entry, Organisation]] = {}
    for entry in (e for e in entries if e.place.startswith("organisation")):
        _add(organisations, entry, _organisation(entry))
    areas = {key: organisation for key, (_, organisation) in organisations.items()}
    for entry in (e for e in entries if e.place.startswith("bodies")):
        for body in _bodies(entry, areas):
            _add(organisations, entry, body)
    successions = [(e, _succession(e)) for e in entries if e.place.startswith("succession")]
    kinds = {entry.text("id") for entry in entries if entry.place.startswith("kind") and entry.text("meaning")}
    for entry, organisation in organisations.values():
        check_kind(organisation, entry.file, entry.place, kinds)
    check(
        {key: (entry.file, entry.place, organisation) for key, (entry, organisation) in organisations.items()},
        [(entry.file, entry.place, succession) for entry, succession in successions],
    )
    return (
        tuple(organisation for _, organisation in organisations.values()),
        tuple(succession for _, succession in successions),
    )


def _entries(name: str, content: bytes) -> Iterator[_Entry]:
    try:
        document = fit(tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, UnfitSign) as error:
        raise InvalidInput(_NO_TOML, file=name, problem=str(error)) from error
    for table, rows in document.items():
        if table not in _TABLES or not isinstance(rows, list):
            raise InvalidInput(_NO_TABLE, file=name, entry=table, known=", ".join(_TABLES))
        for number, row in enumerate(rows, start=1):
            label = row.get("id") or row.get("code") or row.get("predecessor") or ""
            entry = _Entry(name, f"{table} {number} {label}".rstrip(), row)
            if unknown := sorted(set(row) - _TABLES[table]):
                raise entry.fail(_UNKNOWN_KEY, key=", ".join(unknown))
            yield entry


def _add(organisations: dict[str, tuple[_Entry, Organisation]], entry: _Entry, organisation: Organisation) -> None:
    if organisation.id in organisations:
        raise entry.fail(_TWICE, id=organisation.id)
    organisations[organisation.id] = (entry, organisation)


def _organisation(entry: _Entry) -> Organisation:
    code = entry.text("code")
    return Organisation(
        id=entry.text("id", code),
        code=code,
        kind=entry.text("kind"),
        type=entry.optional("type"),
        level=entry.optional("level"),  # type: ignore[arg-type]  # check() holds the levels
        name_vi=entry.text("name_vi"),
        name_en=entry.text("name_en"),
        territory_id=entry.optional("territory"),
        managing_level=entry.optional("managing_level"),  # type: ignore[arg-type]  # check() holds the levels
        managing_id=entry.optional("managing"),
        delegation_paper=entry.text("delegation_paper", ""),
        valid_from=entry.day("valid_from"),
        valid_to=entry.optional_day("valid_to"),
        source=entry.text("source"),
    )


def _bodies(entry: _Entry, areas: Mapping[str, Organisation]) -> Iterator[Organisation]:
    """Make one body for each area: `{area}` in its texts is the area's id, or its name as it stands within a sentence."""
    begins, ends = entry.optional_day("valid_from"), entry.optional_day("valid_to")
    for area_id in entry.texts("areas"):
        area = areas.get(area_id)
        if area is None or not area.is_area:
            raise entry.fail(_NO_AREA, id=area_id)
        code = entry.text("id").replace("{area}", area_id)
        yield Organisation(
            id=code,
            code=code,
            kind=entry.text("kind"),
            level=area.level,
            name_vi=entry.text("name_vi").replace("{area}", area.name_vi[:1].lower() + area.name_vi[1:]),
            name_en=entry.text("name_en").replace("{area}", area.name_en),
            territory_id=area_id,
            valid_from=max(begins or area.valid_from, area.valid_from),
            valid_to=min((day for day in (ends, area.valid_to) if day is not None), default=None),
            source=entry.text("source"),
        )


def _succession(entry: _Entry) -> Succession:
    return Succession(
        predecessor_id=entry.text("predecessor"),
        successor_id=entry.text("successor"),
        kind=entry.text("kind"),  # type: ignore[arg-type]  # check() holds the kinds
        on=entry.day("on"),
        paper=entry.text("paper"),
    )
