"""A finished case and its campaign, with something in every table: small, so that it can be verified many times."""

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from tests.integration.auditing.support import Court
from tests.support.clock import FixedClock
from tests.support.secrets import VAULT_KEY
from tests.support.tampering import Tampering, sample
from tests.support.world import World
from workflow.audit.row_seal import SealKey
from workflow.bootstrap import wire
from workflow.outside.keys import SealMarkFile
from workflow.outside.mail import NoMailer
from workflow.packages.package import ExaminerHere
from workflow.services.accounts.roles import AppointDeputy
from workflow.services.accounts.sessions import open_session
from workflow.services.auditing.checkpoints import RequestCheckpoint
from workflow.services.auditing.event_words import EventWords
from workflow.services.auditing.seals import promise, take_over
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment
from workflow.store.columns import FOLLOWS, Proof, metadata, proof_of
from workflow.store.database import BOOK_OF_SEALS
from workflow.store.unit_of_work import UnitsOfWork

MOST = 300
CHAIN = ("events", "checkpoints", "row_seals")
"""What fills itself."""


def scene(engine: sa.Engine, clock: FixedClock, world: World, folder: Path) -> Tampering:
    """Play it, put a row into every table that has none, and cover everything by a checkpoint."""
    court = Court.open(wire(folder, engine, clock, NoMailer(), examiner=ExaminerHere()), world)
    marks = SealMarkFile(folder / "keys", lambda: SealKey.derived(VAULT_KEY))
    promise(marks, [BOOK_OF_SEALS])
    take_over(court.app.ground, marks)
    court.assess()
    court.app.comments.add(court.officer, AddComment(case_id=court.case_id, text="Minh họa"))
    manager = court.as_manager()
    court.app.cases.move(manager, CaseCommand(case_id=court.case_id, trigger="cancel", reason="Minh họa"))
    EventWords(court.app.ground).catch_up()
    with world.units.reading() as uow:
        (campaign,) = uow.campaigns.all()
    court.app.campaign_units.add_units(manager, AddCampaignUnits(campaign_id=campaign.id, units={"xa-lang-gieng": {}}))
    court.app.campaign_units.start(manager, StartCampaign(campaign_id=campaign.id, gaps_seen=True))
    court.work()
    administrator = world.person("quan-tri", "administrator", "cong-an-thanh-hoa")
    deputy = AppointDeputy(
        assignment_id=court.officer.assignments[0].id,
        deputy_user_id=court.neighbour.user_id,
        valid_from=date(2023, 3, 1),
        valid_to=date(2023, 3, 9),
        paper="Minh họa",
    )
    court.app.roles.appoint_deputy(administrator, deputy)
    with world.units() as uow:
        open_session(uow, court.officer.user_id, clock.now())
        uow.commit()
    fill(world.units)
    court.app.checkpoints.make(None, RequestCheckpoint())
    with world.units.reading() as uow:
        assert sum(head.seq for head in uow.events.heads().values()) <= MOST
    return Tampering(world.units, court.app.verification)


def fill(units: UnitsOfWork) -> None:
    """Put a made-up row into every sealed table that has none; it is written as the application writes."""
    with units() as uow:
        connection = uow._connection
        for table in metadata_order():
            if connection.scalar(sa.select(sa.func.count()).select_from(table)):
                continue
            by_itself = (
                all(proof_of(column) is not Proof.FOLDED for column in table.columns) and FOLLOWS not in table.info
            )
            assert by_itself, (
                f"The scene has no row of {table.name}, whose columns are folded from events: let something happen in "
                "tests/integration/auditing/tampering_scene.py that leaves one."
            )
            if table.name not in CHAIN:
                connection.execute(sa.insert(table).values(sample(connection, table)))
        uow.commit()


def metadata_order() -> list[sa.Table]:
    """Tables after those that they refer to."""
    return list(metadata.sorted_tables)
