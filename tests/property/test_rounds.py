"""Whatever people try with a session's tasks: one part a person, none for the recused, nothing told before the round closes."""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from tests.support.house import CASTS, COMMUNE_UNIT, House
from tests.support.stages import Stages, house_of
from tests.support.versions import Move, relabelled
from tests.support.world import shipped_package
from workflow.demo.player import Deed
from workflow.demo.stories import convened, opened
from workflow.errors import Conflict, InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.roles import AppointDeputy
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.operations import OperateCase, Position
from workflow.services.casework.tasks import (
    ClaimTask,
    CompleteTask,
    DelegateTask,
    ReassignTask,
    ReleaseTask,
    SaveDraft,
    StartTask,
)
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord

CAST = CASTS[COMMUNE_UNIT]
CHAIR, *MEMBERS = CAST.committee
BODY = "bcd138-thuong-xuan"
SPARE = ("dubi1", "dubi2")
OUTSIDE = ("phuta1", "phuta2")
CROWD = (*CAST.committee, *SPARE, *OUTSIDE)
FROM, TO = date(2023, 3, 1), date(2023, 12, 31)
REFUSALS = (TransitionRefused, InvalidInput, NotFound, PermissionDenied, Conflict)
SECRET = "lý do kín"


@contextmanager
def at(stages: Stages, stage: str) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder, house_of(stages.at(stage), Path(folder) / "house") as house:
        yield house


