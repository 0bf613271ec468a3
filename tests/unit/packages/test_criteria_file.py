"""Given a criteria file, the loader takes it whole or says where it is wrong."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from workflow.errors import InvalidInput
from workflow.packages.criteria import load_criteria_set
from workflow.recognition.checks import CountCheck, DecreaseCheck

LABEL = {"vi": "Số vụ", "en": "Cases"}
GOOD: dict[str, Any] = {
    "key": "example",
    "title": {"vi": "Bộ tiêu chí", "en": "Criteria"},
    "source": "Kế hoạch, Phụ lục I",
    "groups": [
        {
            "id": "first",
            "title": {"vi": "Nhóm một"},
            "criteria": [
                {"id": "I.1", "no": 1, "text": "Có kế hoạch.", "kind": "boolean"},
                {
                    "id": "I.2",
                    "no": 2,
                    "text": "Có ít nhất 01 mô hình; không có vụ việc.",
                    "kind": "numeric",
                    "figures": [
                        {"id": "models", "label": LABEL, "unit": LABEL, "kind": "integer"},
                        {"id": "cases", "label": LABEL, "unit": LABEL, "kind": "decimal", "minimum": 0, "maximum": 9.5},
                    ],
                    "checks": [
                        {"kind": "count", "quote": "ít nhất 01 mô hình", "figure": "models", "op": ">=", "value": 1},
                        {"kind": "zero", "quote": "không có vụ việc", "figure": "cases"},
                    ],
                },
            ],
        }
    ],
}


def loaded(change: Callable[[Any], Any] | None = None) -> Any:
    document = copy.deepcopy(GOOD)
    if change is not None:
        change(document)
    return load_criteria_set(json.dumps(document).encode())


def numeric(document: Any) -> Any:
    return document["groups"][0]["criteria"][1]


def test_a_good_file_is_read_whole() -> None:
    criteria_set = loaded()

    assert len(criteria_set) == 2
    assert list(criteria_set.criteria) == ["I.1", "I.2"]
    second = criteria_set.criteria["I.2"]
    assert second.figures[1].maximum == Decimal("9.5")
    assert second.checks == (
        CountCheck(quote="ít nhất 01 mô hình", figure="models", op=">=", value=Decimal(1)),
        CountCheck(quote="không có vụ việc", figure="cases", op="==", value=Decimal(0)),
    )


def test_a_decrease_is_read_with_its_condition() -> None:
    def change(document: Any) -> None:
        numeric(document)["checks"].append(
            {
                "kind": "count_change",
                "quote": "vụ việc",
                "previous": "models",
                "current": "cases",
                "at_least": 2,
                "none_left_is_met": True,
                "when": {"figure": "models", "op": "<=", "value": 10},
            }
        )

    check = loaded(change).criteria["I.2"].checks[2]

    assert isinstance(check, DecreaseCheck)
    assert check.measure == "count"
    assert check.none_left_is_met
    assert check.when is not None
    assert check.when.value == 10


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.pop("key"), "key: a text is expected"),
        (lambda d: d.update(groups=[]), "groups: a list with at least one entry"),
        (lambda d: d.update(extra=1), "$: the key extra is not known"),
        (lambda d: d["groups"].append(copy.deepcopy(d["groups"][0])), "groups: the id first is used twice"),
        (lambda d: numeric(d).update(id="I.1"), "criteria: the id I.1 is used twice"),
        (lambda d: numeric(d).update(kind="vague"), "groups[0].criteria[1].kind: one of boolean, numeric, mixed"),
        (lambda d: numeric(d).update(checks=[]), "a numeric criterion needs at least one check"),
        (lambda d: numeric(d).update(kind="boolean"), "a yes/no criterion has neither figures nor checks"),
        (lambda d: numeric(d).update(not_applicable_allowed=1), "true or false is expected"),
        (lambda d: numeric(d)["checks"][0].update(figure="other"), "checks[0]: the criterion asks for no figure named"),
        (lambda d: numeric(d)["checks"][0].update(quote="ba mô hình"), "checks[0].quote: the words"),
        (lambda d: numeric(d)["checks"][0].update(value="1"), "checks[0].value: a number is expected"),
        (lambda d: numeric(d)["checks"][0].update(kind="guess"), "checks[0].kind: one of count, zero"),
        (lambda d: numeric(d)["checks"][1].update(value=3), "checks[1]: the key value is not known"),
        (lambda d: numeric(d)["figures"][1].update(maximum=-1), "figures[1]: the maximum is below the minimum"),
        (lambda d: numeric(d)["figures"][1].update(id="models"), "figures: the id models is used twice"),
        (lambda d: numeric(d).update(figures="none"), "figures: a list"),
        (lambda d: d["groups"][0]["criteria"].append("I.3"), "criteria[2]: an object is expected"),
    ],
)
def test_a_fault_is_named_with_its_place(change: Callable[[Any], Any], expected: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        loaded(change)

    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b'{"key": "a",\n "key" 1}', "Line 2, column 8: this is not valid JSON"),
        (b'{"key": "a", "key": "b"}', "The key key is given twice"),
        (b'{"key": "\xff"}', "not UTF-8"),
        (b'{"key": NaN}', "NaN is not a number"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * 2_000_001, "larger than"),
        (b"[]", "an object is expected"),
    ],
)
def test_what_is_no_criteria_file_is_refused(source: bytes, expected: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        load_criteria_set(source)

    assert expected in str(refused.value)
