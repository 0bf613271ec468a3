"""A body ends while work waits with it: its people finish what they can, what nobody can do is an incident, others can be given it."""

from datetime import date

import pytest

from tests.integration.notifications.test_attendance import (
    ADMINISTRATOR,
    BOARD,
    MANAGER,
    ROLE,
    STUCK,
    end_role,
    give,
    told,
    unattended,
)
from tests.support.house import House
from workflow.services.places.organisations import (
    AddOrganisation,
    EndOrganisation,
    OrganisationData,
    SucceedOrganisation,
)

LAST_DAY, TURN = date(2023, 4, 14), date(2023, 4, 15)
NEW_BODY = OrganisationData(
    code="bcd-moi",
    kind="steering-committee",
    level="commune",
    name_vi="Ban Chỉ đạo mới",
    name_en="New steering committee",
    territory_id="xa-minh-hoa",
    valid_from=date(2023, 1, 1),
)


def merge(house: House, login: str = ADMINISTRATOR) -> None:
    """Another body takes the place of the one that has the task."""
    administrator = house.actor(login)
    revision = house.container.organisations.get(administrator, ROLE[1])[0].revision
    house.container.organisations.end(
        administrator,
        EndOrganisation(organisation_id=ROLE[1], last_day=LAST_DAY, paper="QĐ (minh họa)", revision=revision),
    )
    house.container.organisations.add(administrator, AddOrganisation(organisation_id="bcd-moi", data=NEW_BODY))
    house.container.organisations.succeed(
        administrator,
        SucceedOrganisation(
            predecessor_id=ROLE[1], successor_id="bcd-moi", kind="merge", on=TURN, paper="QĐ sáp nhập (minh họa)"
        ),
    )
    house.settle()


@pytest.mark.stage("to evaluate")
def test_the_people_of_an_ended_body_finish_what_they_have(house: House) -> None:
    task = house.take(BOARD, "evaluation")
    merge(house)

    house.move_to(4, 17)

    assert house.task("evaluation").assignee_id == house.users[BOARD]
    assert (house.task("evaluation").id, unattended(house)) == (task.id, [])
    house.verify()


@pytest.mark.stage("to evaluate")
def test_what_nobody_can_do_at_an_ended_body_is_an_incident_until_the_successors_people_are_given_it(
    house: House,
) -> None:
    house.take(BOARD, "evaluation")
    merge(house)
    end_role(house, BOARD, LAST_DAY)
    assert unattended(house) == []

    house.move_to(4, 15, 1)

    assert [one.node_id for one in unattended(house)] == ["evaluation"]
    assert house.task("evaluation").assignee_id is None
    assert told(house, MANAGER).count(STUCK) == 1
    house.person("ban.moi", ("board-member", "bcd-moi"))
    give(house, "ban.moi", ROLE)
    assert unattended(house) == []
    house.take("ban.moi", "evaluation")
    house.verify()