@dataclass
class Play:
    """Random deeds in one session; what the rules forbid is refused and changes nothing."""

    house: House
    chance: random.Random
    recused: set[str] = field(default_factory=set)
    secrets: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    """What somebody wrote into a vote → the task, and the people who may know."""
    voters: set[str] = field(default_factory=set)
    """Who may vote by the latest opening."""
    void: set[str | None] = field(default_factory=set)
    """The rounds that were gone back over."""

    def begin(self) -> None:
        house = self.house
        for login in SPARE:
            house.person(login, ("committee-member", BODY))
        for login in OUTSIDE:
            house.person(login)
        house.users.setdefault("quanly2", house.person("quanly2", ("manager", "thanh-hoa")).user_id)
        for _ in range(self.chance.randint(1, 4)):
            with suppress(*REFUSALS):
                self._deputise()
        house.player.do(house.case().id, convened(CAST, CAST.days["session"]))
        house.move_to(*CAST.days["session"], 14)
        self._open()

    def step_of_manager(self) -> None:
        """One more deed of people who vote and decide while a manager moves the case back and forth."""
        deeds = [self._vote, self._vote_out, self._vote_out, self._move_back, self._move_anywhere, self._decide]
        with suppress(*REFUSALS):
            self.chance.choice(deeds)()
        self.house.settle()

    def step(self) -> None:
        """One more deed, refused or not."""
        deeds: list[Callable[[], None]] = [
            self._vote, self._vote, self._vote, self._draft, self._reassign, self._reassign, self._delegate,
            self._claim, self._release, self._deputise, self._move_back, self._migrate, self._decide,
        ]  # fmt: skip
        with suppress(*REFUSALS):
            self.chance.choice(deeds)()
        self.house.settle()

    def _who(self) -> Actor:
        return self.house.actor(self.chance.choice(CROWD))

    def _task(self, *nodes: str) -> TaskRecord:
        tasks = [task for task in self.house.open_tasks() if task.node_id in (nodes or ("vote", "decision"))]
        if not tasks:
            raise NotFound()
        return self.chance.choice(tasks)

    def _open(self) -> None:
        house = self.house
        out = {login for login in CAST.committee if self.chance.random() < 0.25}
        out = out if len(out) <= 1 else {min(out)}
        fields = {"signer": [next(one for one in MEMBERS if one not in out)]} if CHAIR in out else {}
        fields |= {f"recusal_reasons:{login}": "Minh họa: lý do riêng" for login in CAST.committee}
        opening = opened(CAST, present=CAST.committee, outcome="open", recused=sorted(out))
        house.player.do(house.case().id, replace(opening, fields={**opening.fields, **fields}))
        self.recused = {house.users[one] for one in out}
        self.voters = {house.users[one] for one in CAST.committee} - self.recused
        house.settle()

    def _secret(self, task: TaskRecord, actor: Actor) -> str:
        text = f"{SECRET} {len(self.secrets)}-{self.chance.randint(10**6, 10**7)}"
        known = {actor.user_id, *([task.assignee_id] if task.assignee_id else ())}
        self.secrets[text] = task.id, known
        return text

    def _vote(self) -> None:
        task = self._task("vote")
        holder = next((one for one in CROWD if self.house.users[one] == task.assignee_id), None)
        actor = self.house.actor(holder) if holder and self.chance.random() < 0.6 else self._who()
        command = CompleteTask(
            task_id=task.id,
            outcome=self.chance.choice(("agree", "disagree", "abstain")),
            reason=self._secret(task, actor),
        )
        self.house.container.tasks.complete(actor, command)

    def _draft(self) -> None:
        task, actor = self._task("vote"), self._who()
        with suppress(*REFUSALS):
            self.house.container.tasks.start(actor, StartTask(task_id=task.id))
        self.house.container.tasks.save_draft(
            actor, SaveDraft(task_id=task.id, outcome="disagree", reason=self._secret(task, actor))
        )

    def _reassign(self) -> None:
        command = ReassignTask(task_id=self._task().id, user_id=self._who().user_id, reason="Nghỉ ốm")
        self.house.container.tasks.reassign(self.house.actor("quanly2"), command)

    def _delegate(self) -> None:
        command = DelegateTask(task_id=self._task().id, user_id=self._who().user_id)
        self.house.container.tasks.delegate(self._who(), command)

    def _claim(self) -> None:
        self.house.container.tasks.claim(self._who(), ClaimTask(task_id=self._task().id))

    def _release(self) -> None:
        self.house.container.tasks.release(self._who(), ReleaseTask(task_id=self._task().id))

    def _deputise(self) -> None:
        of, to = self.chance.sample(CROWD[:7], 1)[0], self.chance.choice(CROWD)
        held = self.chance.choice(self.house.actor(of).assignments)
        wish = AppointDeputy(
            assignment_id=held.id, deputy_user_id=self.house.users[to], valid_from=FROM, valid_to=TO, paper="Giấy"
        )
        self.house.sure(self.house.container.roles.appoint_deputy(self.house.actor("quantri.tinh"), wish))

    def _move_back(self) -> None:
        places = [one for one in self._places() if one.targets]
        if places:
            place = self.chance.choice(places)
            session = [node for node, _ in place.targets if node in ("convene", "open_session", "vote")]
            if session:
                self._move(place, self.chance.choice(session))

    def _move_anywhere(self) -> None:
        """To any step of the procedure, whatever the page offers."""
        places = self._places()
        if places:
            target = self.chance.choice(("convene", "open_session", "vote", "decision", "record_recognised"))
            self._move(self.chance.choice(places), target)

    def _places(self) -> list[Position]:
        return self.house.container.operations.positions(self.house.actor("quanly2"), self.house.case().id)

    def _move(self, place: Position, target: str) -> None:
        rounds = {task.round_id for task in self.house.tasks("vote")}
        self.house.container.operations.operate(
            self.house.actor("quanly2"),
            OperateCase(
                case_id=self.house.case().id, reason="Họp lại", activity_id=place.activity_id, target_node=target
            ),
        )
        self.void |= rounds
        self.house.settle()
        if target == "convene":
            today = self.house.clock.now()
            self.house.player.do(self.house.case().id, convened(CAST, (today.month, today.day)))
        if target in ("convene", "open_session"):
            self._open()

    def _vote_out(self) -> None:
        """Everybody who has not voted yet does, for and against by chance."""
        for task in self.house.open_tasks():
            holder = next((one for one in CROWD if self.house.users[one] == task.assignee_id), None)
            if task.node_id == "vote" and holder is not None:
                outcome = self.chance.choice(("agree", "agree", "disagree"))
                command = CompleteTask(task_id=task.id, outcome=outcome, reason="Biểu quyết")
                self.house.container.tasks.complete(self.house.actor(holder), command)

    def _migrate(self) -> None:
        by = Provenance(actor=SYSTEM, at=self.house.clock.now())
        old = self.house.case().version_id
        new = self.house.container.publishing.install(relabelled(shipped_package()), by)
        if new != old:
            Move(house=self.house, old=old, new=new).make(COMMUNE_UNIT)

    def _decide(self) -> None:
        command = CompleteTask(
            task_id=self._task("decision").id,
            outcome=self.chance.choice(("recognise", "not_recognise")),
            reason="Theo biểu quyết",
            fields={"decision_number": "01/QĐ", "decided_on": f"{self.house.clock.now():%d/%m/%Y}"},
        )
        self.house.container.tasks.complete(self._who(), command)
        self.house.settle()
        agreed = [task.outcome for task in self.house.tasks("vote") if task.round_id not in self.void].count("agree")
        majority = agreed * 2 > len(self.voters)
        assert (self.house.case().outcome == "recognised") is majority, "decided otherwise than the latest round"

    # What must hold at every moment

    def check(self) -> None:
        rounds: dict[str, set[str]] = {}
        for task in self.house.tasks("vote"):
            if task.state == "completed":
                people = {who for who in (task.completed_by, task.on_behalf_of) if who}
                known = rounds.setdefault(str(task.round_id), set())
                assert not known & people, "two votes of one person"
                known |= people

    def check_newest(self, before: set[str]) -> None:
        """What was completed by this deed, nobody recused has done, in person or through a deputy."""
        for task in (*self.house.tasks("vote"), *self.house.tasks("decision")):
            if task.state == "completed" and task.id not in before:
                assert not {task.completed_by, task.on_behalf_of} & self.recused, "done by somebody recused"

    def done(self) -> set[str]:
        tasks = (*self.house.tasks("vote"), *self.house.tasks("decision"))
        return {task.id for task in tasks if task.state == "completed"}

    def walk(self) -> None:
        """Every reader gets everything that there is to read, and finds no secret of a vote that is open or was broken off."""
        house = self.house
        unfinished = {task.round_id for task in house.tasks("vote") if task.state != "completed"}
        open_votes = {task.id for task in house.tasks("vote") if task.round_id in unfinished}
        hidden = {text: told for text, told in self.secrets.items() if told[0] in open_votes}
        if not hidden:
            return
        readers = ["kiemsoat.tinh", "quanly2", CAST.unit, CAST.standing, "quantri.tinh", *CROWD]
        for login in self.chance.sample(readers, 4):
            told = everything(house, house.actor(login))
            for text, (task_id, known) in hidden.items():
                mine = {house.users[login]}
                if (
                    house.task_by_id(task_id).ended_at is None
                ):  # whoever stands in for who has it goes on with the draft
                    mine |= self._principals_of(login)
                assert mine & known or text not in told, f"{login} reads {text}"

    def _principals_of(self, login: str) -> set[str]:
        """For whom somebody stands in."""
        return {one.via_deputy_of for one in self.house.actor(login).assignments if one.via_deputy_of is not None}


