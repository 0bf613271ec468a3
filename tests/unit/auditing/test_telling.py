"""An event told in both languages: names by what its fields name, words by the catalogues; a damaged one is told all the same."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from tests.support.world import shipped_package
from workflow.audit.event import AuditEvent
from workflow.audit.facts.accounts import DeputyAppointed, SignInFailed
from workflow.audit.facts.casework import (
    CaseOperated,
    CriterionAssessed,
    EvidenceAdded,
    TaskCompleted,
    TaskDelegated,
)
from workflow.audit.facts.fact import Fact
from workflow.audit.facts.places import OrganisationChanged
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage, load_published
from workflow.runtime.recorder import SYSTEM
from workflow.services.auditing.names import EventNames
from workflow.services.auditing.teller import fault, sentence, trouble
from workflow.services.auditing.vocabulary import WORDINGS
from workflow.services.ground.words import ValueWords
from workflow.store.casework import UnitCase

PEOPLE = {"u1": "Nguyễn Văn A", "u2": "Trần Thị B"}


class FewNames:
    """The names of two people and of any organisation, and one package."""

    people = PEOPLE

    def __init__(self, package: ProcedurePackage | None) -> None:
        self._package = package

    def person(self, user_id: Any) -> str:
        return PEOPLE.get(user_id, str(user_id)) if user_id else "–"

    def organisation(self, organisation_id: Any) -> Label:
        return Label(vi=f"Xã {organisation_id}", en=f"Commune {organisation_id}") if organisation_id else Label(vi="–")

    def package(self, _case: UnitCase | None) -> ProcedurePackage | None:
        return self._package

    def words(self, _case: UnitCase | None) -> ValueWords:
        return ValueWords(self._package, PEOPLE)


NAMES = cast(EventNames, FewNames(load_published(shipped_package())))


def stored(type: str, payload: Any, actor: str = "u1", stream: str = "case:c1") -> AuditEvent:
    at = datetime(2023, 3, 1, tzinfo=UTC)
    return AuditEvent(
        stream=stream, seq=1, id="e1", type=type, at=at, actor=actor, payload=payload, prev_hash="", hash=""
    )


def told(fact: Fact, actor: str = "u1", stream: str = "case:c1") -> Label:
    return sentence(stored(fact.type, fact.payload(), actor, stream), NAMES, None)


def test_tasks_outcomes_and_people_have_their_names() -> None:
    done = told(TaskCompleted(task_id="t", node_id="registration", outcome="submit", reason="", result={}))
    moved = {"task_id": "t", "node_id": "registration", "from_": {"assignee": "u1"}, "to": {"assignee": "u2"}}

    assert done.vi.startswith("Nguyễn Văn A đã hoàn thành nhiệm vụ “Đăng ký xây dựng đơn vị điển hình”: Gửi đăng ký.")
    assert done.en.startswith("Nguyễn Văn A completed the task “Register as a model-unit candidate”: ")
    assert "Trần Thị B" in told(TaskDelegated(**moved)).vi


def test_an_intervention_says_what_it_was() -> None:
    assert told(CaseOperated(command="MoveToken", reason="Sai")).en == (
        "Nguyễn Văn A moved the case to another step. Reason: Sai"
    )
    assert told(CaseOperated(command="CorrelateMessage", name="m", reason="Sai")).en == (
        "Nguyễn Văn A intervened in the case. Reason: Sai"
    )


def test_fixed_words_are_translated() -> None:
    assessed = told(CriterionAssessed(task_id="t", criterion_id="I.1", from_=None, to={"result": "not_met"}))
    cancelled = {"activity_id": "a1", "node_id": "registration", "reason": "moved"}

    assert (assessed.vi[-15:], assessed.en[-13:]) == ("I.1: không đạt.", "I.1: not met.")
    assert "(hồ sơ được chuyển sang bước khác)" in sentence(stored("ActivityCancelled", cancelled), NAMES, None).vi


def test_a_file_is_told_by_its_criterion_or_its_paper() -> None:
    file = {"evidence_id": "e", "task_id": "t", "evidence_sha256": "", "filename": "a.pdf", "media_type": "", "size": 1}

    assert told(EvidenceAdded(**file, criterion_id="I.1", paper_id=None)).en.endswith("“a.pdf” to I.1.")
    assert told(EvidenceAdded(**file, criterion_id=None, paper_id="unknown")).en.endswith("“a.pdf” to unknown.")


def test_a_deputy_s_role_is_named() -> None:
    fact = DeputyAppointed(user="u2", assignment={"role": "board-member"}, new={"id": "d"})

    assert told(fact).en.startswith("Nguyễn Văn A appointed Trần Thị B as deputy for the role Steering")


def test_the_system_and_nobody_have_names_too() -> None:
    changed = told(OrganisationChanged(changes={}), SYSTEM, "organisation:7")

    assert (changed.vi, changed.en) == (
        "hệ thống đã sửa tổ chức Xã 7.",
        "the system changed the organisation Commune 7.",
    )
    assert told(SignInFailed(user=None, address="", wrong="password")).en == "A sign-in failed for –."


def test_an_incident_says_why() -> None:
    payload = {
        "node_id": "registration",
        "template": "%(node)s: %(reason)s",
        "params": {"reason": "'x' is not defined"},
    }
    found = trouble(stored("IncidentOpened", payload), NAMES, None)

    assert found is not None
    assert found.en == "Register as a model-unit candidate: there is no value “x” yet"
    assert trouble(stored("IncidentOpened", {}), NAMES, None) is None
    assert trouble(stored("CaseRead", {}), NAMES, None) is None


@pytest.mark.parametrize("kind", sorted(WORDINGS))
@pytest.mark.parametrize(
    "payload", [{}, "damaged", {"node_id": {}, "user": [], "to": 1, "taken": 7, "reason": {"a": 1}}]
)
def test_what_cannot_be_read_is_told_all_the_same(kind: str, payload: Any) -> None:
    found = sentence(stored(kind, payload), NAMES, None)

    assert found.vi
    assert found.en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'decision' is not defined", "chưa có giá trị “decision”"),
        ("'decision' has no entry 'outcome'", "“decision” chưa có giá trị “outcome”"),
        ("null", "chưa có giá trị"),
        ("something else", "something else"),
    ],
)
def test_why_an_expression_has_no_value_is_told(text: str, said: str) -> None:
    assert fault(text).vi == said
