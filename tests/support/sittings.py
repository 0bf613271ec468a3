"""A sitting with several cases: units of the demonstration put before one committee on one day, played by their own people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tests.support.house import CASTS, House
from workflow.demo.player import Deed
from workflow.demo.stories import Cast, convened, registered

UNITS = ("hoi-lhpn-tinh", "htx-tan-son", "dai-hoc-hong-duc")
"""Of fourteen criteria each, before the committee of the province."""
BODY = "bcd138-thanh-hoa"
DAY = date(2023, 12, 21)
CHAIR, *MEMBERS = CASTS[UNITS[0]].committee
CLERK = CASTS[UNITS[0]].standing


def do(house: House, unit: str, deed: Deed) -> None:
    house.player.do(house.case(unit).id, deed)


def put_forward(house: House, casts: dict[str, Cast]) -> None:
    """Every case comes to the convening of its session, all of them on the same days."""

    def each(node: str, outcome: str, login: str, **more: object) -> None:
        for unit in casts:
            do(house, unit, Deed(login=login, node_id=node, outcome=outcome, **more))  # type: ignore[arg-type]
        house.settle()

    house.move_to(3, 21)
    for unit, cast in casts.items():
        do(house, unit, registered(cast))
    house.settle()
    house.move_to(3, 29)
    each("pilot_list", "accept", CLERK)
    house.move_to(11, 6)
    for unit, cast in casts.items():
        do(house, unit, Deed(login=cast.unit, node_id="self_assessment", outcome="submit"))
    house.settle()
    house.move_to(12, 4)
    first = next(iter(casts.values()))
    team = {"members": first.inspectors, "leader": first.inspectors[:1], "team_decision": "Minh họa 02/QĐ"}
    each("team_forming", "form", CLERK, fields=team)
    for inspector in first.inspectors:
        each("member_findings", "report", inspector)
    each("conclusion", "conclude", first.inspectors[0])
    house.move_to(12, 14)
    each("put_forward", "put_forward", CLERK)
    house.move_to(12, 15)


def convene(house: House, units: Sequence[str], day: date = DAY) -> None:
    """One session of the committee for all of them; its day has come."""
    for unit in units:
        do(house, unit, convened(CASTS[UNITS[0]], (day.month, day.day)))
    house.settle()
    house.move_to(day.month, day.day, 8)


def casts_of(units: Sequence[str] = UNITS) -> dict[str, Cast]:
    return {unit: replace(CASTS[unit], days=CASTS[UNITS[0]].days) for unit in units}