def everything(house: House, reader: Actor) -> str:
    """What every service that reads gives this reader of the case, as one text."""
    c, case = house.container, house.case()
    auditing, page = c.audit, Page(limit=1000)
    tasks = [*house.tasks("vote"), *house.tasks("decision"), *house.tasks("open_session")]
    reads: list[Callable[[], object]] = [
        lambda: c.case_views.view(reader, case.id),
        lambda: c.case_views.record(reader, case.id),
        lambda: [c.inbox.page(reader, InboxFilter(tab=tab), Page(limit=100)) for tab in ("mine", "group", "escalated")],
        lambda: c.notifications.list(reader),
        lambda: c.operations.incidents(reader, Page(limit=100)),
        lambda: c.operations.positions(reader, case.id),
        lambda: auditing.timeline(reader, case.id, page),
        lambda: auditing.case_at(reader, case.id, house.clock.now()),
        lambda: auditing.search_events(reader, EventQuery(text=SECRET), page),
        lambda: auditing.search_events(reader, EventQuery(case_id=case.id), page),
        lambda: unpacked(b"".join(auditing.export_events(reader, EventQuery(case_id=case.id), "csv").chunks)),
        lambda: bundle(house, reader, case.id),
        *(lambda task=task: c.task_views.view(reader, task.id) for task in tasks),  # type: ignore[misc]
        *(lambda task=task: c.task_views.basis(c.task_views.view(reader, task.id)) for task in tasks),  # type: ignore[misc]
    ]
    told = []
    for read in reads:
        with suppress(*REFUSALS):
            told.append(repr(read()))
    return "".join(told)


