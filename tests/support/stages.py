"""One case's year, played forward once a session and database; a test starts from a copy of the stage that it is about."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, Copies, House, Model, Place, open_house
from tests.support.postgres import PostgresServer
from workflow.demo.player import Deed
from workflow.demo.stories import opened

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
    house.convene()
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
AT_ONCE: dict[str, Step] = {
    "to assess": House.until_self_assessment,
    "to evaluate": House.until_evaluation,
    "to inspect": House.until_inspection,
}
"""The same on one day: for tests that let their own days go by."""


class Stages:
    """Models of one kind of database by stage; each is made when it is first asked for, from the one before it."""

    def __init__(self, start: Model, folder: Path, server: PostgresServer | None = None) -> None:
        self._start = start
        self._folder = folder
        self._server = server
        self._made: dict[str, Model] = {}

    def at(self, stage: str, then: Step | None = None) -> Model:
        """The installation in which the case has come to that stage; with `then`, what that has made of it for several tests."""
        name = f"{stage} {then.__module__}.{then.__qualname__}" if then else stage
        if name not in self._made:
            step = then or AT_ONCE.get(stage) or STAGES[stage]
            self._made[name] = self._played(self.at(stage) if then else self._before(stage), step, name)
        return self._made[name]

    def _played(self, former: Model, step: Step, name: str) -> Model:
        data = self._folder / name
        with house_of(former, data, self._server) as house:
            step(house)
            url = house.container.engine.url.render_as_string(hide_password=False)
            if self._server is None:
                with house.container.engine.connect() as connection:
                    connection.exec_driver_sql("COMMIT")
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            # Its people are its own: another test may give the same logins to others.
            return replace(former, data=data, url=url, users=dict(house.users), now=house.clock.now())

    def _before(self, stage: str) -> Model:
        if stage in AT_ONCE:
            return self._start
        names = list(STAGES)
        at = names.index(stage)
        return self.at(names[at - 1]) if at else self._start

    def start_of(self, test: pytest.FixtureRequest) -> Model:
        """What a test starts from: the stage that its mark `stage` names, or every case waiting for its registration."""
        mark = test.node.get_closest_marker("stage")
        return self.at(*mark.args, **mark.kwargs) if mark else self._start


@contextmanager
def house_of(model: Model, data: Path, server: PostgresServer | None = None) -> Iterator[House]:
    """A copy of the model at `data`, opened; of one on PostgreSQL, with its server."""
    shutil.copytree(model.data, data)
    url = server.create_database(model.url) if server else f"sqlite:///{data / 'congnhan.sqlite3'}"
    house = open_house(model, data, url)
    try:
        yield house
    finally:
        house.container.close()


@pytest.fixture(scope="session")
def stages(sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    return Stages(sqlite_model, tmp_path_factory.mktemp("stages"))


@pytest.fixture(scope="session")
def postgres_stages(
    postgres_model: Model, postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Stages:
    return Stages(postgres_model, tmp_path_factory.mktemp("stages"), postgres_server)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    """Makes fresh copies of the installation, as many as a test asks for; see `Stages.start_of`."""
    kind = str(request.param)
    stages: Stages = request.getfixturevalue("stages" if kind == "sqlite" else "postgres_stages")
    model = stages.start_of(request)
    numbers = itertools.count(1)

    @contextmanager
    def copied() -> Iterator[Place]:
        data = tmp_path / f"data-{next(numbers)}"
        shutil.copytree(model.data, data)
        if kind == "sqlite":
            yield model, data, f"sqlite:///{data / 'congnhan.sqlite3'}"
            return
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(model.url)
        yield model, data, url
        server.drop_database(url)

    return copied


@pytest.fixture
def place(copies: Copies) -> Iterator[Place]:
    """A fresh copy of the installation."""
    with copies() as place:
        yield place


@pytest.fixture
def house(place: Place) -> Iterator[House]:
    """The installation with every unit's case waiting for its registration, or at the stage that the mark `stage` names."""
    house = open_house(*place)
    yield house
    house.container.close()
