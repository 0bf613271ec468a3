"""What may stand in a payload, and its canonical text."""

from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785

from workflow.audit.payload import MAX_DEPTH, MAX_INT, canonical, checked, payload_from_text, payload_text
from workflow.errors import InvalidInput


class Outcome(StrEnum):
    APPROVE = "approve"


class Level(IntEnum):
    COMMUNE = 3


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"score": 9.5}, "payload.score"),
        ({"score": Decimal("9.5")}, "payload.score"),
        ({"list": [1, {"deep": 0.1}]}, "payload.list[1].deep"),
        ({"big": MAX_INT + 1}, "payload.big"),
        ({"big": -MAX_INT - 1}, "payload.big"),
        ({1: "number as key"}, "payload"),
        ({"text": "a\0b"}, "payload.text"),
        ({"text": "\ud800"}, "payload.text"),
        ({"bytes": b"x"}, "payload.bytes"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_by_place(value: dict[Any, Any], place: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked(value)
    assert refusal.value.params["path"] == place


def test_a_nest_deeper_than_the_limit_is_refused() -> None:
    nest: Any = "core"
    for _ in range(MAX_DEPTH + 1):
        nest = [nest]
    with pytest.raises(InvalidInput, match="nested more than"):
        checked(nest)
    assert checked(nest[0]) == nest[0]


def test_the_copy_is_plain_and_independent() -> None:
    inner = ["đạt"]
    given = {"outcome": Outcome.APPROVE, "level": Level.COMMUNE, "rows": (1, inner), "edge": MAX_INT}
    copy = checked(given)
    inner.append("later")
    assert copy == {"outcome": "approve", "level": 3, "rows": [1, ["đạt"]], "edge": MAX_INT}
    assert type(copy["outcome"]) is str
    assert type(copy["level"]) is int


def test_keys_are_ordered_by_utf16_units() -> None:
    # U+FB33 sorts before U+1F600 by code point and after it by UTF-16 unit (RFC 8785, 3.2.3).
    value = {"\ufb33": 1, "\U0001f600": 2, "b": 3, "a": 4}
    assert canonical(value) == rfc8785.dumps(value)
    assert canonical(value).decode() == '{"a":4,"b":3,"\U0001f600":2,"\ufb33":1}'


def test_control_characters_are_written_as_the_standard_says() -> None:
    value = {"text": '\x01\b\t\n\f\r"\\/\x7f\u2028é'}
    assert canonical(value) == rfc8785.dumps(value)


def test_a_stored_payload_comes_back() -> None:
    payload = {"b": [True, None], "a": "đ"}
    assert payload_from_text(payload_text(payload)) == payload


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '{"a":1,"a":1}', '{"b":1,"a":1}', '{"a":1', "[1]", "", '{"a":"\\u0061"}', "[" * 100_000]
)
def test_a_text_that_is_not_the_canonical_object_comes_back_as_text(text: str) -> None:
    assert payload_from_text(text) == text
