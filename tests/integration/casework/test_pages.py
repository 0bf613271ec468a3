"""Pages of a list whose rows tie show each row once."""

import sqlalchemy as sa

from tests.support.house import House
from workflow.store.cases import incidents
from workflow.store.rows import Page


def test_two_hundred_incidents_of_one_moment_stand_on_ten_pages_each_once(house: House) -> None:
    case, at = house.case(), house.clock.now()
    row = {"case_id": case.id, "province": case.province, "activity_id": "a", "node_id": "n", "kind": "k"}
    rows = [
        {**row, "incident_id": f"x{number}", "template": "t", "params": {}, "opened_at": at} for number in range(200)
    ]
    with house.container.units() as uow:
        uow._connection.execute(sa.insert(incidents), rows)
        uow.commit()

    seen = []
    for number in range(10):
        with house.container.units.reading() as uow:
            found, total = uow.incidents.open(None, Page(limit=20, offset=20 * number))
        assert total == 200
        seen += [one.incident_id for one in found]
    assert len(set(seen)) == len(seen) == 200
