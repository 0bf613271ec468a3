"""Organisations are changed by administrators within their jurisdiction, and every change is on the record."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.world import World, command, shipped_organisations
from workflow.errors import Conflict, InvalidInput, PermissionDenied, Unconfirmed
from workflow.services.places.organisations import (
    AddOrganisation,
    ChangeOrganisation,
    OrganisationData,
    SucceedOrganisation,
)

SCHOOL = OrganisationData(
    code="truong-thu-nghiem",
    kind="school",
    name_vi="Trường thử nghiệm",
    name_en="Test school",
    type="trường",
    territory_id="tp-thanh-hoa",
    managing_level="district",
    managing_id="ubnd-tp-thanh-hoa",
    valid_from=date(2023, 1, 1),
    source="thử nghiệm",
)


def test_an_added_organisation_is_in_the_tree_of_the_next_reader(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    with world.units.reading() as uow:
        before = world.register.tree(uow)

    world.organisations.add(admin, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL))

    with world.units.reading() as uow:
        after = world.register.tree(uow)
        assert after is not before
        assert after.covers("bcd138-tp-thanh-hoa", "truong-thu-nghiem", date(2023, 3, 1))
        assert world.register.tree(uow) is after
    (event,) = world.events("organisation:truong-thu-nghiem")
    assert (event.type, event.actor, event.role, event.organisation) == (
        "OrganisationAdded",
        admin.user_id,
        "administrator",
        "thanh-hoa",
    )
    assert event.payload["new"]["name_vi"] == "Trường thử nghiệm"


def test_an_edit_records_old_and_new_and_refuses_an_older_revision(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    world.organisations.add(admin, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL))
    renamed = replace(SCHOOL, name_vi="Trường đổi tên")

    world.organisations.change(admin, ChangeOrganisation(organisation_id="truong-thu-nghiem", data=renamed, revision=1))

    with pytest.raises(Conflict):
        world.organisations.change(
            admin, ChangeOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL, revision=1)
        )
    event = world.events("organisation:truong-thu-nghiem")[-1]
    assert event.type == "OrganisationChanged"
    assert event.payload == {"changes": {"name_vi": {"old": "Trường thử nghiệm", "new": "Trường đổi tên"}}}


def test_a_repeated_command_changes_nothing(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    once = command()

    world.organisations.add(admin, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL, command_id=once))
    world.organisations.add(admin, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL, command_id=once))

    assert len(world.events("organisation:truong-thu-nghiem")) == 1


def test_a_kind_of_unit_that_there_is_not_is_refused(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    with pytest.raises(InvalidInput, match="there is no kind of unit “xa”") as refused:
        world.organisations.add(admin, AddOrganisation(organisation_id="xa-moi", data=replace(SCHOOL, kind="xa")))

    assert not isinstance(refused.value, Unconfirmed)
    assert world.events("organisation:xa-moi") == []


def test_a_kind_of_body_that_there_was_not_yet_is_asked_about_once(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = replace(SCHOOL, code="ban-moi", kind="ward-board", level="commune", managing_level=None, managing_id=None)
    wanted = AddOrganisation(organisation_id="ban-moi", data=board)

    with pytest.raises(Unconfirmed) as asked:
        world.organisations.add(admin, wanted)
    (doubt,) = asked.value.doubts
    assert (doubt.key, doubt.params["kind"]) == ("kind:ward-board", "ward-board")
    with pytest.raises(Unconfirmed):
        world.organisations.add(admin, replace(wanted, confirmed=("kind:another",), command_id=command()))
    with pytest.raises(InvalidInput, match="needs the level"):
        world.organisations.add(admin, replace(wanted, data=replace(board, level=None), command_id=command()))

    world.organisations.add(admin, replace(wanted, confirmed=(doubt.key,), command_id=command()))

    second = replace(wanted, organisation_id="ban-hai", data=replace(board, code="ban-hai"), command_id=command())
    world.organisations.add(admin, second)
    renamed = replace(board, name_vi="Ban đổi tên")
    world.organisations.change(admin, ChangeOrganisation(organisation_id="ban-moi", data=renamed, revision=1))
    with pytest.raises(Unconfirmed):
        world.organisations.change(
            admin, ChangeOrganisation(organisation_id="ban-moi", data=replace(board, kind="xa"), revision=2)
        )


def test_an_administrator_of_one_district_changes_nothing_in_another(world: World) -> None:
    stranger = world.person("khac", "administrator", "thuong-xuan")

    with pytest.raises(PermissionDenied):
        world.organisations.add(stranger, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL))
    with pytest.raises(PermissionDenied):
        world.organisations.get(stranger, "dien-bien")
    listed = {one.id for one in world.organisations.list(stranger)}
    assert "tho-thanh" in listed
    assert "dien-bien" not in listed
    assert world.events("organisation:truong-thu-nghiem") == []


def test_a_reviewer_changes_no_organisation(world: World) -> None:
    reviewer = world.person("duyet", "board-member", "bcd138-thanh-hoa")

    with pytest.raises(PermissionDenied):
        world.organisations.add(reviewer, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL))
    assert world.organisations.list(reviewer) == []


@pytest.mark.parametrize(
    "change",
    [
        {"code": "Có Dấu"},
        {"kind": "school", "managing_id": None, "managing_level": None},
        {"valid_to": date(2022, 12, 31)},
        {"territory_id": "truong-thu-nghiem"},
        {"code": "dien-bien"},
        {"name_vi": "  "},
    ],
    ids=["code", "unit without manager", "ends before it begins", "sits in itself", "code taken", "no name"],
)
def test_what_does_not_fit_the_register_is_refused(world: World, change: dict[str, Any]) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    with pytest.raises(InvalidInput):
        world.organisations.add(
            admin, AddOrganisation(organisation_id="truong-thu-nghiem", data=replace(SCHOOL, **change))
        )
    assert world.events("organisation:truong-thu-nghiem") == []


def test_a_successor_ends_its_predecessor_and_stands_in_its_place(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    world.organisations.add(admin, AddOrganisation(organisation_id="truong-thu-nghiem", data=SCHOOL))
    successor = replace(SCHOOL, code="truong-moi", name_vi="Trường mới")
    world.organisations.add(admin, AddOrganisation(organisation_id="truong-moi", data=successor))

    world.organisations.succeed(
        admin,
        SucceedOrganisation(
            predecessor_id="truong-thu-nghiem",
            successor_id="truong-moi",
            kind="rename",
            on=date(2023, 6, 1),
            paper="QĐ thử",
        ),
    )

    found, successions = world.organisations.get(admin, "truong-thu-nghiem")
    assert found.valid_to == date(2023, 5, 31)
    assert [one.successor_id for one in successions] == ["truong-moi"]
    with world.units.reading() as uow:
        assert world.register.tree(uow).current_of("truong-thu-nghiem", date(2023, 7, 1)).id == "truong-moi"
    assert world.events("organisation:truong-moi")[-1].type == "OrganisationSucceeded"


def test_the_import_at_setup_adds_only_what_is_missing(world: World) -> None:
    assert world.organisations.import_data(*shipped_organisations(), world.setup()) == 0

    types = {event.type for event in world.events("organisation:dien-bien")}
    assert "OrganisationAdded" in types
