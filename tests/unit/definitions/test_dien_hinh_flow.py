"""Cases that walk the procedure from registration to an end, in memory."""

from datetime import timedelta

import pytest

from tests.unit.definitions.support import ALL_MET, NOW, ONE_FAILS, YEAR_END, Case, registration
from workflow.engine import commands as c

TRACKS = [
    ("2023", "commune", "district", "district", "P13", True),
    ("2023", "commune", "district", "province", "P12", True),
    ("2023", "enterprise", "commune", "district", "P13", True),
    ("2023", "enterprise", "district", "district", "P11", True),
    ("2023", "enterprise", "district", "province", "P12", False),
    ("2023", "school", "province", "province", "P12", False),
    ("2025", "commune", "province", "province", "T1", True),
    ("2025", "agency", "commune", "commune", "T1", True),
    ("2025", "school", "province", "province", "T2", False),
]


def commune_case() -> Case:
    case = Case("2023", "commune", "district")
    case.register("district")
    return case


def inspected_case() -> Case:
    case = commune_case()
    case.do("self_assessment", "submit", assessment=ALL_MET)
    case.do("evaluation", "approve", assessment=ALL_MET)
    case.inspect()
    return case


def session_case() -> Case:
    case = inspected_case()
    case.do("put_forward", "put_forward")
    return case


@pytest.mark.parametrize(("label", "kind", "managing_level", "pilot", "track", "evaluated"), TRACKS)
def test_every_track_leads_to_recognition(
    label: str, kind: str, managing_level: str, pilot: str, track: str, evaluated: bool
) -> None:
    case = Case(label, kind, managing_level)

    case.register(pilot)
    case.do("self_assessment", "submit", assessment=ALL_MET)
    if evaluated:
        case.do("evaluation", "approve", assessment=ALL_MET)
    case.inspect()
    case.do("put_forward", "put_forward")
    case.convene()
    case.vote("agree", "agree", "disagree")
    case.decide("recognise")

    assert case.ended_at() == ("end_recognised",)
    assert case.rule("routing")["track"] == track
    assert bool(case.created("evaluation")) == evaluated
    assert [(job.handler, job.inputs.get("outcome")) for job in case.jobs] == [
        ("record-result", "recognised"),
        ("notify", None),
    ]
    assert case.jobs[0].inputs["decision_number"] == "01/QĐ-BCĐ"
    assert case.jobs[1].inputs["text"] == "Đơn vị được công nhận theo Quyết định số 01/QĐ-BCĐ"


def test_tasks_go_to_the_bodies_that_the_table_names() -> None:
    case = session_case()

    assert [event.jurisdiction for event in case.created("self_assessment")] == ["subject"]
    assert [event.jurisdiction for event in case.created("evaluation")] == ["steering-committee@commune"]
    assert [event.jurisdiction for event in case.created("conclusion")] == ["police@district"]
    assert [event.assignee for event in case.created("member_findings")] == ["i1", "i2", "i3"]
    assert [event.assignee for event in case.created("conclusion")] == ["i2"]
    assert case.created("self_assessment")[0].criteria_set == "xa-phuong-thi-tran"
    assert case.created("self_assessment")[0].due_at is not None


def test_a_wrong_registration_is_reopened_and_goes_on() -> None:
    case = Case("2023", "commune", "district")

    case.do("registration", "submit", **registration("district", previous_class="trung_binh"))
    assert case.open() == ["eligibility_review"]
    case.do("eligibility_review", "reopen")
    case.register("district")

    assert case.open() == ["self_assessment"]


def test_a_unit_that_is_not_eligible_is_closed_and_told_why() -> None:
    case = Case("2023", "commune", "district")

    case.do("registration", "submit", **registration("district", safe=False))
    case.do("eligibility_review", "close")

    assert case.ended_at() == ("end_not_eligible",)
    assert "chưa được công nhận" in case.jobs[1].inputs["text"]


def test_the_standing_office_returns_a_registration() -> None:
    case = Case("2023", "commune", "district")

    case.do("registration", "submit", **registration("district"))
    case.do("pilot_list", "return")

    assert case.open() == ["registration"]


def test_a_dossier_returned_at_every_level_still_reaches_the_session() -> None:
    case = commune_case()

    case.do("self_assessment", "submit", assessment=ONE_FAILS)
    case.do("evaluation", "return", assessment=ONE_FAILS)
    case.do("self_assessment", "submit", assessment=ALL_MET)
    case.do("evaluation", "approve", assessment=ALL_MET)
    case.do("team_forming", "form", members=["i1", "i2", "i3"], leader=["i2"])
    for _ in range(3):
        case.do("member_findings", "report", assessment=ONE_FAILS)
    case.do("conclusion", "return", assessment=ONE_FAILS)
    case.do("self_assessment", "submit", assessment=ALL_MET)
    case.do("evaluation", "approve", assessment=ALL_MET)
    case.inspect()
    case.do("put_forward", "return")
    case.do("self_assessment", "submit", assessment=ALL_MET)
    case.do("evaluation", "approve", assessment=ALL_MET)
    case.inspect()
    case.do("put_forward", "put_forward")

    assert case.open() == ["convene"]


