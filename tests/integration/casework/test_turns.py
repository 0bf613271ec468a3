"""A dossier that comes again: what was asked, what the unit has made of it, and what nobody asked about."""

import pytest

from tests.support.house import House
from tests.support.turns import BOARD, CASE, FIRST, UNIT, WHY, Desk, answered
from workflow.errors import AssessmentIncomplete, InvalidInput, RowRefused
from workflow.services.casework.criteria.judgements import TakeComputed
from workflow.services.casework.evidence import WithdrawEvidence


def given_back(house: House) -> None:
    """The board has returned the dossier for three criteria, and the unit has begun to correct it."""
    Desk(house).give_back(FIRST)


pytestmark = pytest.mark.stage("to evaluate", then=given_back)


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def test_a_row_that_was_asked_about_is_changed_or_says_why_it_stays(desk: Desk) -> None:
    desk.look(UNIT, "self_assessment", *FIRST)
    assert {key: one.stays for key, one in desk.unit.items() if one.asked} == dict.fromkeys(FIRST, True)
    with pytest.raises(RowRefused):
        desk.agree(UNIT, "self_assessment", "I.1")
    row = desk.unit["I.1"].row
    assert row is not None
    desk.enter("I.1", {}, row.statement)  # the same once more is no answer
    assert desk.unit["I.1"].mine.state == "seen"
    with pytest.raises(InvalidInput):
        desk.keep("I.3", WHY)
    with pytest.raises(RowRefused):
        desk.keep("I.1", "  ​ ")
    figures = TakeComputed(task_id=desk.house.task("self_assessment").id, criterion_id="I.18")
    desk.house.container.judgements.take_computed(desk.house.actor(UNIT), figures)
    assert desk.unit["I.18"].mine.state == "seen", "what the figures prove is no change either"
    with pytest.raises(AssessmentIncomplete):
        desk.send()

    desk.keep("I.1", WHY)
    assert (desk.unit["I.1"].mine.state, desk.unit["I.1"].mine.unchanged) == ("agreed", WHY)
    desk.enter("I.1", {}, "Nay đã có quyết định.")
    assert (desk.unit["I.1"].mine.state, desk.unit["I.1"].mine.unchanged) == ("agreed", None), "changed after all"


def test_the_second_turn_shows_what_was_asked_before_and_now(desk: Desk) -> None:
    desk.enter("I.7", {}, "Sửa thêm, không ai hỏi.")
    answered(desk)
    desk.send()

    sheet, rows = desk.view(BOARD, "evaluation"), desk.board
    assert sheet.turn == 2
    assert {key: [one.text for one in row.asked] for key, row in rows.items() if row.asked} == {
        key: [text] for key, text in FIRST.items()
    }
    changed = {key: row.changed for key, row in rows.items() if row.changed}
    assert set(changed) == {"I.2", "I.7", "I.18"}
    assert (changed["I.18"].figures, changed["I.7"].words, changed["I.7"].figures) == (True, True, False)
    assert [one.filename for one in changed["I.2"].added] == ["I.2.pdf"]
    assert changed["I.18"].before is not None
    assert changed["I.18"].now is not None
    assert changed["I.18"].before.figures != changed["I.18"].now.figures
    kept = rows["I.1"].changed
    assert kept is not None
    assert (bool(kept), kept.unchanged) == (False, WHY)
    assert {key for key, row in rows.items() if row.mine.state == "unseen"} >= {*FIRST, "I.7"}
    told = desk.house.events(CASE, "CriterionKept")[-1].payload
    assert (told["criterion_id"], told["reason"]) == ("I.1", WHY)
    results = desk.house.events(CASE, "TaskCompleted")[-1].payload["results"]
    assert {key: one["unchanged"] for key, one in results.items() if "unchanged" in one} == {"I.1": WHY}
    desk.house.verify()


def test_three_returns_and_a_row_that_nobody_ever_asked_about(desk: Desk) -> None:
    """Each turn asks of its own; what was decided about the quiet row in the first turn stands in the fourth."""
    answered(desk)
    desk.send()
    desk.look(BOARD, "evaluation", "I.5")
    desk.agree(BOARD, "evaluation", "I.5")
    desk.give_back({"I.1": "Vẫn thiếu quyết định"})
    file = desk.add("I.1")
    desk.look(UNIT, "self_assessment", "I.1")
    desk.agree(UNIT, "self_assessment", "I.1")
    desk.send()
    desk.give_back({"I.1": "Tệp mờ"})
    desk.house.container.evidence.withdraw(desk.house.actor(UNIT), WithdrawEvidence(evidence_id=file))
    desk.look(UNIT, "self_assessment", "I.1")
    desk.agree(UNIT, "self_assessment", "I.1")
    desk.send()

    sheet, rows = desk.view(BOARD, "evaluation"), desk.board
    assert sheet.turn == 4
    assert [one.text for one in rows["I.1"].asked] == ["Tệp mờ"], "what this turn answers"
    assert [one.text for one in rows["I.1"].inquiries] == ["Tệp mờ", "Vẫn thiếu quyết định", FIRST["I.1"]]
    change = rows["I.1"].changed
    assert change is not None
    assert (len(change.files_before), change.taken_out, bool(change.added)) == (1, 1, False)
    assert {key for key, row in rows.items() if row.changed} == {"I.1"}
    quiet = rows["I.5"]
    assert (quiet.mine.state, quiet.asked, quiet.inquiries, bool(quiet.changed)) == ("agreed", (), (), False)
    desk.house.verify()


def test_a_file_for_a_row_that_came_back_with_its_result_completes_it_and_without_it_the_row_waits_again(
    desk: Desk,
) -> None:
    file = desk.add("I.2")
    assert (desk.unit["I.2"].mine.state, desk.unit["I.2"].missing) == ("agreed", False)
    assert desk.unit["I.3"].mine.state == "agreed", "what nobody asked about is as it was"

    desk.house.container.evidence.withdraw(desk.house.actor(UNIT), WithdrawEvidence(evidence_id=file))

    assert (desk.unit["I.2"].mine.state, desk.unit["I.2"].stays) == ("seen", True)
    desk.keep("I.2", WHY)
    file = desk.add("I.2")
    assert desk.unit["I.2"].mine.state == "agreed"
