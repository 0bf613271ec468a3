"""The durable engine holds a case that has neither unit nor campaign: who may act is for the application to say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from tests.support.world import World, shipped_package
from workflow.engine import commands as c
from workflow.engine.codec import state_from_json
from workflow.engine.program import Program, WorkingTime
from workflow.errors import NotFound
from workflow.ids import new_id
from workflow.runtime.programs import CompiledVersion, Programs
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.runtime.steps import Steps, case_stream
from workflow.simulation.source import load_program
from workflow.store.cases import CaseRecord
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

START = datetime(2023, 4, 1, tzinfo=UTC)
BY = Provenance(actor=SYSTEM, at=START)
FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
             targetNamespace="tests" id="file">
  <process id="leave" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
    <userTask id="ask" name="Ask" camunda:candidateGroups="staff"/>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>
"""


@dataclass
class Everybody:
    """An application without organisations: a task waits for its roles, wherever they are."""

    missing: frozenset[str] = frozenset()

    def body(self, uow: UnitOfWork, case: CaseRecord, jurisdiction: str | None) -> str | None:
        if jurisdiction in self.missing:
            raise NotFound()
        return None

    def groups(self, roles: Sequence[str], body: str | None) -> list[str]:
        return list(roles)

    def working_time(self, uow: UnitOfWork) -> WorkingTime | None:
        return None


class OneProgram(Programs):
    """Gives out the file above in the place of every version's own."""

    def get(self, uow: UnitOfWork, version_id: str) -> CompiledVersion:
        found = super().get(uow, version_id)
        program: Program = load_program(FILE)
        bpmn = replace(found.package.bpmn, processes=program.processes, main=program.main)
        return replace(found, package=replace(found.package, bpmn=bpmn), program=program)


@dataclass
class Installation:
    """The runtime alone, on a database with one published version."""

    world: World
    version_id: str
    application: Everybody

    def started(self) -> CaseRecord:
        """A case that runs for nobody, begun."""
        case = CaseRecord(
            id=new_id(),
            business_key="LEAVE-1",
            province="nowhere",
            version_id=self.version_id,
            status="active",
            state=None,
            started_by=SYSTEM,
            started_at=START,
        )
        with self.world.units() as uow:
            case = self.steps.start(uow, case, {}, BY)
            uow.commit()
        return case

    @property
    def steps(self) -> Steps:
        return Steps(OneProgram(self.application), self.application)


@pytest.fixture
def installation(world: World) -> Installation:
    return Installation(world, world.publishing.install(shipped_package(), world.setup()), Everybody())


def test_a_task_waits_for_its_roles_and_the_case_ends_when_it_is_done(installation: Installation) -> None:
    case = installation.started()
    with installation.world.units.reading() as uow:
        (task,) = uow.tasks.open_of_case(case.id)
        assert (task.groups, task.organisation_id) == (["dien-hinh:staff"], None)

    with installation.world.units() as uow:
        ended = installation.steps.apply(
            uow, uow.cases.get(case.id), c.CompleteActivity(activity_id=task.activity_id), BY
        )
        uow.commit()

    assert (ended.status, ended.unit_id, ended.campaign_id, ended.as_of_on) == ("completed", None, None, None)
    with installation.world.units.reading() as uow:
        assert uow.cases.get(case.id).state == ended.state
        assert [event.type for event in uow.events.of_stream(case_stream(case.id))][-1] == "ProcessCompleted"


def test_a_body_that_the_application_does_not_find_is_an_incident(installation: Installation) -> None:
    installation.application.missing = frozenset({None})

    case = installation.started()

    state = state_from_json(case.state or {})
    assert [incident.node_id for incident in state.incidents.values()] == ["ask"]
    with installation.world.units.reading() as uow:
        assert not uow.tasks.of_case(case.id, Page())


def test_the_application_does_not_take_such_a_case_for_one_of_a_unit(installation: Installation) -> None:
    case = installation.started()

    with installation.world.units.reading() as uow:
        with pytest.raises(NotFound):
            uow.unit_cases.get(case.id)
        assert uow.unit_cases.search(CaseFilter(), Page()) == ([], 0)
