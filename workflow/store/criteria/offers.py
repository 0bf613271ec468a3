"""Files that a unit sent for the same criterion in an earlier year of the same procedure: what it may take over, if it wants to."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from workflow.store.campaigns import campaigns
from workflow.store.cases import cases
from workflow.store.casework import EvidenceRecord, evidence
from workflow.store.rows import columns, read

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFile:
    """A file of the unit's case of that year, and the number of that case."""

    file: EvidenceRecord
    business_key: str
    year: int


_OF_CRITERION = (
    sa.select(*columns(evidence, EvidenceRecord), cases.c.business_key, campaigns.c.year)
    .join(cases, cases.c.id == evidence.c.case_id)
    .join(campaigns, campaigns.c.id == cases.c.campaign_id)
    .where(
        cases.c.unit_id == sa.bindparam("of_unit"),
        campaigns.c.key == sa.bindparam("of_procedure"),
        campaigns.c.year < sa.bindparam("before"),
        evidence.c.criterion_id == sa.bindparam("of_criterion"),
        evidence.c.organisation_id == sa.bindparam("of_unit"),
        evidence.c.withdrawn_at.is_(None),
    )
    .order_by(campaigns.c.year.desc(), evidence.c.uploaded_at, evidence.c.id)
    .limit(MOST)
)


class Offers:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, unit_id: str, procedure: str, before: int, criterion_id: str) -> Sequence[OfferedFile]:
        """The unit's own files of the latest year before that one which has some for the criterion, at most twenty, oldest first.

        A criterion is the same where its code is: a procedure keeps the codes of what it goes on asking.
        """
        wanted = {"of_unit": unit_id, "of_procedure": procedure, "before": before, "of_criterion": criterion_id}
        rows = self._connection.execute(_OF_CRITERION, wanted).all()
        found = [
            OfferedFile(file=read(EvidenceRecord, row[:-2]), business_key=str(row[-2]), year=int(row[-1]))
            for row in rows
        ]
        return [one for one in found if one.year == found[0].year]
