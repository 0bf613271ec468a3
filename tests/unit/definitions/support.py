"""The shipped packages, and a case that walks through one of them in memory, with nobody but the test at work."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tests.support.world import shipped_package
from workflow.engine import commands as c
from workflow.engine.decide import decide
from workflow.engine.events import Event, IncidentOpened, JobCreated, RuleEvaluated, UserTaskCreated
from workflow.engine.evolve import evolve_all, replay
from workflow.engine.program import Program
from workflow.engine.state import Activity, ProcessState
from workflow.feel.expression import parse
from workflow.model.user_task import UserTaskSpec
from workflow.packages.decisions import Decisions
from workflow.packages.package import ProcedurePackage, read_package
from workflow.recognition.committee import quorum

VERSIONS = ("2023", "2025")
NOW = datetime(2023, 11, 1, 2, 0, tzinfo=UTC)
YEAR_END = datetime(2023, 12, 31, 10, 0, tzinfo=UTC)
ALL_MET = {"met": 34, "not_met": 0, "not_applicable": 0, "total": 34, "all_met": True, "complete": True}
ONE_FAILS = {"met": 33, "not_met": 1, "not_applicable": 0, "total": 34, "all_met": False, "complete": True}
COMMITTEE = ("c1", "c2", "c3")


@cache
def package(label: str) -> ProcedurePackage:
    return read_package(shipped_package(label))


def decisions(label: str) -> Decisions:
    return package(label).decisions


def program(label: str) -> Program:
    found = package(label)
    return Program(
        processes=found.bpmn.processes,
        main=found.bpmn.main,
        decisions=decisions(label),
        handlers=frozenset({"record-result", "notify"}),
    )


def registration(pilot: str, *, safe: bool | None = True, previous_class: str = "kha") -> dict[str, Any]:
    return {
        "safety_recognised": safe,
        "safety_decision": "12/QĐ-UBND",
        "previous_class": previous_class,
        "pilot": pilot,
    }


class Case:
    """One case. Tasks complete as the application would: fields and assessment in the task's result, outcomes guarded."""

    def __init__(self, label: str, kind: str, managing_level: str) -> None:
        self.program = program(label)
        self.events: list[Event] = []
        self.state: ProcessState | None = None
        self.jobs: list[JobCreated] = []
        deadlines = {
            key: {"last_day": NOW.date(), "due_at": YEAR_END, "remind_at": NOW}
            for key in package(label).manifest.deadlines
        }
        unit = {"id": "u1", "code": "u1", "name": "Đơn vị", "kind": kind, "managing_level": managing_level}
        self.send(c.StartProcess(variables={"unit": unit, "campaign": {"year": 2023}, "deadlines": deadlines}))

    def send(self, command: c.Command, now: datetime = NOW) -> None:
        """Carry out a command, then every job that it created."""
        new = decide(self.program, self.state, command, now)
        self.state = evolve_all(self.state, new)
        self.events += new
        incidents = [event for event in new if isinstance(event, IncidentOpened)]
        assert not incidents, incidents
        for job in [event for event in new if isinstance(event, JobCreated)]:
            self.jobs.append(job)
            self.send(c.CompleteActivity(activity_id=job.activity_id), now)

    def open(self) -> list[str]:
        """The ids of the user tasks that wait, several of a multi-instance one."""
        return sorted(activity.node_id for activity in self._waiting())

    def _waiting(self) -> list[Activity]:
        assert self.state is not None
        return [activity for activity in self.state.activities.values() if activity.waits_for == "user"]

    def created(self, node_id: str) -> list[UserTaskCreated]:
        return [e for e in self.events if isinstance(e, UserTaskCreated) and e.node_id == node_id]

    def rule(self, decision: str) -> Mapping[str, Any]:
        """The last value of a decision."""
        value = [e.value for e in self.events if isinstance(e, RuleEvaluated) and e.decision == decision][-1]
        assert isinstance(value, Mapping)
        return value

    def spec(self, node_id: str) -> UserTaskSpec:
        return self.program.process.user_tasks[node_id].spec

    def allowed(self, node_id: str, outcome_id: str, **result: Any) -> bool:
        """Whether the outcome's condition holds for what would be the task's result."""
        assert self.state is not None
        outcome = next(item for item in self.spec(node_id).outcomes if item.id == outcome_id)
        if outcome.condition is None:
            return True
        return parse(outcome.condition.text).evaluate({**self.state.variables, **result}, now=NOW).value is True

    def do(self, node_id: str, outcome: str, **result: Any) -> None:
        """Complete one waiting task; the outcome must be one that the process permits."""
        assert self.allowed(node_id, outcome, **result), f"{node_id} does not permit {outcome}"
        activity = next(item for item in self._waiting() if item.node_id == node_id)
        variables = {node_id: {"outcome": outcome, "reason": "", **result}}
        self.send(c.CompleteActivity(activity_id=activity.id, variables=variables))

    def register(self, pilot: str) -> None:
        self.do("registration", "submit", **registration(pilot))
        self.do("pilot_list", "accept")

    def inspect(self, assessment: Mapping[str, Any] = ALL_MET) -> None:
        self.do("team_forming", "form", members=["i1", "i2", "i3"], leader=["i2"])
        for _ in range(3):
            self.do("member_findings", "report", assessment=assessment)
        self.do("conclusion", "conclude", assessment=assessment)

    def convene(self, present: Sequence[str] = COMMITTEE, recused: Sequence[str] = ()) -> None:
        self.do("convene", "convene", held_on=NOW.date(), place="Hội trường", roster=list(COMMITTEE))
        counted = quorum(COMMITTEE, present, recused, 2, 3)
        result = {
            "roster": list(COMMITTEE),
            "present": list(present),
            "recused": list(recused),
            "quorum": {**counted.as_variables(), "voters": list(counted.voters)},
        }
        self.do("open_session", "open" if counted.met else "adjourn", **result)

    def vote(self, *votes: str) -> None:
        for one in votes:
            self.do("vote", one)

    def decide(self, outcome: str) -> None:
        self.do("decision", outcome, decision_number="01/QĐ-BCĐ", decided_on=NOW.date())

    def ended_at(self) -> tuple[str, ...]:
        """The end events reached; replaying the history must give the same state."""
        assert self.state is not None
        assert replay(self.events) == self.state
        assert self.state.status == "completed"
        return self.state.end_nodes