def bundle(house: House, reader: Actor, case_id: str) -> str:
    content = BytesIO()
    house.container.bundles.write(case_id, content, reader)
    return unpacked(content.getvalue())


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        return "".join(unpacked(archive.read(name)) for name in archive.namelist())


def touch(house: House, actor: Actor, task: TaskRecord, chance: random.Random) -> bool:
    """Try something with the task; say whether it was to enter data."""
    tasks = house.container.tasks
    match chance.randrange(4):
        case 0:
            tasks.claim(actor, ClaimTask(task_id=task.id))
            return False
        case 1:
            tasks.release(actor, ReleaseTask(task_id=task.id))
            return False
        case 2:
            tasks.save_draft(actor, SaveDraft(task_id=task.id, reason=f"nháp {chance.random()}"))
        case _:
            entry = SaveResult(task_id=task.id, criterion_id="I.1", result="met", statement=f"ghi {chance.random()}")
            house.look(actor, task.id, "I.1")
            house.container.assessments.save_result(actor, entry)
    return True


# A busy machine takes several times as long as one at rest.
pytestmark = pytest.mark.timeout(600)
SLOW = settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOW
@given(chance=st.randoms(use_true_random=True))
def test_a_session_holds_whatever_people_try(stages: Stages, chance: random.Random) -> None:
    with at(stages, "session") as house:
        play = Play(house, chance)
        play.begin()
        for number in range(16):
            before = play.done()
            play.step()
            play.check()
            play.check_newest(before)
            if number in (6, 15):
                play.walk()
        house.verify()


@SLOW
@given(chance=st.randoms(use_true_random=True))
def test_however_a_manager_moves_the_case_the_latest_round_decides(stages: Stages, chance: random.Random) -> None:
    with at(stages, "session") as house:
        play = Play(house, chance)
        play.begin()
        for _ in range(20):
            play.step_of_manager()
            if house.case().ended_at is not None:
                break
        house.verify()


@SLOW
@given(chance=st.randoms(use_true_random=True))
def test_whoever_entered_anything_does_not_judge_it(stages: Stages, chance: random.Random) -> None:
    """People who may both evaluate and inspect try to do both; deputies among them."""
    crowd = ("hai1", "hai2", "hai3", "hai4")
    with at(stages, "evaluation") as house:
        task = house.task("evaluation")
        board = task.groups[0].partition("@")[2]
        for login in crowd[:3]:
            house.person(login, ("board-member", board), ("inspector", "cong-an-thuong-xuan"))
        house.person(crowd[3])
        for _ in range(chance.randint(0, 3)):
            with suppress(*REFUSALS):
                house.deputy(crowd[3], chance.choice(crowd[:3]), FROM, TO)
        entered: set[str] = set()
        tasks = house.container.tasks
        for _ in range(10):
            actor = house.actor(chance.choice(crowd))
            with suppress(*REFUSALS):
                if touch(house, actor, task, chance):
                    entered.add(actor.user_id)
                    entered |= {one.via_deputy_of for one in actor.seats(task.groups)[:1] if one.via_deputy_of}
        if house.task("evaluation").assignee_id is not None:
            tasks.reassign(
                house.actor("quanly.tinh"),
                ReassignTask(task_id=task.id, user_id=house.users[str(CAST.evaluator)], reason="Giao lại"),
            )
        house.do(COMMUNE_UNIT, str(CAST.evaluator), "evaluation", "approve")
        team = [*CAST.inspectors[:2], *crowd[:3]]
        form = {"members": team, "leader": team[:1], "team_decision": "02/QĐ"}
        house.player.do(house.case().id, Deed(login=CAST.standing, node_id="team_forming", outcome="form", fields=form))
        house.settle()

        for finding in house.tasks("member_findings"):
            for login in crowd:
                with suppress(*REFUSALS):
                    tasks.start(house.actor(login), StartTask(task_id=finding.id))
                    assert house.users[login] not in entered, "judged by who entered data before"
        house.verify()
