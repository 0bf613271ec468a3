"""Every way to tamper with a stream is found and named."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from tests.unit.audit.support import plain_stream
from workflow.audit.breach import TEMPLATES, Breach, BreachKind
from workflow.audit.chain import verify_stream
from workflow.audit.event import AuditEvent, Head, event_hash, head_of


def named(breaches: list[Breach]) -> list[tuple[BreachKind, int | None]]:
    return [(breach.kind, breach.seq) for breach in breaches]


def resealed(event: AuditEvent, **changed: Any) -> AuditEvent:
    """What somebody writes who knows how hashes are made."""
    changed_event = replace(event, **changed)
    return replace(changed_event, hash=event_hash(changed_event))


def test_an_untouched_stream_has_no_breach() -> None:
    events = plain_stream(5)
    assert verify_stream(events, head_of(events[-1])) == []
    assert verify_stream([]) == []


def test_a_head_that_has_moved_on_is_still_covered() -> None:
    events = plain_stream(5)
    assert verify_stream(events, head_of(events[2])) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "somebody else"},
        {"payload": {"criterion": "I.2", "result": "chưa đạt"}},
        {"payload": "no longer an object"},
        {"payload": {"f": object()}},
        {"hash": "0" * 64},
        {"at": None},
    ],
)
def test_a_changed_event_is_named(changed: dict[str, Any]) -> None:
    events = plain_stream(4)
    events[2] = replace(events[2], **changed)
    assert named(verify_stream(events)) == [(BreachKind.CHANGED, 3)]


def test_a_changed_event_with_a_new_hash_breaks_the_link_after_it() -> None:
    events = plain_stream(4)
    events[1] = resealed(events[1], actor="somebody else")
    assert named(verify_stream(events)) == [(BreachKind.LINK, 3)]


def test_a_wholly_rewritten_stream_is_found_by_the_covered_head() -> None:
    events = plain_stream(4)
    forged = [resealed(events[0], actor="somebody else")]
    for event in events[1:]:
        forged.append(resealed(event, prev_hash=forged[-1].hash))
    assert verify_stream(forged) == []
    assert named(verify_stream(forged, head_of(events[2]))) == [(BreachKind.REWRITTEN, 3)]


def test_removed_events_are_named_as_a_range() -> None:
    events = plain_stream(6)
    (breach,) = verify_stream(events[:1] + events[3:])
    assert (breach.kind, breach.seq, breach.last_seq) == (BreachKind.REMOVED, 2, 3)


def test_a_removed_beginning_is_found() -> None:
    assert named(verify_stream(plain_stream(3)[1:])) == [(BreachKind.REMOVED, 1)]


def test_a_removed_event_whose_followers_are_renumbered_is_found() -> None:
    events = plain_stream(4)
    renumbered = [events[0], *(resealed(event, seq=event.seq - 1) for event in events[2:])]
    assert (BreachKind.LINK, 2) in named(verify_stream(renumbered))


def test_two_events_stored_in_the_wrong_order_are_named() -> None:
    events = plain_stream(5)
    events[1], events[3] = events[3], events[1]
    kinds = named(verify_stream(events))
    assert kinds == [(BreachKind.REORDERED, 2), (BreachKind.REORDERED, 3)]


def test_two_events_that_exchanged_their_numbers_are_named_as_reordered() -> None:
    events = plain_stream(5)
    events[1], events[3] = replace(events[3], seq=2), replace(events[1], seq=4)
    found = [breach for breach in verify_stream(events) if breach.kind is not BreachKind.LINK]
    assert named(found) == [(BreachKind.REORDERED, 2), (BreachKind.REORDERED, 4)]
    assert found[0].expected == "4"


def test_a_cut_tail_is_named_when_a_head_covers_it() -> None:
    events = plain_stream(5)
    (breach,) = verify_stream(events[:2], head_of(events[3]))
    assert (breach.kind, breach.seq, breach.last_seq) == (BreachKind.CUT, 3, 4)
    assert verify_stream(events[:2]) == []


def test_a_stream_that_is_wholly_gone_is_cut_from_its_first_event() -> None:
    (breach,) = verify_stream([], Head(stream="case:1", seq=7, hash="0" * 64))
    assert (breach.kind, breach.stream, breach.seq, breach.last_seq) == (BreachKind.CUT, "case:1", 1, 7)


def test_a_repeated_event_is_named() -> None:
    events = plain_stream(3)
    assert named(verify_stream([*events, events[1]])) == [(BreachKind.DUPLICATE, 2)]


def test_events_of_another_stream_are_named() -> None:
    events = plain_stream(3)
    alien = plain_stream(3, "case:2")[2]
    kinds = named(verify_stream([*events[:2], alien]))
    assert (BreachKind.FOREIGN, 3) in kinds
    assert (BreachKind.LINK, 3) in kinds


def test_a_whole_stream_under_another_name_is_found() -> None:
    assert (BreachKind.FOREIGN, 1) in named(verify_stream(plain_stream(2, "case:2"), stream="case:1"))


def test_events_are_read_once_from_any_iterable() -> None:
    def read() -> Iterator[AuditEvent]:
        yield from plain_stream(3)

    assert verify_stream(read()) == []


def test_every_breach_has_a_sentence_with_its_place() -> None:
    for kind in BreachKind:
        breach = Breach(kind=kind, stream="case:1", seq=3, expected="x" * 8, actual="y" * 8)
        assert TEMPLATES[kind] == breach.template
        assert "case:1" in str(breach) or cast("str", breach.expected) in str(breach)
