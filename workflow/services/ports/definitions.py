"""Versions of procedure packages, and the campaigns that run them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """One version of a procedure package. `sha256` covers its files; `status` is a state of its lifecycle."""

    id: str
    key: str
    version: int
    title_vi: str
    title_en: str
    status: str
    sha256: str
    effective_from: date
    created_by: str
    created_at: datetime
    changed_by: str
    label: str = ""
    effective_to: date | None = None
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    retired_at: datetime | None = None
    note: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRecord:
    """One procedure, one year, one province. `deadlines` is id → `{last_day, due_at, remind_at, escalate_to, label_vi, label_en}`."""

    id: str
    key: str
    version_id: str
    year: int
    province: str
    name_vi: str
    name_en: str
    status: str
    deadlines: dict[str, Any]
    created_by: str
    created_at: datetime
    demonstration: bool = False
    last_number: int = 0
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignUnitRecord:
    """A unit of a campaign: `status` is `listed`, `pending`, `started` or `failed`, where `template` and `params` say why."""

    campaign_id: str
    unit_id: str
    status: str
    case_id: str | None = None
    template: str | None = None
    params: dict[str, Any] | None = None
    variables: dict[str, Any] = field(default_factory=dict)


class Definitions(Protocol):
    def get(self, version_id: str) -> VersionRecord:
        """Raise `NotFound`."""

    def many(self, version_ids: Collection[str]) -> dict[str, VersionRecord]: ...

    def all(self, key: str | None = None) -> Sequence[VersionRecord]:
        """By key, newest version first."""

    def last_version(self, key: str) -> int:
        """The highest version number of the key, 0 where there is none."""

    def add(self, version: VersionRecord, files: Mapping[str, bytes]) -> None: ...

    def save(self, version: VersionRecord) -> VersionRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""

    def files(self, version_id: str) -> dict[str, bytes]: ...

    def file(self, version_id: str, path: str) -> bytes:
        """Raise `NotFound`."""

    def put_file(self, version_id: str, path: str, content: bytes) -> None: ...

    def remove_file(self, version_id: str, path: str) -> None: ...


class Campaigns(Protocol):
    def get(self, campaign_id: str) -> CampaignRecord:
        """Raise `NotFound`."""

    def many(self, campaign_ids: Collection[str]) -> dict[str, CampaignRecord]: ...

    def all(self) -> Sequence[CampaignRecord]:
        """Newest year first."""

    def find(self, key: str, year: int, province: str) -> CampaignRecord | None: ...

    def add(self, campaign: CampaignRecord) -> None: ...

    def save(self, campaign: CampaignRecord) -> CampaignRecord:
        """As `Definitions.save`; `last_number` stays what it is."""

    def next_number(self, campaign_id: str) -> int:
        """Raise the campaign's last number by one and return it; others who want one wait for the commit."""

    def unit(self, campaign_id: str, unit_id: str) -> CampaignUnitRecord | None: ...

    def units(
        self, campaign_id: str, status: str | None = None, limit: int | None = None
    ) -> Sequence[CampaignUnitRecord]:
        """By unit id."""

    def count_units(self, campaign_id: str) -> dict[str, int]:
        """Status → number of units."""

    def add_units(self, units: Sequence[CampaignUnitRecord]) -> None: ...

    def save_unit(self, unit: CampaignUnitRecord) -> None: ...

    def remove_unit(self, campaign_id: str, unit_id: str) -> None: ...
