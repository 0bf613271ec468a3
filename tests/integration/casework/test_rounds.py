"""A round is one thing: one part a person, no part for the recused, whichever way the task comes to them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from tests.support.stages import Stages, house_of
from tests.support.versions import Move
from tests.support.world import shipped_package
from workflow.audit import standalone
from workflow.audit.verdict import Result
from workflow.demo.stories import convened, opened
from workflow.errors import OneVoteEach, OwnUnit, Recused, SeparationOfDuties, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.completion import OutcomeRefused
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.tasks import (
    ClaimTask,
    CompleteTask,
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
RECUSED = CAST.committee[-1]
VOTERS = CAST.committee[:-1]
WHY = "Lý do bí mật của một lá phiếu 7f3a"
BOARD = ("committee-member", "bcd138-thuong-xuan")


@pytest.fixture
def inspecting(stages: Stages, tmp_path: Path) -> Iterator[House]:
    with house_of(stages.at("inspection"), tmp_path / "house") as house:
        yield house


@pytest.fixture
def session(stages: Stages, tmp_path: Path) -> Iterator[House]:
    """A session is to be convened."""
    with house_of(stages.at("session"), tmp_path / "house") as house:
        yield house


@pytest.fixture
def voting(session: House) -> House:
    """A session is open: all but the last member vote, who is recused."""
    open_vote(session)
    return session


def open_vote(house: House, recused: str = RECUSED, **more: object) -> None:
    house.convene()
    opening = opened(CAST, present=CAST.committee, outcome="open", recused=(recused,))
    house.player.do(house.case().id, replace(opening, fields={**opening.fields, **more}))
    house.settle()


def manager(house: House) -> Actor:
    return house.person("quanly", ("manager", "thanh-hoa"))


def vote(house: House, login: str, outcome: str = "agree", reason: str = "", task: TaskRecord | None = None) -> None:
    own = task or house.task("vote", login=login)
    house.container.tasks.complete(house.actor(login), CompleteTask(task_id=own.id, outcome=outcome, reason=reason))


def reassign(house: House, task: TaskRecord, to: str, by: Actor) -> None:
    house.container.tasks.reassign(by, ReassignTask(task_id=task.id, user_id=house.users[to], reason="Nghỉ ốm"))


class TestOneVoteEach:
    def test_a_member_who_voted_gets_no_second_vote_from_a_manager(self, voting: House) -> None:
        vote(voting, VOTERS[0])

        with pytest.raises(OneVoteEach):
            reassign(voting, voting.task("vote", login=VOTERS[1]), VOTERS[0], manager(voting))

    def test_a_member_who_has_a_vote_still_to_cast_gets_no_second_one(self, voting: House) -> None:
        with pytest.raises(OneVoteEach):
            reassign(voting, voting.task("vote", login=VOTERS[1]), VOTERS[0], manager(voting))

    def test_nor_does_one_whose_vote_was_given_to_somebody_else(self, voting: House) -> None:
        boss = manager(voting)
        voting.person("thay1", BOARD)
        reassign(voting, voting.task("vote", login=VOTERS[0]), "thay1", boss)

        with pytest.raises(OneVoteEach):
            reassign(voting, voting.task("vote", login=VOTERS[1]), VOTERS[0], boss)

    def test_a_recused_member_gets_none(self, voting: House) -> None:
        with pytest.raises(Recused):
            reassign(voting, voting.task("vote", login=VOTERS[1]), RECUSED, manager(voting))

    def test_a_deputy_who_voted_for_one_member_does_not_vote_for_another(self, voting: House) -> None:
        deputy = voting.person("phuta")
        first = voting.task("vote", login=MEMBERS[0])
        second = voting.task("vote", login=MEMBERS[1])
        for member in MEMBERS[:2]:
            voting.deputy("phuta", member, date(2023, 12, 1), date(2023, 12, 31))
        deputy = voting.actor("phuta")
        voting.container.tasks.complete(deputy, CompleteTask(task_id=first.id, outcome="agree"))

        with pytest.raises(OneVoteEach):
            voting.container.tasks.complete(deputy, CompleteTask(task_id=second.id, outcome="agree"))
        assert voting.task_by_id(first.id).on_behalf_of == voting.users[MEMBERS[0]]

    def test_a_member_does_not_cast_a_colleagues_vote_as_deputy(self, voting: House) -> None:
        voting.deputy(MEMBERS[0], MEMBERS[1], date(2023, 12, 1), date(2023, 12, 31))

        with pytest.raises(OneVoteEach):
            vote(voting, MEMBERS[0], task=voting.task("vote", login=MEMBERS[1]))

    def test_the_deputy_of_a_recused_member_gets_no_vote(self, voting: House) -> None:
        voting.person("phuta")
        voting.deputy("phuta", RECUSED, date(2023, 12, 1), date(2023, 12, 31))

        with pytest.raises(Recused):
            reassign(voting, voting.task("vote", login=VOTERS[1]), "phuta", manager(voting))

    def test_who_could_get_the_task_is_offered_without_them(self, voting: House) -> None:
        boss = manager(voting)
        voting.person("thay1", BOARD)
        vote(voting, VOTERS[0])

        view = voting.container.task_views.view(boss, voting.task("vote", login=VOTERS[1]).id, receivers=True)

        assert [user for user, _ in view.receivers] == [voting.users["thay1"]]

    def test_a_draft_of_a_vote_does_not_go_on_to_whoever_gets_it_next(self, voting: House) -> None:
        boss = manager(voting)
        voting.person("thay1", BOARD)
        task = voting.task("vote", login=VOTERS[1])
        voting.container.tasks.save_draft(
            voting.actor(VOTERS[1]), SaveDraft(task_id=task.id, outcome="disagree", reason=WHY)
        )

        reassign(voting, task, "thay1", boss)

        assert voting.task_by_id(task.id).draft is None
        voting.verify()


class TestARecusedChair:
    def test_does_not_decide_however_the_task_comes_but_who_was_named_at_the_opening(self, session: House) -> None:
        house, signer = session, MEMBERS[0]
        open_vote(house, recused=CHAIR, signer=[signer])
        for member in MEMBERS:
            vote(house, member)
        house.settle()
        decision, boss = house.task("decision", login=signer), manager(house)
        house.person("photruong")
        house.deputy("photruong", CHAIR, date(2023, 12, 1), date(2023, 12, 31))

        for who in (CHAIR, "photruong"):
            with pytest.raises(TransitionRefused):
                house.container.tasks.claim(house.actor(who), ClaimTask(task_id=decision.id))
            with pytest.raises(Recused):
                reassign(house, decision, who, boss)
        house.move_to(*CAST.days["decision"])
        fields = {"decision_number": "01/QĐ", "decided_on": "26/12/2023"}
        house.do(COMMUNE_UNIT, signer, "decision", "recognise", fields=fields)
        assert house.case().outcome == "recognised"
        house.verify()

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({}, "signer"),
            ({"signer": [CHAIR]}, "signer"),
            ({"signer": [MEMBERS[0]], "recusal_reasons": ""}, "recusal_reasons"),
        ],
    )
    def test_is_not_recused_without_a_reason_and_a_signer_who_is_not(
        self, session: House, more: dict[str, object], field: str
    ) -> None:
        with pytest.raises(FormRefused) as refusal:
            open_vote(session, recused=CHAIR, **more)

        assert [problem.field_id.partition(":")[0] for problem in refusal.value.problems] == [field]

    def test_nobody_else_is_asked_for_while_the_chair_decides(self, session: House) -> None:
        with pytest.raises(FormRefused, match="is not recused and decides"):
            open_vote(session, signer=[MEMBERS[0]])

    def test_who_belongs_to_the_unit_must_be_recused(self, session: House) -> None:
        session.formerly_deputy(MEMBERS[0], CAST.unit, "unit-officer", date(2023, 3, 1), date(2023, 4, 30))

        with pytest.raises(FormRefused, match="name them among the recused"):
            open_vote(session)

    def test_a_refusal_names_its_one_cause(self, session: House) -> None:
        session.player.do(session.case().id, convened(CAST, CAST.days["session"]))

        with pytest.raises(OutcomeRefused) as refusal:
            session.player.do(session.case().id, opened(CAST, present=CAST.committee, outcome="open"))
        assert refusal.value.vi == "Chưa đến ngày họp đã triệu tập."
        session.move_to(*CAST.days["session"], 14)
        with pytest.raises(OutcomeRefused) as refusal:
            session.player.do(session.case().id, opened(CAST, present=CAST.committee[:2], outcome="open"))
        assert refusal.value.vi == "Chưa đủ hai phần ba thành viên có mặt và được biểu quyết."


class TestDoers:
    def test_who_entered_data_does_not_judge_it_though_a_colleague_submitted(
        self, stages: Stages, tmp_path: Path
    ) -> None:
        with house_of(stages.at("self-assessment"), tmp_path / "house") as house:
            house.person("haivai", ("board-member", "bcd-antt-xa-minh-hoa"))
            first = house.formerly("haivai", "unit-officer", COMMUNE_UNIT)
            task = house.task("self_assessment")
            tasks = house.container.tasks
            tasks.claim(first, ClaimTask(task_id=task.id))
            tasks.start(first, StartTask(task_id=task.id))
            house.container.assessments.save_result(
                first, SaveResult(task_id=task.id, criterion_id="I.1", result="met", statement="Đã làm")
            )
            tasks.release(first, ReleaseTask(task_id=task.id))
            house.do(COMMUNE_UNIT, CAST.unit, "self_assessment", "submit")

            with pytest.raises(SeparationOfDuties):
                tasks.claim(house.actor("haivai"), ClaimTask(task_id=house.task("evaluation").id))

    def test_nobody_judges_the_unit_they_belong_to_or_stand_in_for(self, stages: Stages, tmp_path: Path) -> None:
        with house_of(stages.at("evaluation"), tmp_path / "house") as house:
            board = ("board-member", "bcd-antt-xa-minh-hoa")
            house.person("nguoinha", board)
            house.formerly("nguoinha", "unit-officer", COMMUNE_UNIT)
            house.person("dungthay", board)
            house.formerly_deputy("dungthay", CAST.unit, "unit-officer", date(2023, 3, 1), date(2023, 6, 30))
            house.person("phoban")
            house.deputy("phoban", "nguoinha", date(2023, 11, 1), date(2023, 12, 31))
            task = house.task("evaluation")

            for who in ("nguoinha", "dungthay", "phoban"):
                with pytest.raises(OwnUnit):
                    house.container.tasks.claim(house.actor(who), ClaimTask(task_id=task.id))
            assert not {"nguoinha", "dungthay"} & {
                name for text in _refused(house, "phoban", task) for name in ("nguoinha", "dungthay") if name in text
            }


def _refused(house: House, login: str, task: TaskRecord) -> tuple[str, ...]:
    with pytest.raises(TransitionRefused) as refusal:
        house.container.tasks.claim(house.actor(login), ClaimTask(task_id=task.id))
    return refusal.value.who_can_act


class TestDeputies:
    def test_do_what_was_assigned_to_the_principal(self, voting: House) -> None:
        voting.person("phuta")
        voting.deputy("phuta", MEMBERS[0], date(2023, 12, 1), date(2023, 12, 31))
        task = voting.task("vote", login=MEMBERS[0])
        deputy = voting.actor("phuta")
        entries = voting.container.inbox.page(deputy, InboxFilter(), Page()).entries
        assert [(one.row.task.id, one.on_behalf_of) for one in entries] == [(task.id, voting.actor(MEMBERS[0]).name)]

        voting.container.tasks.start(deputy, StartTask(task_id=task.id))
        voting.container.tasks.complete(deputy, CompleteTask(task_id=task.id, outcome="agree"))

        done = voting.task_by_id(task.id)
        assert (done.completed_by, done.on_behalf_of) == (voting.users["phuta"], voting.users[MEMBERS[0]])
        voting.verify()

    def test_are_told_with_the_principal(self, session: House) -> None:
        session.person("phuta")
        session.deputy("phuta", MEMBERS[0], date(2023, 12, 1), date(2023, 12, 31))

        open_vote(session)

        for login in (MEMBERS[0], "phuta"):
            told = session.container.notifications.list(session.actor(login))
            assert any(one.task_id == session.task("vote", login=MEMBERS[0]).id for one in told), login

    def test_are_named_with_the_principal_on_the_case_and_in_the_record(self, voting: House) -> None:
        voting.person("phuta")
        voting.deputy("phuta", MEMBERS[0], date(2023, 12, 1), date(2023, 12, 31))
        task = voting.task("vote", login=MEMBERS[0])
        vote(voting, "phuta", task=task)
        auditor, principal = voting.actor("kiemsoat.tinh"), voting.actor(MEMBERS[0]).name

        view, steps = voting.container.case_views.record(auditor, voting.case().id)

        assert [one.on_behalf_of for one in view.done_tasks if one.task.id == task.id] == [principal]
        assert [one.on_behalf_of for one in steps if one.task_id == task.id] == [principal]
        assert voting.container.task_views.view(auditor, task.id).names[voting.users[MEMBERS[0]]] == principal


class TestAnOpenVote:
    def test_is_told_to_nobody_but_who_cast_it(self, voting: House) -> None:
        c = voting.container
        vote(voting, VOTERS[0], "disagree", WHY)
        case_id = voting.case().id
        auditor = voting.actor("kiemsoat.tinh")
        readers = [auditor, manager(voting), voting.actor(CAST.unit), voting.actor(VOTERS[1]), voting.actor(CHAIR)]
        task = next(one for one in voting.tasks("vote") if one.completed_by == voting.users[VOTERS[0]])

        for reader in readers:
            assert reader.user_id == voting.users[VOTERS[0]] or not _tells(voting, reader, case_id, task)
        audit = c.audit
        assert WHY not in repr(audit.timeline(auditor, case_id, Page(limit=500)))
        assert WHY not in repr(audit.case_at(auditor, case_id, voting.clock.now()))
        assert audit.search_events(auditor, EventQuery(text="bí mật của một lá phiếu"), Page(limit=50)) == ([], 0)
        for format in ("csv", "xlsx"):
            export = audit.export_events(auditor, EventQuery(case_id=case_id), format)
            assert WHY not in _unpacked(b"".join(export.chunks))

    def test_shows_its_hash_meanwhile_and_verifies(self, voting: House) -> None:
        vote(voting, VOTERS[0], "disagree", WHY)
        auditor = voting.actor("kiemsoat.tinh")

        entries = voting.container.audit.timeline(auditor, voting.case().id, Page(limit=500)).entries

        withheld = [one for one in entries if one.withheld]
        assert {one.type for one in withheld} >= {"TaskCompleted", "VariablesSet", "InstanceCompleted"}
        assert all(one.hash and not one.payload for one in withheld)
        assert any("đã thực hiện nhiệm vụ" in one.said.vi for one in withheld)
        voting.verify()

    def test_goes_into_a_bundle_by_its_hash_alone_until_the_round_closes(self, voting: House, tmp_path: Path) -> None:
        path = tmp_path / "bundle.zip"

        def bundled() -> tuple[str, Result]:
            with path.open("w+b") as target:
                voting.container.bundles.write(voting.case().id, target, voting.actor("kiemsoat.tinh"))
            with ZipFile(path) as archive:
                texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
                key_id = json.loads(archive.read("manifest.json"))["key_id"]
            return "".join(texts), standalone.check(str(path), key_id)

        vote(voting, VOTERS[0], "disagree", WHY)
        told, verdict = bundled()
        assert WHY not in told
        assert not verdict.faults, "the chain is whole all the same"
        assert verdict.gaps, "and what is withheld is said not to be proved"
        for member in VOTERS[1:]:
            vote(voting, member)
        told, verdict = bundled()
        assert (WHY in told, list(verdict.faults), list(verdict.gaps)) == (True, [], [])

    def test_is_told_in_full_when_the_round_has_closed(self, voting: House) -> None:
        vote(voting, VOTERS[0], "disagree", WHY)
        for member in VOTERS[1:]:
            vote(voting, member)
        voting.settle()
        auditor = voting.actor("kiemsoat.tinh")

        found, _ = voting.container.audit.search_events(
            auditor, EventQuery(text="bí mật của một lá phiếu"), Page(limit=50)
        )

        assert WHY in repr(found)
        assert WHY in repr(voting.container.case_views.record(auditor, voting.case().id))

    def test_the_record_names_no_voters_where_the_procedure_says_so(self, session: House) -> None:
        files = shipped_package()
        files["procedure.toml"] += b"\n[session]\nminutes_name_votes = false\n"
        by = Provenance(actor=SYSTEM, at=session.clock.now())
        new = session.container.publishing.install(files, by)
        Move(house=session, old=session.case().version_id, new=new).make(COMMUNE_UNIT)
        open_vote(session)
        for member in VOTERS:
            vote(session, member)
        session.settle()

        _, steps = session.container.case_views.record(session.actor("kiemsoat.tinh"), session.case().id)

        votes = [step for step in steps if step.node_id == "vote"]
        assert len(votes) == len(VOTERS)
        assert {(step.actor, step.on_behalf_of) for step in votes} == {("", "")}
        assert len({step.at for step in votes}) == 1
        assert all(step.actor for step in steps if step.node_id != "vote")


def _unpacked(content: bytes) -> str:
    """Everything that is in a zip, and in zips within it, as text."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        return "".join(_unpacked(archive.read(name)) for name in archive.namelist())


