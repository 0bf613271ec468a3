"""What befalls the scene's cases after their ordinary way: one gets stuck, some are moved to another version, one's body ends."""

from datetime import date, timedelta

from tests.support.house import COMMUNE_UNIT, ENTERPRISE_UNIT, House
from tests.support.incidents import move_to_vote
from tests.support.versions import ADMINISTRATOR, relabelled
from tests.support.world import shipped_package
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish
from workflow.services.places.organisations import (
    AddOrganisation,
    EndOrganisation,
    OrganisationData,
    SucceedOrganisation,
)


def get_stuck(house: House, case_id: str) -> dict[str, str]:
    """The case stands at a vote that nobody was convened for: an incident."""
    (position,) = house.container.operations.positions(house.actor("quanly.tinh"), case_id)
    move_to_vote(house.container, case_id, position.activity_id)
    house.settle()
    with house.container.units.reading() as uow:
        (incident,) = uow.incidents.of_case(case_id)
    return {"position": position.activity_id, "incident": incident.incident_id}


def move_some(house: House) -> dict[str, str]:
    """The commune's case has been moved to a second version of the procedure; another one waits to be moved."""
    by, service = Provenance(actor=SYSTEM, at=house.clock.now()), house.container.migrations
    old, new = house.case().version_id, house.container.publishing.install(relabelled(shipped_package()), by)

    def start(unit: str) -> str:
        wish = MigrationWish(from_version=old, to_version=new, case_ids=[house.case(unit).id])
        return service.start(house.actor(ADMINISTRATOR), StartMigration(wish=wish, reason="Bản sửa"))

    moved = start(COMMUNE_UNIT)
    house.settle()
    return {
        "newer": new,
        "moved": moved,
        "waiting_move": start("tho-thanh"),
        "running_case": house.case(ENTERPRISE_UNIT).id,
    }


def end_its_body(house: House) -> dict[str, str]:
    """The body that the case waits at ended yesterday; the server's command line has named what took its place."""
    (task,) = house.open_tasks()
    old, new, service = str(task.organisation_id), "bcd-antt-moi", house.container.organisations
    body = OrganisationData(
        code=new,
        kind="steering-committee",
        level="commune",
        name_vi="Ban Chỉ đạo mới (minh họa)",
        name_en="New steering committee (made up)",
        territory_id=COMMUNE_UNIT,
        valid_from=date(2023, 1, 1),
    )
    service.add(None, AddOrganisation(organisation_id=new, data=body, reaches_back=True))
    turn = house.container.ground.today() - timedelta(days=1)
    with house.container.units.reading() as uow:
        revision = uow.organisations.get(old).revision
    last = turn - timedelta(days=1)
    service.end(
        None,
        EndOrganisation(organisation_id=old, last_day=last, paper="Minh họa", revision=revision, reaches_back=True),
    )
    succession = SucceedOrganisation(
        predecessor_id=old,
        successor_id=new,
        kind="rename",
        on=turn,
        paper="Minh họa",
        reaches_back=True,
    )
    service.succeed(None, succession)
    return {"ended_body": old, "new_body": new, "waiting_task": task.id}
