"""A case from registration to decision as its own people play it, on both databases."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.demo.stories import COMMUNE, registered
from workflow.engine.codec import state_from_json, state_to_json
from workflow.services.casework.fold import CaseFold
from workflow.store.casework import CaseFilter

OLD_STATES = Path(__file__).parent / "states"


def play_to_the_end(house: House) -> None:
    house.until_inspection()
    for login in COMMUNE.inspectors:
        house.do(COMMUNE_UNIT, login, "member_findings", "report")
    house.do(COMMUNE_UNIT, COMMUNE.inspectors[0], "conclusion", "conclude")
    house.do(COMMUNE_UNIT, COMMUNE.standing, "put_forward", "put_forward")
    house.move_to(12, 15)
    convened = {"held_on": "19/12/2023", "place": "Phòng họp", "roster": COMMUNE.committee}
    house.do(COMMUNE_UNIT, COMMUNE.standing, "convene", "convene", fields=convened)
    house.move_to(12, 19)
    present = {
        "roster": COMMUNE.committee,
        "present": COMMUNE.committee,
        "recused": COMMUNE.committee[4:],
        "recusal_reasons": "Có người thân tại đơn vị.",
    }
    house.do(COMMUNE_UNIT, COMMUNE.standing, "open_session", "open", fields=present)
    assert len(house.open_tasks()) == 4, "who is recused does not vote"
    for login in COMMUNE.committee[:3]:
        house.do(COMMUNE_UNIT, login, "vote", "agree")
    house.do(COMMUNE_UNIT, COMMUNE.committee[3], "vote", "disagree", reason="Minh họa: ý kiến khác")
    house.move_to(12, 28)
    decided = {"decision_number": "12/QĐ-BCĐ", "decided_on": "28/12/2023"}
    house.do(COMMUNE_UNIT, COMMUNE.committee[0], "decision", "recognise", fields=decided)


def test_from_registration_to_recognition(house: House) -> None:
    play_to_the_end(house)

    case = house.case()
    assert (case.status, case.outcome) == ("completed", "recognised")
    assert (case.decision_number, case.decided_on) == ("12/QĐ-BCĐ", date(2023, 12, 28))
    view, record = house.container.case_views.record(house.actor("kiemsoat.tinh"), case.id)
    assert {stage.status for stage in view.stages} == {"done"}
    assert len(record) == 17
    house.verify()


def test_replaying_a_cases_events_gives_its_state_at_every_stage(house: House) -> None:
    deeds: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
        (COMMUNE.unit, "registration", "submit", registered(COMMUNE).fields),
        (COMMUNE.standing, "pilot_list", "accept", {}),
        (COMMUNE.unit, "self_assessment", "submit", {}),
    )
    for login, node_id, outcome, fields in deeds:
        house.do(COMMUNE_UNIT, login, node_id, outcome, fields=fields)
        with house.container.units.reading() as uow:
            for case_id in uow.unit_cases.ids(CaseFilter()):
                fold = CaseFold()
                for event in uow.events.of_stream(f"case:{case_id}"):
                    fold.feed(event)
                assert fold.state is not None
                assert state_to_json(fold.state) == uow.unit_cases.get(case_id).state


@pytest.mark.stage("to inspect")
def test_a_case_whose_state_an_earlier_program_wrote_goes_on(house: House) -> None:
    """Each file holds a state as it was once stored, with a team of three at work and a timer waiting."""
    case = house.case()
    assert case.state is not None
    files = sorted(OLD_STATES.glob("*.json"))
    assert files
    for path in files:
        stored = json.loads(path.read_text(encoding="utf-8"))
        state = state_from_json(stored)
        assert {activity.waits_for for activity in state.activities.values()} == {"loop", "user"}
        assert len(state.scopes) == 4
        # What differs between two cases are ids of users and instants: the shape is what today's program writes.
        assert shape(state_to_json(state)) == shape(case.state)


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: shape(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__
