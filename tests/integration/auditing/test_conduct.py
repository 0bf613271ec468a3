"""The report of acts that are to be looked at: each line with its rule, within the jurisdiction, on the record when taken out."""

from collections.abc import Sequence

import pytest

from tests.integration.auditing.support import Court
from workflow.errors import InvalidInput, PermissionDenied
from workflow.model.user_task import Label
from workflow.services.auditing.questions import conduct
from workflow.services.auditing.questions.conduct import RULES
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell
from workflow.store.rows import Page

ALL = Page(limit=100)


def lines(court: Court, asked: Asked | None = None, page: Page = ALL) -> Sequence[tuple[Cell, ...]]:
    return court.app.questions.ask(court.auditor, "khong-nen", asked or Asked(), page).lines


def rules(found: Sequence[tuple[Cell, ...]]) -> set[str]:
    titles = [line[8] for line in found]
    assert all(isinstance(one, Label) for one in titles)
    return {one.en for one in titles if isinstance(one, Label)}


def test_a_registration_right_after_the_role_was_given_is_found_with_what_the_rule_rests_on(court: Court) -> None:
    (line,) = lines(court, Asked(rule="vai-tro-moi", actor="can-bo"))

    case, _unit, _at, who, role, _organisation, paper, act, _rule, finding, reason = line
    assert case == CaseNamed(court.case_id, court.case.business_key)
    assert (who, paper) == ("Người thử can-bo", "")
    assert isinstance(role, Label)
    assert role.en == "Officer of the unit"
    assert isinstance(act, Label)
    assert "completed the task" in act.en
    assert isinstance(finding, Label)
    assert "was given on" in finding.en
    assert isinstance(reason, Label)
    assert "ISO/IEC 27001:2022, A.5.18" in reason.vi


def test_an_act_at_night_is_found_by_local_time(court: Court) -> None:
    assert lines(court, Asked(rule="ban-dem")) == []
    court.later(hours=12)
    court.complete(court.world.person("huyen", "standing-officer", "cong-an-thuong-xuan"), "accept", {})

    (line,) = lines(court, Asked(rule="ban-dem"))
    assert line[3] == "Người thử huyen"


def test_findings_come_page_by_page_in_one_order(court: Court) -> None:
    court.complete(court.world.person("huyen", "standing-officer", "cong-an-thuong-xuan"), "accept", {})
    whole = lines(court)

    assert rules(whole) <= {rule.title for rule in RULES.values()}
    assert len(whole) > 3
    assert [line for at in range(len(whole)) for line in lines(court, page=Page(limit=1, offset=at))] == list(whole)


def test_more_acts_than_can_be_looked_through_are_refused(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conduct, "MOST_ACTS", 0)

    with pytest.raises(InvalidInput, match="period"):
        lines(court)


def test_nobody_sees_acts_outside_their_jurisdiction(court: Court) -> None:
    assert court.app.questions.ask(court.neighbour, "khong-nen", Asked(), ALL).total == 0
    with pytest.raises(PermissionDenied):
        court.app.questions.ask(court.officer, "khong-nen", Asked(), ALL)
