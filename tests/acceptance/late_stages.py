"""What befalls the scene's cases after their ordinary way: one gets stuck, some are moved to another version."""

from tests.support.house import COMMUNE_UNIT, ENTERPRISE_UNIT, House
from tests.support.incidents import move_to_vote
from tests.support.versions import ADMINISTRATOR, relabelled
from tests.support.world import shipped_package
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish


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
