"""Verification of all streams together with their heads and checkpoints."""

from collections.abc import Iterator
from dataclasses import replace

from tests.unit.audit.support import BEGIN, checkpoint_over, plain_stream
from workflow.audit.breach import BreachKind
from workflow.audit.checkpoint import Checkpoint, CheckpointKind, checkpoint_hash, sign_checkpoint
from workflow.audit.event import AuditEvent, Head, head_of
from workflow.audit.keys import SigningKey, key_ring
from workflow.audit.merkle import merkle_root
from workflow.audit.verify import Report, verify_all

KEY = SigningKey.generate()
NAMES = ("accounts", "case:1", "case:2")


class Store:
    """Three streams of five events; the checkpoint covers three events of each."""

    def __init__(self) -> None:
        self.streams = {name: plain_stream(5, name) for name in NAMES}
        self.heads = {name: head_of(events[-1]) for name, events in self.streams.items()}
        covered = [head_of(events[2]) for events in self.streams.values()]
        self.checkpoints: list[Checkpoint] = [checkpoint_over(covered, KEY)]
        self.leaves: dict[str, list[Head] | None] = {self.checkpoints[0].id: covered}

    def read(self) -> Iterator[tuple[str, Iterator[AuditEvent]]]:
        for name, events in self.streams.items():
            yield name, iter(events)

    def verify(self, anchors: tuple[str, ...] = ()) -> Report:
        keys = key_ring([KEY.public])
        return verify_all(self.read(), self.heads, self.checkpoints, self.leaves.__getitem__, keys, anchors=anchors)

    def faults(self) -> list[tuple[BreachKind, str, int | None]]:
        return [(breach.kind, breach.stream, breach.seq) for breach in self.verify().breaches]


def test_an_untouched_store_verifies_and_is_counted() -> None:
    store = Store()
    report = store.verify()
    assert (report.ok, report.breaches) == (True, ())
    assert (report.events, report.streams, report.checkpoints, report.uncovered) == (15, 3, 1, 6)
    assert report.head == merkle_root(store.heads.values())


def test_an_empty_store_verifies() -> None:
    report = verify_all([], {}, [], lambda _: None, {})
    assert (report.ok, report.events, report.head) == (True, 0, merkle_root([]))


def test_a_changed_event_is_named_with_its_stream() -> None:
    store = Store()
    store.streams["case:1"][3] = replace(store.streams["case:1"][3], actor="somebody else")
    assert store.faults() == [(BreachKind.CHANGED, "case:1", 4)]
    assert not store.verify().ok


def test_a_tail_cut_together_with_its_head_is_found_by_the_checkpoint() -> None:
    store = Store()
    del store.streams["case:2"][1:]
    store.heads["case:2"] = head_of(store.streams["case:2"][-1])
    assert store.faults() == [(BreachKind.CUT, "case:2", 2)]


def test_a_tail_cut_after_the_checkpoint_is_found_by_the_recorded_head() -> None:
    store = Store()
    del store.streams["case:2"][4:]
    assert store.faults() == [(BreachKind.CUT, "case:2", 5)]


def test_a_stream_that_is_wholly_gone_is_named() -> None:
    store = Store()
    del store.streams["accounts"], store.heads["accounts"]
    assert store.faults() == [(BreachKind.CUT, "accounts", 1)]


def test_events_past_the_recorded_head_are_named() -> None:
    store = Store()
    store.heads["case:1"] = head_of(store.streams["case:1"][3])
    del store.heads["case:2"]
    assert store.faults() == [(BreachKind.HEAD, "case:1", 5), (BreachKind.HEAD, "case:2", 5)]


def test_history_rewritten_before_a_later_checkpoint_is_found_by_the_earlier_one() -> None:
    store = Store()
    forged = plain_stream(6, "case:1x")
    store.streams["case:1"] = [replace(event, stream="case:1") for event in forged]
    later = [head_of(events[-1]) for events in store.streams.values()]
    store.heads = {head.stream: head for head in later}
    store.checkpoints.append(checkpoint_over(later, KEY, store.checkpoints[0]))
    store.leaves[store.checkpoints[1].id] = later
    assert (BreachKind.REWRITTEN, "case:1", 3) in store.faults()


def test_leaves_that_do_not_give_the_signed_root_are_named() -> None:
    store = Store()
    (checkpoint,) = store.checkpoints
    store.leaves[checkpoint.id] = [head_of(events[1]) for events in store.streams.values()]
    kinds = {kind for kind, _, _ in store.faults()}
    assert kinds == {BreachKind.CHECKPOINT_ROOT, BreachKind.CHECKPOINT_COUNT}


def test_an_hourly_checkpoint_may_let_its_leaves_go_when_a_later_one_has_its_own() -> None:
    store = Store()
    covered = store.leaves[store.checkpoints[0].id] or []
    hourly = sign_checkpoint(covered, KEY, id="hourly", at=BEGIN, kind=CheckpointKind.HOURLY, previous=None)
    store.leaves["hourly"] = None
    store.checkpoints = [hourly]
    assert {kind for kind, _, _ in store.faults()} == {BreachKind.CHECKPOINT_ROOT, BreachKind.CHECKPOINT_COUNT}
    later = checkpoint_over(covered, KEY, hourly)
    store.leaves[later.id] = covered
    store.checkpoints = [hourly, later]
    assert store.verify().ok


def test_an_unknown_key_is_named() -> None:
    store = Store()
    report = verify_all(store.read(), store.heads, store.checkpoints, store.leaves.__getitem__, {})
    assert [breach.kind for breach in report.breaches] == [BreachKind.CHECKPOINT_KEY]


def test_a_noted_checkpoint_that_is_gone_is_named() -> None:
    store = Store()
    noted = checkpoint_hash(store.checkpoints[0])
    assert store.verify((noted,)).ok
    store.checkpoints = []
    assert [breach.kind for breach in store.verify((noted,)).breaches] == [BreachKind.CHECKPOINT_MISSING]