def test_only_a_unit_that_meets_everything_can_be_approved_or_put_forward() -> None:
    case = commune_case()
    case.do("self_assessment", "submit", assessment=ONE_FAILS)

    assert not case.allowed("evaluation", "approve", assessment=ONE_FAILS)
    assert case.allowed("evaluation", "reject", assessment=ONE_FAILS)
    assert not case.allowed("evaluation", "reject", assessment=ALL_MET)

    case.do("evaluation", "approve", assessment=ALL_MET)
    case.inspect(ONE_FAILS)

    assert not case.allowed("put_forward", "put_forward")
    case.do("put_forward", "not_put_forward")
    assert case.ended_at() == ("end_not_put_forward",)
    assert case.jobs[0].inputs["outcome"] == "not_recognised"


def test_a_criterion_that_fails_for_good_ends_the_consideration_at_the_evaluation() -> None:
    case = commune_case()

    case.do("self_assessment", "submit", assessment=ONE_FAILS)
    case.do("evaluation", "reject", assessment=ONE_FAILS)

    assert case.ended_at() == ("end_not_put_forward",)


def test_a_committee_without_a_quorum_meets_again() -> None:
    case = session_case()

    case.convene(present=("c1",))
    assert case.open() == ["convene"]
    case.convene(present=("c1", "c2"))

    assert case.open() == ["vote", "vote"]
    case.vote("agree", "agree")
    case.decide("recognise")
    assert case.ended_at() == ("end_recognised",)


def test_a_session_cannot_leave_out_somebody_who_was_convened() -> None:
    case = session_case()
    case.do("convene", "convene", held_on=NOW.date(), place="Hội trường", roster=["c1", "c2", "c3"])

    assert not case.allowed("open_session", "open", roster=["c1", "c2"], quorum={"met": True})
    assert case.allowed("open_session", "open", roster=["c1", "c2", "c3"], quorum={"met": True})


def test_before_its_day_a_session_can_only_be_rescheduled() -> None:
    case = session_case()
    roster = ["c1", "c2", "c3"]
    case.do("convene", "convene", held_on=NOW.date() + timedelta(days=1), place="Hội trường", roster=roster)

    assert not case.allowed("open_session", "open", roster=roster, quorum={"met": True})
    assert not case.allowed("open_session", "adjourn", roster=roster, quorum={"met": False})
    case.do("open_session", "reschedule", roster=roster)
    assert case.open() == ["convene"]

    case.do("convene", "convene", held_on=NOW.date(), place="Hội trường", roster=roster)
    assert not case.allowed("open_session", "reschedule", roster=roster)
    assert case.allowed("open_session", "adjourn", roster=roster, quorum={"met": False})


def test_a_recused_member_is_not_asked_to_vote() -> None:
    case = session_case()

    case.convene(recused=("c2",))

    assert [event.assignee for event in case.created("vote")] == ["c1", "c3"]


@pytest.mark.parametrize(
    ("votes", "possible", "impossible", "end"),
    [
        (("agree", "agree", "disagree"), "recognise", "not_recognise", "end_recognised"),
        (("agree", "abstain", "disagree"), "not_recognise", "recognise", "end_not_recognised"),
        (("disagree", "disagree", "agree"), "not_recognise", "recognise", "end_not_recognised"),
    ],
)
def test_the_chair_is_bound_by_the_vote(votes: tuple[str, ...], possible: str, impossible: str, end: str) -> None:
    case = session_case()
    case.convene()
    case.vote(*votes)

    assert not case.allowed("decision", impossible)
    case.decide(possible)

    assert case.ended_at() == (end,)


def test_what_is_not_submitted_by_the_end_of_the_year_ends_by_itself() -> None:
    case = commune_case()
    assert case.state is not None
    [timer] = case.state.timers.values()

    case.send(c.FireTimer(timer_id=timer.id), YEAR_END)

    assert case.ended_at() == ("end_expired",)
    assert case.jobs[0].inputs["outcome"] == "expired"


def test_a_submitted_dossier_is_no_longer_under_the_year_end_timer() -> None:
    case = commune_case()
    case.do("self_assessment", "submit", assessment=ALL_MET)

    assert case.state is not None
    assert case.state.timers == {}
