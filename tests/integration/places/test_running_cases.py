"""Nobody alone changes who decides on a running case: what reaches back to its date takes the server's command line, and is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.house import COMMUNE_UNIT, House, Place, open_house
from workflow.audit.facts.places import MOST_LISTED, RunningCasesTurned
from workflow.cli.main import main
from workflow.demo.player import Deed
from workflow.errors import InvalidInput
from workflow.organisation.records import Organisation
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.casework.tasks import CompleteTask
from workflow.services.places.bearing import Turn, check_turns
from workflow.services.places.organisations import (
    AddOrganisation,
    ChangeOrganisation,
    EndOrganisation,
    OrganisationData,
    SucceedOrganisation,
)
from workflow.store.casework import RunningCase

ADMINISTRATOR, MANAGER, UNIT = "quantri.tinh", "quanly.tinh", "donvi.minhhoa"
BODY, OTHER = "bcd-antt-xa-minh-hoa", "bcd-antt-dien-bien"
DISTRICT_BODY, OTHER_DISTRICT_BODY = "bcd138-thuong-xuan", "bcd138-dong-son"
PROVINCE_BODY = "bcd138-thanh-hoa"
PAST, NEXT = date(2022, 6, 30), date(2023, 12, 1)
REACHES_BACK = "reaches back to the date of running cases"
NEW_BODY = OrganisationData(
    code="bcd-moi",
    kind="steering-committee",
    level="commune",
    name_vi="Ban Chỉ đạo mới (minh họa)",
    name_en="New steering committee",
    territory_id=COMMUNE_UNIT,
    valid_from=date(2022, 1, 1),
)


@dataclass(frozen=True)
class Hand:
    """Whoever changes organisations: an administrator, or the server (None)."""

    house: House
    reaches_back: bool = False
    login: str | None = ADMINISTRATOR

    @property
    def actor(self) -> Any:
        return self.house.actor(self.login) if self.login else None

    def record(self, organisation_id: str) -> Any:
        with self.house.container.units.reading() as uow:
            return uow.organisations.get(organisation_id)

    def change(self, organisation_id: str, **change: Any) -> None:
        old = self.record(organisation_id)
        data = OrganisationData(**{name: getattr(old, name) for name in OrganisationData.__dataclass_fields__})
        command = ChangeOrganisation(
            organisation_id=organisation_id,
            data=replace(data, **change),
            revision=old.revision,
            reaches_back=self.reaches_back,
        )
        self.house.container.organisations.change(self.actor, command)

    def end(self, organisation_id: str, last_day: date) -> None:
        command = EndOrganisation(
            organisation_id=organisation_id,
            last_day=last_day,
            paper="QĐ (minh họa)",
            revision=self.record(organisation_id).revision,
            reaches_back=self.reaches_back,
        )
        self.house.container.organisations.end(self.actor, command)

    def succeed(self, old: str, new: str, on: date) -> None:
        command = SucceedOrganisation(
            predecessor_id=old, successor_id=new, kind="merge", on=on, paper="QĐ", reaches_back=self.reaches_back
        )
        self.house.container.organisations.succeed(self.actor, command)

    def add(self, organisation_id: str, data: OrganisationData = NEW_BODY) -> None:
        command = AddOrganisation(
            organisation_id=organisation_id,
            data=replace(data, code=organisation_id),
            reaches_back=self.reaches_back,
        )
        self.house.container.organisations.add(self.actor, command)


Way = Callable[[Hand], None]

TURNING: dict[str, Way] = {
    "ended in the past": lambda hand: hand.end(BODY, PAST),
    "given a last day in the past": lambda hand: hand.change(BODY, valid_to=PAST),
    "begins later": lambda hand: hand.change(BODY, valid_from=date(2024, 1, 1)),
    "sits elsewhere": lambda hand: hand.change(BODY, territory_id="dien-bien"),
    "is of another level": lambda hand: hand.change(BODY, level="district"),
    "is of another kind": lambda hand: hand.change(BODY, kind="police"),
    "the district's body ended in the past": lambda hand: hand.end(DISTRICT_BODY, PAST),
    "another district's body moved here": lambda hand: hand.change(OTHER_DISTRICT_BODY, territory_id="thuong-xuan"),
    "another commune's body moved here": lambda hand: hand.change(OTHER, territory_id=COMMUNE_UNIT),
    "the unit lies in another district": lambda hand: hand.change(COMMUNE_UNIT, territory_id="dong-son"),
    "the district lies elsewhere": lambda hand: hand.change("thuong-xuan", valid_to=PAST),
    "succeeded in the past": lambda hand: hand.succeed(PROVINCE_BODY, OTHER, date(2022, 7, 1)),
    "a body is added that takes over": lambda hand: hand.add("aaa-bcd"),
}
HARMLESS: dict[str, Way] = {
    "ended from a later day on": lambda hand: hand.end(BODY, NEXT),
    "succeeded from a later day on": lambda hand: hand.succeed(PROVINCE_BODY, OTHER, NEXT),
    "renamed": lambda hand: hand.change(BODY, name_vi="Tên mới", name_en="New name", source="QĐ"),
    "ends sooner than was recorded": lambda hand: hand.change(BODY, valid_to=date(2025, 6, 1)),
    "a body is added from a later day on": lambda hand: hand.add("aaa-bcd", replace(NEW_BODY, valid_from=NEXT)),
    "a second body is added behind the first": lambda hand: hand.add("zzz-bcd"),
}


def turned(house: House, organisation_id: str) -> list[dict[str, Any]]:
    with house.container.units.reading() as uow:
        return [
            dict(one.payload)
            for one in uow.events.of_type(f"organisation:{organisation_id}", RunningCasesTurned.__name__)
        ]


def bodies(house: House) -> list[OrganisationData]:
    with house.container.units.reading() as uow:
        return list(uow.organisations.all())  # type: ignore[arg-type]


def filled_in(house: House) -> None:
    """The unit has filled in its sheet and not sent it yet."""
    house.player.fill_in(house.case().id, Deed(login=UNIT, node_id="self_assessment", outcome="submit"))


def send(house: House) -> None:
    task_id = house.task("self_assessment").id
    house.container.tasks.complete(house.actor(UNIT), CompleteTask(task_id=task_id, outcome="submit"))
    house.settle()


@pytest.mark.stage("to assess", then=filled_in)
@pytest.mark.parametrize("way", TURNING)
def test_one_administrator_alone_gives_no_running_case_another_body(house: House, way: str) -> None:
    number, before = house.case().business_key, bodies(house)

    for pretended in (False, True):
        with pytest.raises(InvalidInput, match=REACHES_BACK) as refused:
            TURNING[way](Hand(house, reaches_back=pretended))
        assert number in str(refused.value) or len(refused.value.params["cases"].split(", ")) > MOST_LISTED

    assert bodies(house) == before
    send(house)
    assert house.task("evaluation").organisation_id == BODY
    house.verify()


@pytest.mark.stage("to assess", then=filled_in)
@pytest.mark.parametrize("way", HARMLESS)
def test_what_running_cases_do_not_feel_stays_one_persons_act(house: House, way: str) -> None:

    HARMLESS[way](Hand(house))

    assert turned(house, BODY) == []
    send(house)
    assert house.task("evaluation").organisation_id == BODY
    house.verify()


@pytest.mark.stage("to assess")
@pytest.mark.parametrize("way", ["another commune's body moved here", "sits elsewhere"])
def test_the_server_may_and_the_managers_and_the_trail_say_so(house: House, way: str) -> None:
    number = house.case().business_key
    with pytest.raises(InvalidInput, match=REACHES_BACK):
        TURNING[way](Hand(house, login=None))

    TURNING[way](Hand(house, reaches_back=True, login=None))
    house.settle()

    changed = OTHER if way.startswith("another") else BODY
    (fact,) = turned(house, changed)
    assert number in fact["cases"]
    assert fact["number"] == len(fact["cases"])
    assert BODY in {one["old"] for one in fact["bodies"]}
    notes = house.container.notifications.list(house.actor(MANAGER), 500)
    assert [note.template for note in notes].count(RunningCasesTurned.notice) == 1
    house.verify()


@pytest.mark.stage("to assess")
def test_an_import_that_takes_over_is_on_the_record(house: House) -> None:
    given = {name: getattr(NEW_BODY, name) for name in OrganisationData.__dataclass_fields__}
    body = Organisation(**{**given, "id": "aaa-bcd", "code": "aaa-bcd", "delegation_paper": ""})

    house.container.organisations.import_data([body], (), Provenance(actor=SYSTEM, at=house.clock.now()))

    (fact,) = turned(house, "aaa-bcd")
    assert {"old": BODY, "new": "aaa-bcd"}.items() <= fact["bodies"][0].items()
    assert house.case().business_key in fact["cases"]
    house.verify()


def test_a_body_is_given_where_there_is_none_only_by_adding_it() -> None:
    case = RunningCase(business_key="A-1", unit_id="u", version_id="v", campaign_id="c", on=PAST)
    turn = Turn(case=case, old=None, new="b", names="– → B")

    check_turns([turn], added={"b"})

    with pytest.raises(InvalidInput, match="A-1"):
        check_turns([turn], added=set())


def test_the_command_line_carries_it_out(place: Place) -> None:
    house = open_house(*place)
    house.until_self_assessment()
    house.container.close()
    database = "" if place[2].startswith("sqlite") else place[2]
    at = ["--data", str(place[1]), "--database", database, "organisations"]

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [*at, *arguments])
        return result.exit_code, result.output

    code, told = run("end", BODY, "--last-day", "2022-06-30", "--paper", "QĐ")
    assert (code, REACHES_BACK in told) == (1, True)
    code, told = run("change", OTHER, "--set", "territory_id", COMMUNE_UNIT, "--reaches-back")
    assert (code, f"{BODY} -> {OTHER}" in told) == (0, True), told
    assert run("change", OTHER, "--set", "colour", "red")[0] == 2
    assert run("add", "bcd-moi", "--set", "code", "bcd-moi")[0] == 2
    assert run("change", OTHER, "--set", "valid_from", "soon")[0] == 2
    code, told = run("succeed", PROVINCE_BODY, OTHER, "--kind", "merge", "--from", "2025-01-01", "--paper", "QĐ")
    assert (code, told) == (0, f"{PROVINCE_BODY}: done.\n")