class TestATeamsSheets:
    def test_are_closed_to_the_unit_until_the_conclusion(self, inspecting: House) -> None:
        leader, *others = CAST.inspectors
        task = inspecting.task("member_findings", login=leader)
        actor = inspecting.actor(leader)
        unit = inspecting.actor(CAST.unit)
        case_id = inspecting.case().id
        inspecting.look(actor, task.id, "I.1")
        inspecting.container.assessments.save_result(
            actor, SaveResult(task_id=task.id, criterion_id="I.1", result="not_met", statement=WHY)
        )
        for inspector in CAST.inspectors:
            inspecting.do(COMMUNE_UNIT, inspector, "member_findings", "report", reason=WHY)

        assert not _tells(inspecting, unit, case_id, inspecting.task_by_id(task.id))
        assert _tells(inspecting, inspecting.actor(others[0]), case_id, inspecting.task_by_id(task.id))
        inspecting.do(COMMUNE_UNIT, leader, "conclusion", "conclude")
        assert _tells(inspecting, unit, case_id, inspecting.task_by_id(task.id))


def _tells(house: House, reader: Actor, case_id: str, task: TaskRecord) -> bool:
    """Whether any page of the case gives the reader what was entered."""
    c = house.container
    view, steps = c.case_views.record(reader, case_id)
    told = repr(view) + repr(steps)
    for one in house.open_tasks():
        seen = c.task_views.view(reader, one.id)
        told += repr(seen) + repr(c.task_views.basis(seen))
    return WHY in told + repr(c.task_views.view(reader, task.id))
