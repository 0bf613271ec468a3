"""An auditor's exports: their rows, read piece by piece in a transaction of their own, and the signed zip around them."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from workflow.audit.manifest import Chunks, held, write_signed
from workflow.calendar.zone import ZONE
from workflow.errors import N_, InvalidInput
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage
from workflow.ports import AuditKeys
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.names import THE_SYSTEM, EventNames
from workflow.services.auditing.timeline import Narrator, TimelineEntry, in_batches
from workflow.services.auditing.veils import Veils
from workflow.services.auditing.vocabulary import name_of
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.changes import Change
from workflow.services.ground.exports import IN_MEMORY, MAX_ROWS, Export, Format, Row, table
from workflow.services.ground.labels import result_label
from workflow.services.ground.language import translated
from workflow.store.auditing import EventFilter
from workflow.store.casework import CaseFilter
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page

_TOO_MANY = N_(
    "There are %(rows)s rows; an export holds at most %(limit)s. Narrow the search, for instance to a period."
)
_WITHHELD = N_("Told when the round closes; the hash proves it until then.")
_PAGE = 500

EVENTS = (
    N_("Time"),
    N_("Case"),
    N_("Unit"),
    N_("Description"),
    N_("Event"),
    N_("Actor"),
    N_("Role"),
    N_("Organisation"),
    N_("On behalf of"),
    N_("Criterion"),
    N_("Changes"),
    N_("Version"),
    N_("Content"),
    N_("Stream"),
    N_("Number"),
    N_("Actor id"),
    N_("Command"),
    N_("Hash"),
    N_("Demonstration"),
)
CASES = (
    N_("Case"),
    N_("Unit"),
    N_("Campaign"),
    N_("Version"),
    N_("State"),
    N_("Stage"),
    N_("Outcome"),
    N_("Decision number"),
    N_("Decided on"),
    N_("Opened"),
    N_("Ended"),
    N_("Open incidents"),
    N_("Demonstration"),
    N_("Case id"),
)


STATES = {
    "draft": N_("Draft"),
    "active": N_("Running"),
    "suspended": N_("Suspended"),
    "completed": N_("Completed"),
    "withdrawn": N_("Withdrawn"),
    "cancelled": N_("Cancelled"),
}
README = """\
BẢN XUẤT CÓ CHỮ KÝ SỐ

  {table}       bảng dữ liệu
  manifest.json    danh mục tệp: tên, mã băm, kích thước; ai xuất, khi nào, theo điều kiện nào, bao nhiêu dòng
  manifest.sig     chữ ký số của hệ thống trên danh mục

Kiểm tra: python3 verify.py TỆP.zip --key-id MÃ_KHÓA. Hãy lấy verify.py và mã khóa từ nơi khác, không dùng bản nằm trong tệp này.


SIGNED EXPORT

  {table}       the table
  manifest.json    the list of files: name, hash, size; who took it out, when, by which conditions, how many rows
  manifest.sig     the installation's signature over the list

To check: python3 verify.py FILE.zip --key-id KEY_ID. Take verify.py and the id of the key from elsewhere, not from this file.
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """An export on its way: what of, in which form, by whom, by which conditions."""

    name: str
    format: Format
    locale: str
    by: Provenance
    query: Mapping[str, str]

    def write(self, header: Row, rows: Iterator[Row], keys: AuditKeys, at: datetime) -> tuple[Export, str]:
        """Write the zip as a whole; return it with the hash of its manifest."""
        counted = _Counted(rows)
        inside = f"{self.name}.{self.format}"
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
        members: dict[str, Chunks] = {
            "README.txt": held(README.format(table=inside).encode()),
            inside: lambda: table(self.format, header, counted, self.locale),
        }
        written = write_signed(
            cast(BinaryIO, file),
            members,
            kind="export",
            about=lambda: {
                "subject": self.name,
                "rows": counted.rows,
                "query": dict(self.query),
                "actor": self.by.actor,
                "role": self.by.role,
                "organisation": self.by.organisation,
            },
            written_at=at,
            key=keys.signing(),
            ring=keys.ring(),
        )
        file.seek(0)
        filename = f"{self.name}-{at.astimezone(ZONE):%Y%m%d-%H%M}-{self.format}.zip"
        return Export(filename=filename, media_type="application/zip", rows=counted.rows, file=file), written.sha256


