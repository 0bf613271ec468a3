"""A round that ends without its result stays sealed for everybody; its members have their part in the next one."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from alembic import command

from tests.support.house import CASTS, COMMUNE_UNIT, House, Place
from tests.support.versions import Move
from tests.support.world import shipped_package
from workflow.demo.stories import opened
from workflow.errors import OneVoteEach, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.questions.answers import QUESTIONS
from workflow.services.auditing.questions.comparison import differences
from workflow.services.auditing.questions.question import Asked
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.tasks import ClaimTask, CompleteTask
from workflow.store.database import bring_up_to_date, configuration, create_engine
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord

CAST = CASTS[COMMUNE_UNIT]
CHAIR, *MEMBERS = CAST.committee
RECUSED = CAST.committee[-1]
VOTERS = CAST.committee[:-1]
MANAGER, AUDITOR = "quanly.tinh", "kiemsoat.tinh"
WHY = "Lý do bí mật của một lá phiếu 7f3a"
SOUGHT = "bí mật của một lá phiếu"


def with_a_vote(house: House) -> None:
    """A session is open, all but the last member vote, who is recused; the first has voted."""
    house.convene()
    open_session(house)
    vote(house, VOTERS[0], "disagree", WHY)


pytestmark = pytest.mark.stage("session", then=with_a_vote)


@pytest.fixture
def voting(house: House) -> House:
    """The installation with the first vote: see the mark of this module."""
    return house


def open_session(house: House) -> None:
    house.player.do(house.case().id, opened(CAST, present=CAST.committee, outcome="open", recused=(RECUSED,)))
    house.settle()


def vote(house: House, login: str, outcome: str = "agree", reason: str = "", task: TaskRecord | None = None) -> None:
    own = task or house.task("vote", login=login)
    house.container.tasks.complete(house.actor(login), CompleteTask(task_id=own.id, outcome=outcome, reason=reason))


def move_back(house: House, target: str) -> None:
    (place,) = house.container.operations.positions(house.actor(MANAGER), house.case().id)
    deed = OperateCase(case_id=house.case().id, reason="Minh họa", activity_id=place.activity_id, target_node=target)
    house.container.operations.operate(house.actor(MANAGER), deed)
    house.settle()


def end(house: House, trigger: str, login: str = MANAGER) -> None:
    deed = CaseCommand(case_id=house.case().id, trigger=trigger, reason="Minh họa")
    house.container.cases.move(house.actor(login), deed)


def to_another_version(house: House) -> None:
    files = shipped_package()
    files["procedure.toml"] += b"\n[session]\nminutes_name_votes = false\n"
    new = house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))
    Move(house=house, old=house.case().version_id, new=new).make(COMMUNE_UNIT)


def told(house: House, reader: Actor, task: TaskRecord) -> str:
    """All that the pages of the case give a reader."""
    c, case_id = house.container, task.case_id
    view, steps = c.case_views.record(reader, case_id)
    found = repr(view) + repr(steps)
    for one in (*house.open_tasks(), task):
        seen = c.task_views.view(reader, one.id)
        found += repr(seen) + repr(c.task_views.basis(seen))
    return found


def audited(house: House, tmp_path: Path) -> str:
    """All that an auditor gets of the case: pages, searches, exports, the past, a bundle."""
    audit, auditor, case_id = house.container.audit, house.actor(AUDITOR), house.case().id
    assert audit.search_events(auditor, EventQuery(text=SOUGHT), Page(limit=50)) == ([], 0)
    found = repr(audit.timeline(auditor, case_id, Page(limit=500)))
    found += repr(audit.case_at(auditor, case_id, house.clock.now()))
    for format in ("csv", "xlsx"):
        found += unpacked(b"".join(audit.export_events(auditor, EventQuery(case_id=case_id), format).chunks))
    for name in QUESTIONS:
        found += repr(house.container.questions.ask(auditor, name, Asked(), Page(limit=500)))
        found += unpacked(b"".join(house.container.questions.export(auditor, name, Asked(), "csv").chunks))
    before, after = (audit.standing_at(auditor, case_id, at) for at in (house.case().started_at, house.clock.now()))
    found += repr(differences(before, after))
    path = tmp_path / "bundle.zip"
    with path.open("w+b") as target:
        house.container.bundles.write(case_id, target, auditor)
    return found + unpacked(path.read_bytes())


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        return "".join(unpacked(archive.read(name)) for name in archive.namelist())


def cast_by(house: House, login: str) -> TaskRecord:
    return next(one for one in house.tasks("vote") if one.completed_by == house.users[login])


class TestABrokenOffVote:
    @pytest.mark.parametrize("way", ["moved back", "cancelled", "moved to another version, then cancelled"])
    def test_stays_sealed_for_everybody_but_who_cast_it(self, voting: House, way: str, tmp_path: Path) -> None:
        if way == "moved back":
            move_back(voting, "open_session")
        else:
            if "version" in way:
                to_another_version(voting)
            end(voting, "cancel")

        task = cast_by(voting, VOTERS[0])
        for login in (AUDITOR, MANAGER, CAST.unit, VOTERS[1], CAST.standing):
            assert WHY not in told(voting, voting.actor(login), task), login
        assert WHY not in audited(voting, tmp_path)
        assert WHY in told(voting, voting.actor(VOTERS[0]), task)
        voting.verify()

    def test_shows_that_it_was_cast_and_the_hash_of_how(self, voting: House) -> None:
        end(voting, "cancel")
        auditor = voting.actor(AUDITOR)

        entries = voting.container.audit.timeline(auditor, voting.case().id, Page(limit=500)).entries
        _, steps = voting.container.case_views.record(auditor, voting.case().id)

        withheld = [one for one in entries if one.withheld]
        assert {one.type for one in withheld} >= {"TaskCompleted", "VariablesSet", "InstanceCompleted"}
        assert all(one.hash and not one.payload for one in withheld)
        (step,) = [one for one in steps if one.node_id == "vote"]
        assert step.withheld
        assert step.actor

    def test_is_cast_anew_by_the_same_members_and_only_the_new_one_is_told(self, voting: House, tmp_path: Path) -> None:
        first = cast_by(voting, VOTERS[0])
        move_back(voting, "open_session")
        open_session(voting)

        for login in VOTERS:
            vote(voting, login, "disagree", f"Lý do của lần hai, {login}")
        voting.settle()

        seen = told(voting, voting.actor(AUDITOR), first)
        assert f"Lý do của lần hai, {VOTERS[0]}" in seen
        assert WHY not in seen + audited(voting, tmp_path)
        voting.verify()

    def test_of_before_the_revision_is_found_in_the_events(self, voting: House, place: Place) -> None:
        move_back(voting, "open_session")
        open_session(voting)
        for login in VOTERS:
            vote(voting, login)
        voting.settle()
        before = {task.id: task.round_closed_at for task in (*voting.tasks("vote"), *voting.tasks("member_findings"))}

        engine = create_engine(place[2])
        with engine.begin() as connection:
            command.downgrade(configuration(connection), "0014")
        bring_up_to_date(engine)
        engine.dispose()

        after = {task.id: task.round_closed_at for task in (*voting.tasks("vote"), *voting.tasks("member_findings"))}
        assert after == before
        assert {None} < set(after.values())


class TestTheUnitsWithdrawal:
    def test_is_refused_while_a_vote_is_under_way(self, voting: House) -> None:
        with pytest.raises(TransitionRefused) as refusal:
            end(voting, "withdraw", CAST.unit)

        assert "A vote on this case is under way" in str(refusal.value)
        view, _ = voting.container.case_views.record(voting.actor(CAST.unit), voting.case().id)
        assert not next(one for one in view.options if one.trigger == "withdraw").allowed
        assert voting.case().status == "active"

    def test_tells_nothing_of_a_vote_that_was_broken_off_before(self, voting: House, tmp_path: Path) -> None:
        move_back(voting, "convene")

        end(voting, "withdraw", CAST.unit)

        assert voting.case().status == "withdrawn"
        assert WHY not in told(voting, voting.actor(CAST.unit), cast_by(voting, VOTERS[0]))
        assert WHY not in audited(voting, tmp_path)
        voting.verify()


class TestADeputyWithAPart:
    def test_is_neither_offered_the_principals_vote_nor_told_that_they_have_it(self, voting: House) -> None:
        deputy, principal = VOTERS[1], VOTERS[2]
        voting.deputy(deputy, principal, date(2023, 12, 1), date(2023, 12, 31))
        theirs = voting.task("vote", login=principal)

        with pytest.raises(OneVoteEach):
            voting.container.tasks.claim(voting.actor(deputy), ClaimTask(task_id=theirs.id))

        page = voting.container.inbox.page(voting.actor(deputy), InboxFilter(), Page())
        assert [one.row.task.id for one in page.entries] == [voting.task("vote", login=deputy).id]
        assert page.counts["mine"].number == 1
        assert voting.task_by_id(theirs.id).on_behalf_of is None


class TestWhereTheCaseCanBeMoved:
    def test_a_running_round_is_one_place_whose_targets_are_named_once(self, voting: House) -> None:
        (place,) = voting.container.operations.positions(voting.actor(MANAGER), voting.case().id)

        assert place.node_id == "vote"
        names = [node for node, _ in place.targets]
        assert "open_session" in names
        assert len(names) == len(set(names))
