"""What an administrator enters of an organisation, and whether the register still fits together with it."""

import re
from dataclasses import dataclass
from datetime import date

from workflow.errors import N_, InvalidInput
from workflow.organisation.check import check
from workflow.organisation.records import SUCCESSION_KINDS
from workflow.services.acting import required
from workflow.services.organisations import organisation_of, succession_of
from workflow.store.places import OrganisationRecord, SuccessionRecord
from workflow.store.unit_of_work import UnitOfWork

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LONGEST_CODE = 120
_BAD_CODE = N_("%(code)s is no code. Expected are small letters without marks, digits and hyphens.")
_BAD_SUCCESSION = N_("%(kind)s is no kind of succession.")
_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")
_CIRCLE = N_("An organisation cannot take its own place, sit in itself or be managed by itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationData:
    """See `workflow.organisation.records.Organisation` for the meaning of each."""

    code: str
    kind: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None
    type: str | None = None
    level: str | None = None
    territory_id: str | None = None
    managing_level: str | None = None
    managing_id: str | None = None
    delegation_paper: str | None = None
    source: str = ""


def new_record(organisation_id: str, data: OrganisationData) -> OrganisationRecord:
    """The organisation as it is stored. Raises `InvalidInput` for what is wrong by itself."""
    for code in (organisation_id, data.code, data.kind):
        if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE:
            raise InvalidInput(_BAD_CODE, code=code)
    if data.valid_to is not None and data.valid_to < data.valid_from:
        raise InvalidInput(_PERIOD, valid_from=data.valid_from.isoformat(), valid_to=data.valid_to.isoformat())
    if organisation_id in (data.territory_id, data.managing_id):
        raise InvalidInput(_CIRCLE)
    return OrganisationRecord(
        id=organisation_id,
        code=data.code,
        kind=data.kind,
        name_vi=required(data.name_vi, "name_vi"),
        name_en=required(data.name_en, "name_en"),
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        type=data.type or None,
        level=data.level or None,
        territory_id=data.territory_id or None,
        managing_level=data.managing_level or None,
        managing_id=data.managing_id or None,
        delegation_paper=data.delegation_paper or None,
        source=data.source.strip(),
    )


def new_succession(predecessor_id: str, successor_id: str, kind: str, on: date, paper: str) -> SuccessionRecord:
    """The succession as it is stored. Raises `InvalidInput`."""
    if kind not in SUCCESSION_KINDS:
        raise InvalidInput(_BAD_SUCCESSION, kind=kind)
    if predecessor_id == successor_id:
        raise InvalidInput(_CIRCLE)
    return SuccessionRecord(
        predecessor_id=predecessor_id, successor_id=successor_id, kind=kind, on=on, paper=paper.strip()
    )


def check_register(uow: UnitOfWork) -> None:
    """Raise `InvalidInput` for the first organisation or succession that does not fit the others."""
    organisations = {one.id: ("register", one.id, organisation_of(one)) for one in uow.organisations.all()}
    successions = [
        ("register", f"{one.predecessor_id} → {one.successor_id}", succession_of(one))
        for one in uow.organisations.successions()
    ]
    check(organisations, successions)
