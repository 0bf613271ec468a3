"""Values from Python and to JSON."""

from decimal import Decimal
from enum import StrEnum

import pytest
import rfc8785
from jdmn.feel.lib.Types import Duration

from workflow.feel import evaluate
from workflow.feel.basics import YearMonthDuration
from workflow.feel.values import coerce, from_json, to_json


class Level(StrEnum):
    COMMUNE = "commune"


def test_python_values_become_feel_values() -> None:
    assert coerce({"a": (1, 0.1, True, Level.COMMUNE, None, object())}) == {
        "a": [Decimal(1), Decimal("0.1"), True, "commune", None, None]
    }
    assert type(coerce(Level.COMMUNE)) is str
    assert coerce(float("nan")) is None
    assert coerce(Duration(years=1, months=2)) == YearMonthDuration(14)


@pytest.mark.parametrize(
    ("text", "json"),
    [
        ("3.0", 3),
        ("0.50", {"$decimal": "0.50"}),
        ("9007199254740993", {"$decimal": "9007199254740993"}),
        ('@"2023-04-05"', {"$date": "2023-04-05"}),
        ('@"2023-04-05T10:00:00Z"', {"$datetime": "2023-04-05T10:00:00Z"}),
        ('@"10:00:00@Asia/Ho_Chi_Minh"', {"$time": "10:00:00@Asia/Ho_Chi_Minh"}),
        ('time(@"2017-08-10T10:20:00@Europe/Paris")', {"$time": "10:20:00+02:00@Europe/Paris"}),
        ('@"P1D"', {"$duration": "P1D"}),
        ('@"P1Y"', {"$duration": "P1Y"}),
        ('{a: [1, "x", null, true]}', {"a": [1, "x", None, True]}),
        ('{"$date": "x"}', {"$context": {"$date": "x"}}),
    ],
)
def test_json_is_exact_and_reads_back(text: str, json: object) -> None:
    value = evaluate(text)
    assert to_json(value) == json
    assert from_json(json) == value
    assert rfc8785.dumps(to_json(value))


def test_a_function_cannot_be_stored() -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        to_json(evaluate("function(a) a"))
