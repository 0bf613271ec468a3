"""A package is examined within one budget; what cannot be looked at is a finding, and keeps nothing else from being looked at."""

import json
import re
import time
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from tests.support.mutations import WHOLE, mutated
from tests.support.world import shipped_package
from workflow.budget import Allowance, spend, within
from workflow.calendar.seed import calendar_of
from workflow.errors import BudgetSpent
from workflow.organisation.records import Organisation
from workflow.packages import package as checked
from workflow.packages.examination import (
    MOST_FINDINGS,
    UNCHECKED,
    Surroundings,
    attempt,
    examination_from_json,
    surroundings_from_json,
)
from workflow.packages.package import examine
from workflow.packages.records import KNOWN_HANDLERS

Files = dict[str, bytes]
HERE = Surroundings()


@pytest.fixture(scope="module")
def small() -> Mapping[str, bytes]:
    from tests.unit.packages.conftest import BPMN, CRITERIA, DMN, MANIFEST

    return {
        "procedure.toml": MANIFEST.encode(),
        "khen.bpmn": BPMN.encode(),
        "rules/eligible.dmn": DMN.encode(),
        "criteria/a.json": json.dumps(CRITERIA, ensure_ascii=False).encode(),
    }


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_whatever_the_files_hold_the_check_ends_with_findings_that_can_be_kept(
    small: Mapping[str, bytes], seed: int
) -> None:
    random = Random(seed)
    files = mutated(mutated(small, random), random)

    found = examine(files, HERE)

    kept = json.loads(json.dumps(found.to_json()))
    assert examination_from_json(kept).to_json() == kept
    assert all(str(finding) for finding in found.findings)


@pytest.mark.parametrize(
    "path", ["procedure.toml", "khen.bpmn", "rules/eligible.dmn", "criteria/a.json", "tests/x.json"]
)
@pytest.mark.parametrize("content", WHOLE, ids=lambda content: repr(content[:20]))
def test_something_else_in_the_place_of_a_file_is_a_finding(files: Files, path: str, content: bytes) -> None:
    assert any(found.severity == "error" for found in examine({**files, path: content}, HERE).findings)


@pytest.mark.parametrize("element", ["userTask", "exclusiveGateway"])
@pytest.mark.parametrize("target", ["nowhere", "entry", "f1"])
def test_a_default_that_is_no_flow_from_there_is_a_finding(files: Files, element: str, target: str) -> None:
    text = files["khen.bpmn"].decode().replace(' default="f6"', "")
    at = text.index(f"<bpmn:{element} ") + len(f"<bpmn:{element}")
    broken = f'{text[:at]} default="{target}"{text[at:]}'

    found = examine({**files, "khen.bpmn": broken.encode()}, HERE).findings

    assert [one for one in found if one.severity == "error" and one.rule != UNCHECKED]
    assert [one for one in found if one.rule == UNCHECKED] == []


def test_a_check_that_fails_is_named_and_the_others_are_carried_out(
    files: Files, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(contents: Any) -> Any:
        raise KeyError("weg")

    names = [name for name, _ in checked._CHECKS]
    monkeypatch.setattr(checked, "_CHECKS", [(names[0], broken), *checked._CHECKS[1:]])
    faulty = {**files, "khen.bpmn": files["khen.bpmn"].replace(b'id="review"', b'id="review" cn:nonsense="1"')}

    found = examine(files, HERE).findings

    assert [(one.rule, one.severity) for one in found] == [(UNCHECKED, "error")]
    assert names[0] in found[0].message
    assert "weg" in caplog.text
    assert len(examine(faulty, HERE).findings) > 1


def test_what_takes_too_much_is_told_and_what_comes_later_is_not_begun(files: Files) -> None:
    found = examine(files, HERE, Allowance(steps=1, seconds=20)).findings

    assert found
    assert all("more than 1 steps" in one.message for one in found)


LOOP = "count(for a in 1..300 return count(for b in 1..300 return b*a)) &gt; 0 and "


def test_a_condition_that_takes_minutes_is_stopped_within_the_budget() -> None:
    """What each saved test and each analysis evaluates counts together."""
    files = shipped_package("2025")
    files["dien-hinh.bpmn"] = re.sub(
        rb"(<bpmn:conditionExpression[^>]*>)", rb"\1" + LOOP.encode() * 40, files["dien-hinh.bpmn"]
    )

    begun = time.monotonic()
    found = examine(files, HERE, Allowance(steps=300_000, seconds=5))

    assert time.monotonic() - begun < 20
    assert {"failing-test"} <= {one.rule for one in found.findings}
    told = [one.message for one in found.findings if one.rule == "failing-test"]
    assert all("the budget of the check was used up. It was stopped because it takes" in one for one in told), told
    assert not any("does not wait here now" in one for one in told)


def test_budgets_within_each_other_are_spent_together() -> None:
    with within(Allowance(steps=10, seconds=5)):
        with within(Allowance(steps=100, seconds=5)):
            spend(6)
        with pytest.raises(BudgetSpent, match="10 steps"), within(Allowance(steps=100, seconds=5)):
            spend(6)
    spend(10**9)  # nothing is counted where no budget is open


def test_time_is_a_part_of_the_budget() -> None:
    with within(Allowance(steps=10, seconds=0)), pytest.raises(BudgetSpent, match="0 seconds"):
        spend(1)


def test_very_many_findings_are_cut_and_counted() -> None:
    from workflow.model.findings import Finding
    from workflow.packages.examination import bounded

    many = [Finding(rule="r", template="x", severity="warning")] * 30 + [
        Finding(rule="r", template="x")
    ] * MOST_FINDINGS
    kept = bounded(many)
    assert len(kept) == MOST_FINDINGS + 1
    assert kept[-1].message == "There are 30 more findings"
    assert kept[-1].severity == "warning"


def test_a_check_of_nothing_finds_nothing() -> None:
    assert attempt("x", list) == []


def test_surroundings_come_through_and_are_known_by_their_digest() -> None:
    from datetime import date

    one = Organisation(id="a", code="1", kind="commune", name_vi="A", name_en="A", valid_from=date(2023, 1, 1))
    surroundings = Surroundings(handlers=KNOWN_HANDLERS, calendar=calendar_of([]), organisations=[one])
    again = surroundings_from_json(json.loads(json.dumps(surroundings.to_json())))
    assert again == surroundings
    assert again.digest == surroundings.digest != Surroundings(calendar=calendar_of([])).digest
