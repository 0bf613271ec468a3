"""Random processes through the case services: the same on SQLite as on PostgreSQL, and the rows say what the state says."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.property import laws
from tests.property.driving import CHOICES, REFUSALS, Choice, command_for, program_of, start_of
from tests.property.processes import structured, unstructured, with_called
from tests.property.profiles import examples
from tests.support.house import COMMUNE_UNIT, START, House, Model, open_house
from tests.support.postgres import PostgresServer
from workflow.engine import commands as c
from workflow.engine.codec import state_from_json
from workflow.engine.evolve import replay
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.ids import new_id
from workflow.model.definition import ProcessDefinition
from workflow.runtime.programs import CompiledVersion, Programs
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.runtime.steps import Steps, case_stream
from workflow.services.casework.application import UnitApplication
from workflow.services.casework.fold import engine_event
from workflow.store.cases import CaseRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

pytestmark = pytest.mark.postgresql

ALL = Page(limit=10_000)
STATUS = {c.SuspendProcess: "suspended", c.ResumeProcess: "active", c.CancelProcess: "cancelled"}
"""What the case services write on the case beside the command."""
OWN = {"id", "business_key", "campaign_id", "version_id", "task_id", "case_id", "at", "previous", "hash", "command_id"}
"""Fields with an id or a hash of one installation."""


class OneProgram(Programs):
    """Gives out a program that was never published, in the place of every version's own."""

    program: Program

    def get(self, uow: UnitOfWork, version_id: str) -> CompiledVersion:
        found = super().get(uow, version_id)
        program = replace(self.program, working_time=found.program.working_time)
        bpmn = replace(found.package.bpmn, processes=self.program.processes, main=self.program.main)
        return replace(found, package=replace(found.package, bpmn=bpmn), program=program)


@dataclass
class Place:
    """One installation on one database, with one case at a time."""

    house: House = field(repr=False)
    programs: OneProgram = field(init=False)
    steps: Steps = field(init=False)
    case_id: str = ""

    def __post_init__(self) -> None:
        self.programs = OneProgram(UnitApplication(self.house.container.register))
        self.steps = Steps(self.programs, UnitApplication(self.house.container.register))

    def start(self, program: Program, command: c.StartProcess) -> None:
        self.programs.program = program
        model = self.house.case(COMMUNE_UNIT)
        self.case_id = new_id()
        case = CaseRecord(
            id=self.case_id,
            business_key=self.case_id[-12:],
            province=model.province,
            unit_id=model.unit_id,
            campaign_id=model.campaign_id,
            version_id=model.version_id,
            status="active",
            state=None,
            as_of_on=model.as_of_on,
            started_by=SYSTEM,
            started_at=START,
        )
        by = Provenance(actor=SYSTEM, at=START)
        with self.house.container.units() as uow:
            self.steps.start(uow, case, dict(command.variables), by, start_node=command.start_node)
            uow.commit()

    def do(self, command: c.Command, late: Any) -> str | None:
        """Carry the command out in a transaction of its own. Return the name of the refusal, if it was refused."""
        by = Provenance(actor=SYSTEM, at=late)
        with self.house.container.units() as uow:
            case = uow.unit_cases.get(self.case_id)
            if isinstance(command, c.CompleteActivity):
                self._close_task(uow, command.activity_id)
            try:
                self.steps.apply(uow, replace(case, status=STATUS.get(type(command), case.status)), command, by)
            except REFUSALS as refusal:
                return type(refusal).__name__
            uow.commit()
        return None

    def _close_task(self, uow: UnitOfWork, activity_id: str) -> None:
        """What the task service writes before it completes the activity."""
        task = uow.tasks.of_activity(self.case_id, activity_id)
        if task is not None:
            uow.tasks.save(replace(task, state="completed", ended_at=START))

    def seen(self) -> tuple[ProcessState, dict[str, Any]]:
        """The state, and all that is stored of the case, without ids that every installation gives anew."""
        with self.house.container.units.reading() as uow:
            case = uow.unit_cases.get(self.case_id)
            audit = list(uow.events.of_stream(case_stream(self.case_id)))
            events = [found for each in audit if (found := engine_event(each)) is not None]
            rows: dict[str, Any] = {
                "case": (case.status, case.state, case.stage, case.outcome, case.open_incidents, case.revision),
                "events": [(each.type, json.dumps(without_ids(each.payload), default=str)) for each in audit],
                "tasks": in_order(uow.tasks.of_case(self.case_id, ALL)),
                "jobs": in_order(uow.jobs.of_case(self.case_id)),
                "waits": in_order(uow.waits.of_case(self.case_id)),
                "incidents": in_order(uow.incidents.of_case(self.case_id)),
            }
        assert case.state is not None
        state = state_from_json(case.state)
        assert replay(events) == state, "the stored events lead to the stored state"
        return state, rows


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_ids(each) for key, each in value.items() if key not in OWN}
    return value


