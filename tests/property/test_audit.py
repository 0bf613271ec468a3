"""General rules of the audit trail: whatever the stream and whatever the tampering, it is found and named."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import rfc8785
from hypothesis import given, strategies as st

from tests.unit.audit.support import BEGIN, stream_of
from workflow.audit import standalone
from workflow.audit.breach import BreachKind
from workflow.audit.chain import verify_stream
from workflow.audit.event import AuditEvent, Head, event_hash, event_record, head_of
from workflow.audit.merkle import inclusion_proof, leaf_data, leaf_hash, merkle_root, verify_inclusion
from workflow.audit.payload import MAX_INT, canonical, checked, payload_from_text, payload_text

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | TEXT
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
PAYLOADS = st.dictionaries(TEXT, VALUES, max_size=5)
STREAMS = st.lists(PAYLOADS, min_size=1, max_size=8).map(stream_of)


@given(PAYLOADS)
def test_both_canonical_writers_agree_with_the_reference(payload: dict[str, Any]) -> None:
    reference = rfc8785.dumps(payload)
    assert canonical(payload) == reference
    assert standalone.canonical(payload) == reference
    assert standalone.canonical(json.loads(reference)) == reference


@given(PAYLOADS)
def test_a_payload_survives_its_check_and_its_text(payload: dict[str, Any]) -> None:
    assert payload_from_text(payload_text(checked(payload))) == payload


@given(PAYLOADS.filter(bool), st.data())
def test_a_stored_payload_with_one_other_byte_is_never_read_as_the_same(
    payload: dict[str, Any], data: st.DataObject
) -> None:
    stored = payload_text(payload).encode()
    place = data.draw(st.integers(0, len(stored) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != stored[place]))
    damaged = (stored[:place] + bytes([other]) + stored[place + 1 :]).decode(errors="replace")
    assert payload_from_text(damaged) != payload


@given(STREAMS, st.data())
def test_an_untouched_stream_is_whole_up_to_each_of_its_heads(events: list[AuditEvent], data: st.DataObject) -> None:
    assert verify_stream(events, head_of(data.draw(st.sampled_from(events)))) == []


@given(STREAMS, st.data())
def test_one_changed_byte_in_the_line_of_any_event_is_found(events: list[AuditEvent], data: st.DataObject) -> None:
    line = canonical(event_record(data.draw(st.sampled_from(events))))
    place = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[place]))
    damaged = line[:place] + bytes([other]) + line[place + 1 :]
    try:
        event = json.loads(damaged)
        recorded = event.pop("hash")
        whole = standalone.canonical({**event, "hash": recorded}) == damaged
        assert not whole or standalone.sha256(standalone.canonical(event)) != recorded
    except (ValueError, KeyError, AttributeError):
        return  # no longer an event at all, which the verifier says


def other_text(data: st.DataObject, old: str | None) -> str:
    return data.draw(TEXT.filter(lambda text: text != old))


CHANGES: dict[str, Callable[[st.DataObject, AuditEvent], Any]] = {
    "id": lambda data, event: other_text(data, event.id),
    "type": lambda data, event: other_text(data, event.type),
    "at": lambda data, event: data.draw(
        st.datetimes(timezones=st.just(BEGIN.tzinfo)).filter(lambda at: at != event.at)
    ),
    "actor": lambda data, event: other_text(data, event.actor),
    "role": lambda data, event: other_text(data, event.role),
    "organisation": lambda data, event: other_text(data, event.organisation),
    "on_behalf_of": lambda data, event: other_text(data, event.on_behalf_of),
    "command_id": lambda data, event: other_text(data, event.command_id),
    "case_id": lambda data, event: other_text(data, event.case_id),
    "province": lambda data, event: other_text(data, event.province),
    "payload": lambda data, event: data.draw(
        PAYLOADS.filter(lambda payload: canonical(payload) != canonical(event.payload))
    ),
    "prev_hash": lambda data, event: other_text(data, event.prev_hash),
    "hash": lambda data, event: other_text(data, event.hash),
}


@given(STREAMS, st.data(), st.sampled_from(sorted(CHANGES)))
def test_any_change_of_any_field_of_any_event_is_named(
    events: list[AuditEvent], data: st.DataObject, field: str
) -> None:
    place = data.draw(st.integers(0, len(events) - 1))
    changed: dict[str, Any] = {field: CHANGES[field](data, events[place])}
    events[place] = replace(events[place], **changed)
    found = {(breach.kind, breach.seq) for breach in verify_stream(events, stream="case:1")}
    assert (BreachKind.CHANGED, place + 1) in found
    assert {seq for _, seq in found} == {place + 1}


@given(STREAMS.filter(lambda events: len(events) > 1), st.data())
def test_a_change_hidden_behind_a_new_hash_is_named_at_the_next_event(
    events: list[AuditEvent], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 2))
    forged = replace(events[place], actor="somebody else")
    events[place] = replace(forged, hash=event_hash(forged))
    assert [(breach.kind, breach.seq) for breach in verify_stream(events)] == [(BreachKind.LINK, place + 2)]


@given(STREAMS.filter(lambda events: len(events) > 1), st.data())
def test_any_removed_event_but_the_last_is_named(events: list[AuditEvent], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(events) - 2))
    rest = events[:place] + events[place + 1 :]
    assert [(breach.kind, breach.seq, breach.last_seq) for breach in verify_stream(rest)] == [
        (BreachKind.REMOVED, place + 1, place + 1)
    ]


@given(STREAMS.filter(lambda events: len(events) > 1), st.data())
def test_any_two_exchanged_events_are_named(events: list[AuditEvent], data: st.DataObject) -> None:
    one, other = sorted(data.draw(st.lists(st.integers(0, len(events) - 1), min_size=2, max_size=2, unique=True)))
    stored = list(events)
    stored[one], stored[other] = events[other], events[one]
    kinds = {breach.kind for breach in verify_stream(stored)}
    assert kinds == {BreachKind.REORDERED}
    renumbered = list(events)
    renumbered[one], renumbered[other] = replace(events[other], seq=one + 1), replace(events[one], seq=other + 1)
    named = {breach.seq for breach in verify_stream(renumbered) if breach.kind is BreachKind.REORDERED}
    assert named == {one + 1, other + 1}


@given(STREAMS, st.data())
def test_any_tail_cut_below_a_covered_head_is_named(events: list[AuditEvent], data: st.DataObject) -> None:
    covered = data.draw(st.integers(1, len(events)))
    kept = data.draw(st.integers(0, covered - 1))
    (breach,) = verify_stream(events[:kept], head_of(events[covered - 1]))
    assert (breach.kind, breach.seq, breach.last_seq) == (BreachKind.CUT, kept + 1, covered)


HEADS = st.lists(
    st.builds(Head, stream=TEXT.filter(bool), seq=st.integers(1, MAX_INT), hash=st.sampled_from(["aa", "bb"])),
    min_size=1,
    max_size=40,
    unique_by=lambda head: head.stream,
)


@given(HEADS, st.data())
def test_both_verifiers_accept_exactly_the_true_proof(heads: list[Head], data: st.DataObject) -> None:
    head = data.draw(st.sampled_from(heads))
    root = merkle_root(heads)
    proof = inclusion_proof(heads, head.stream)
    node = leaf_hash(leaf_data(head))
    assert verify_inclusion(proof, root)
    assert standalone.root_of(node, proof.index, proof.size, list(proof.path)).hex() == root
    forged = replace(head, seq=head.seq - 1)
    assert not verify_inclusion(replace(proof, leaf=forged), root)
    assert standalone.root_of(leaf_hash(leaf_data(forged)), proof.index, proof.size, list(proof.path)).hex() != root


@given(HEADS, st.integers(-2, 50), st.integers(-2, 50), st.data())
def test_both_verifiers_judge_a_forged_place_alike(
    heads: list[Head], index: int, size: int, data: st.DataObject
) -> None:
    proof = replace(inclusion_proof(heads, data.draw(st.sampled_from(heads)).stream), index=index, size=size)
    root = merkle_root(heads)
    try:
        alone = standalone.root_of(leaf_hash(leaf_data(proof.leaf)), index, size, list(proof.path)).hex() == root
    except ValueError:
        alone = False
    assert verify_inclusion(proof, root) == alone
