"""Sealing one event."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785

from tests.unit.audit.support import BEGIN, plain_stream
from workflow.audit.event import (
    GENESIS,
    body,
    event_hash,
    event_record,
    genesis,
    head_of,
    instant_text,
    seal,
    seal_next,
)
from workflow.errors import InvalidInput


def fields(**changed: Any) -> dict[str, Any]:
    return {"id": "e1", "type": "CaseStarted", "at": BEGIN, "actor": "system", "payload": {}} | changed


def test_the_hash_is_the_sha256_of_the_canonical_body() -> None:
    event = plain_stream(1)[0]
    text = rfc8785.dumps(body(event))
    assert event.hash == hashlib.sha256(text).hexdigest() == event_hash(event)
    assert b'"format":1' in text
    assert event.hash.encode() not in text


def test_the_first_event_links_to_the_name_of_its_stream() -> None:
    event = seal_next(None, "accounts", **fields())
    assert (event.seq, event.prev_hash) == (1, hashlib.sha256((GENESIS + "accounts").encode()).hexdigest())
    assert genesis("accounts") != genesis("account")


def test_the_next_event_links_to_the_head() -> None:
    first = plain_stream(1)[0]
    second = seal_next(head_of(first), first.stream, **fields())
    assert (second.seq, second.prev_hash) == (2, first.hash)


def test_an_instant_of_another_zone_is_the_same_event() -> None:
    hanoi = BEGIN.astimezone(timezone(timedelta(hours=7)))
    assert seal_next(None, "accounts", **fields(at=hanoi)) == seal_next(None, "accounts", **fields())


def test_instants_always_have_six_digits() -> None:
    assert instant_text(datetime(2023, 4, 5, tzinfo=UTC)) == "2023-04-05T00:00:00.000000Z"


@pytest.mark.parametrize(
    "changed",
    [
        {"at": datetime(2023, 4, 5)},  # noqa: DTZ001 - the naive instant is the case
        {"actor": ""},
        {"type": ""},
        {"id": ""},
        {"payload": {"score": 1.5}},
        {"role": "nul\0"},
        {"organisation": "\udfff"},
    ],
)
def test_an_event_that_could_not_be_checked_later_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        seal_next(None, "accounts", **fields(**changed))


def test_numbers_begin_at_one() -> None:
    with pytest.raises(InvalidInput, match="not 0"):
        seal(genesis("accounts"), stream="accounts", seq=0, **fields())


def test_the_record_is_the_body_and_its_hash() -> None:
    event = plain_stream(1)[0]
    assert event_record(event) == {**body(event), "hash": event.hash}