def in_order(records: Any) -> list[str]:
    return sorted(json.dumps(without_ids(asdict(record)), default=str, sort_keys=True) for record in records)


def check_rows(state: ProcessState, rows: dict[str, Any]) -> None:
    """Every wait of the state has its row, and nothing else has."""
    tasks = [json.loads(row) for row in rows["tasks"]]
    jobs = [json.loads(row) for row in rows["jobs"]]
    active = {a.id for a in state.activities.values() if a.waits_for == "user"}
    assert {task["activity_id"] for task in tasks if task["state"] in ("ready", "suspended")} == active
    assert {job["ref"] for job in jobs if job["kind"] == "timer"} == {f"timer:{timer_id}" for timer_id in state.timers}
    awaited = {s.id for s in state.subscriptions.values() if s.kind in ("message", "signal")}
    assert {json.loads(row)["subscription_id"] for row in rows["waits"]} == awaited
    incidents = [json.loads(row) for row in rows["incidents"]]
    assert {each["incident_id"] for each in incidents if each["resolved_at"] is None} == state.incidents.keys()


Pair = tuple[Place, Place]


@contextmanager
def _opened(model: Model, data: Path, url: str) -> Iterator[Place]:
    house = open_house(model, data, url)
    yield Place(house)
    house.container.close()


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_model: Model,
    postgres_model: Model,
    postgres_server: PostgresServer,
) -> Iterator[Pair]:
    """One installation on each database; the cases of the examples pile up in them."""
    folder = tmp_path_factory.mktemp("random")
    (folder / "sqlite.db").write_bytes((sqlite_model.data / "congnhan.sqlite3").read_bytes())
    url = postgres_server.create_database(postgres_model.url)
    with ExitStack() as stack:
        sqlite = stack.enter_context(_opened(sqlite_model, sqlite_model.data, f"sqlite:///{folder / 'sqlite.db'}"))
        postgres = stack.enter_context(_opened(postgres_model, postgres_model.data, url))
        yield sqlite, postgres
    postgres_server.drop_database(url)


def drive(places: Pair, processes: dict[str, ProcessDefinition], choices: list[Choice]) -> None:
    program, start = program_of(processes), start_of(processes["p"], choices[0][1])
    try:
        for place in places:
            place.start(program, start)
    except REFUSALS:
        return
    state = compare(places)
    for kind, number in choices[:12]:
        command = command_for(kind, number, state, processes["p"])
        if command is None or state.ended:
            continue
        late = max((timer.due_at for timer in state.timers.values()), default=START)
        refusals = [place.do(command, max(late, START)) for place in places]
        assert refusals[0] == refusals[1]
        state = compare(places)


def compare(places: Pair) -> ProcessState:
    (state, rows), (other, others) = (place.seen() for place in places)
    assert state == other
    for name, found in rows.items():
        assert found == others[name], name
    laws.check_state(state)
    check_rows(state, rows)
    return state


@examples(12)
@given(with_called(structured()), CHOICES)
def test_nested_blocks_run_the_same_on_both_databases(
    places: Pair, processes: dict[str, ProcessDefinition], choices: list[Choice]
) -> None:
    drive(places, processes, choices)


@examples(12)
@given(with_called(unstructured()), CHOICES)
def test_processes_without_structure_run_the_same_on_both_databases(
    places: Pair, processes: dict[str, ProcessDefinition], choices: list[Choice]
) -> None:
    drive(places, processes, choices)