class _Counted:
    """Rows, and how many there were."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.rows = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.rows += 1
            check_number(self.rows)
            yield row


def check_number(rows: int) -> None:
    """Raise `InvalidInput` for more rows than an export may hold."""
    if rows > MAX_ROWS:
        raise InvalidInput(_TOO_MANY, rows=rows, limit=MAX_ROWS)


def event_rows(ground: CaseGround, where: EventFilter, locale: str, actor: Actor) -> tuple[Row, Iterator[Row]]:
    """The header, and one row an event, oldest first."""

    def rows() -> Iterator[Row]:
        with ground.units.reading() as uow:
            names = EventNames(ground, uow)
            narrator = Narrator(names, Veils.of(ground, uow, actor))
            for batch in in_batches(uow.events.each(where)):
                for entry in narrator.tell(batch):
                    yield _event_row(entry, names, locale)

    return tuple(translated(locale, title) for title in EVENTS), rows()


def case_rows(ground: CaseGround, where: CaseFilter, locale: str) -> tuple[Row, Iterator[Row]]:
    """The header, and one row a case, newest first."""

    def rows() -> Iterator[Row]:
        with ground.units.reading() as uow:
            names = EventNames(ground, uow)
            offset = 0
            while True:
                cases, _ = uow.unit_cases.search(where, Page(limit=_PAGE, offset=offset))
                campaigns = uow.campaigns.many({case.campaign_id for case in cases})
                for case in cases:
                    campaign, version = campaigns[case.campaign_id], names.version(case)
                    unit = names.organisation(case.unit_id)
                    yield (
                        case.business_key,
                        unit.vi if locale == "vi" else unit.en,
                        campaign.name_vi if locale == "vi" else campaign.name_en or campaign.name_vi,
                        _version(version, locale),
                        translated(locale, STATES.get(case.status, case.status)),
                        _stage(names.package(case), case.stage, locale),
                        _result(names.package(case), case.outcome, locale),
                        case.decision_number or "",
                        case.decided_on,
                        case.started_at,
                        case.ended_at,
                        case.open_incidents,
                        "x" if case.demonstration else "",
                        case.id,
                    )
                offset += _PAGE
                if len(cases) < _PAGE:
                    return

    return tuple(translated(locale, title) for title in CASES), rows()


def _event_row(entry: TimelineEntry, names: EventNames, locale: str) -> Row:
    unit = names.organisation(entry.case.unit_id) if entry.case else None
    vietnamese = locale.startswith("vi")
    return (
        entry.at,
        entry.case.business_key if entry.case else "",
        "" if unit is None else unit.vi if vietnamese else unit.en,
        entry.said.vi if vietnamese else entry.said.en,
        name_of(entry.type, locale),
        translated(locale, THE_SYSTEM) if entry.actor_id == SYSTEM else entry.actor,
        entry.role_label.vi if vietnamese else entry.role_label.en,
        entry.organisation.vi if vietnamese else entry.organisation.en,
        entry.on_behalf_of or "",
        entry.criterion or "",
        "; ".join(_change(one, vietnamese) for one in entry.changes),
        _version(entry.version, locale),
        translated(locale, _WITHHELD) if entry.withheld else entry.payload,
        entry.stream,
        entry.seq,
        entry.actor_id,
        entry.command_id or "",
        entry.hash,
        "x" if entry.case and entry.case.demonstration else "",
    )


def _change(change: Change, vietnamese: bool) -> str:
    called, old, new = ((one.vi if vietnamese else one.en) for one in (change.called, change.old, change.new))
    return f"{called}: {old} → {new}" if change.field else f"{old} → {new}"


def _version(version: VersionRecord | None, locale: str) -> str:
    if version is None:
        return ""
    title = version.title_vi if locale.startswith("vi") else version.title_en or version.title_vi
    return f"{title} ({version.version})"


def _stage(package: ProcedurePackage | None, stage_id: str, locale: str) -> str:
    found = next((one.label for one in package.stages if one.id == stage_id), None) if package else None
    return stage_id if found is None else found.vi if locale.startswith("vi") else found.en or found.vi


def _result(package: ProcedurePackage | None, outcome: str | None, locale: str) -> str:
    found = result_label(package, outcome)
    return "" if found is None else found.vi if locale == "vi" else found.en
