"""One case's year, played forward once a session; a test starts from a copy of the stage that it is about."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.support.house import CASTS, COMMUNE_UNIT, House, Model, open_house
from workflow.demo.player import Deed
from workflow.demo.stories import convened, opened

CAST = CASTS[COMMUNE_UNIT]
Step = Callable[[House], None]


def _do(house: House, deed: Deed) -> None:
    house.player.do(house.case().id, deed)
    house.settle()


def _registered(house: House) -> None:
    house.move_to(*CAST.days["registration"])
    house.register()


def _listed(house: House) -> None:
    house.move_to(*CAST.days["list"])
    _do(house, Deed(login=CAST.standing, node_id="pilot_list", outcome="accept"))
    house.move_to(*CAST.days["self-assessment"])


def _assessed(house: House) -> None:
    _do(house, Deed(login=CAST.unit, node_id="self_assessment", outcome="submit"))
    house.move_to(11, 9)


def _inspecting(house: House) -> None:
    why = {"I.14": "Minh họa: thiếu quyết định khen thưởng.", "I.26": "Minh họa: thiếu biên bản kiểm tra."}
    returned = Deed(
        login=str(CAST.evaluator),
        node_id="evaluation",
        outcome="return",
        reason="Dữ liệu minh họa: đề nghị bổ sung minh chứng.",
        criterion_reasons=why,
    )
    _do(house, returned)
    house.move_to(11, 14)
    _do(house, Deed(login=CAST.unit, node_id="self_assessment", outcome="submit"))
    house.move_to(*CAST.days["evaluation"])
    _do(house, Deed(login=str(CAST.evaluator), node_id="evaluation", outcome="approve"))
    house.move_to(*CAST.days["team"])
    team = {"members": CAST.inspectors, "leader": CAST.inspectors[:1], "team_decision": "Minh họa 02/QĐ"}
    _do(house, Deed(login=CAST.standing, node_id="team_forming", outcome="form", fields=team))
    house.move_to(*CAST.days["findings"])


def _inspected(house: House) -> None:
    for inspector in CAST.inspectors:
        _do(house, Deed(login=inspector, node_id="member_findings", outcome="report"))
    house.move_to(*CAST.days["conclusion"])


def _put_forward(house: House) -> None:
    _do(house, Deed(login=CAST.inspectors[0], node_id="conclusion", outcome="conclude"))
    house.move_to(*CAST.days["proposal"])
    _do(house, Deed(login=CAST.standing, node_id="put_forward", outcome="put_forward"))
    house.move_to(*CAST.days["invitation"])


def _decided(house: House) -> None:
    _do(house, convened(CAST, CAST.days["session"]))
    house.move_to(*CAST.days["session"], 14)
    _do(house, opened(CAST, present=CAST.committee, outcome="open", recused=CAST.committee[-1:]))
    for member in CAST.committee[:-1]:
        _do(house, Deed(login=member, node_id="vote", outcome="agree"))
    house.move_to(*CAST.days["decision"])
    fields = {"decision_number": "Minh họa 03/QĐ-BCĐ", "decided_on": "26/12/2023"}
    _do(house, Deed(login=CAST.committee[0], node_id="decision", outcome="recognise", fields=fields))


STAGES: dict[str, Step] = {
    "registered": _registered,
    "self-assessment": _listed,
    "evaluation": _assessed,
    "inspection": _inspecting,
    "conclusion": _inspected,
    "session": _put_forward,
    "decided": _decided,
}
"""What is played to come from the stage before to this one: the made-up commune's case."""


class Stages:
    """Models by stage; each is made when it is first asked for, from the one before it."""

    def __init__(self, start: Model, folder: Path) -> None:
        self._start = start
        self._folder = folder
        self._made: dict[str, Model] = {}

    def at(self, stage: str) -> Model:
        """The installation in which the case has come to that stage."""
        if stage not in self._made:
            names = list(STAGES)
            at = names.index(stage)
            former = self.at(names[at - 1]) if at else self._start
            data = self._folder / stage
            with house_of(former, data) as house:
                STAGES[stage](house)
                self._made[stage] = replace(
                    former, data=data, url=str(house.container.engine.url), now=house.clock.now()
                )
                with house.container.engine.connect() as connection:
                    connection.exec_driver_sql("COMMIT")
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return self._made[stage]


@contextmanager
def house_of(model: Model, data: Path) -> Iterator[House]:
    """A copy of the model at `data`, opened."""
    shutil.copytree(model.data, data)
    house = open_house(model, data, f"sqlite:///{data / 'congnhan.sqlite3'}")
    try:
        yield house
    finally:
        house.container.close()
