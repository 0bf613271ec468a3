"""Random samples: the same seed over the same cases gives the same list, which is on the record, within the jurisdiction."""

import hashlib

import pytest

from tests.integration.auditing.support import Court
from workflow.errors import InvalidInput, NotFound, PermissionDenied
from workflow.services.auditing.questions.samples import DrawSample, fingerprint, ranked
from workflow.store.rows import Page

KEYS = [f"DH-2023-{number:04}" for number in range(1, 201)]


def test_the_same_seed_over_the_same_cases_gives_the_same_list_whatever_their_order() -> None:
    drawn = ranked("thanh-tra-1", KEYS)[:5]

    assert drawn == ranked("thanh-tra-1", reversed(KEYS))[:5]
    assert drawn != ranked("thanh-tra-2", KEYS)[:5]
    assert sorted(ranked("thanh-tra-1", KEYS)) == KEYS


def test_the_list_can_be_drawn_again_by_hand() -> None:
    by_hand = sorted(KEYS, key=lambda key: hashlib.sha256(b"7\n" + key.encode()).hexdigest())

    assert ranked("7", KEYS) == by_hand
    assert fingerprint(["b", "a"]) == hashlib.sha256(b"a\nb\n").hexdigest()


def test_a_case_that_comes_later_leaves_the_order_of_the_others() -> None:
    later = ranked("7", [*KEYS, "DH-2023-0201"])

    assert [key for key in later if key != "DH-2023-0201"] == ranked("7", KEYS)


def test_a_sample_is_on_the_record_with_seed_rule_and_list(court: Court) -> None:
    wish = DrawSample(size=5, seed="thanh-tra-1", unit="Minh Họa")
    sample_id = court.app.samples.draw(court.auditor, wish)

    sample, drawn = court.app.samples.get(court.auditor, sample_id)
    assert (sample.seed, sample.rule, sample.population) == ("thanh-tra-1", {"unit": "Minh Họa"}, 1)
    assert [(one.key, one.case_id) for one in drawn] == [(court.case.business_key, court.case_id)]
    event = court.world.events("audit")[-1]
    assert event.type == "SampleDrawn"
    assert event.payload["cases"] == [court.case.business_key]
    assert event.payload["population_sha256"] == fingerprint([court.case.business_key])
    assert (sample.event, sample.hash) == (f"audit, {event.seq}", event.hash)
    assert court.app.samples.draw(court.auditor, wish) == sample_id
    assert court.faults() == set()


def test_a_seed_is_made_where_none_is_given(court: Court) -> None:
    seeds = set()
    for _ in range(2):
        sample_id = court.app.samples.draw(court.auditor, DrawSample(size=1))
        seeds.add(court.app.samples.get(court.auditor, sample_id)[0].seed)

    assert len(seeds) == 2
    assert court.app.samples.mine(court.auditor, Page())[1] == 2


@pytest.mark.parametrize(
    "wish",
    [
        DrawSample(size=0),
        DrawSample(size=1001),
        DrawSample(size=1, seed="a b"),
        DrawSample(size=1, unit="no such unit"),
    ],
)
def test_what_cannot_be_drawn_is_refused(court: Court, wish: DrawSample) -> None:
    with pytest.raises(InvalidInput):
        court.app.samples.draw(court.auditor, wish)


def test_nobody_draws_from_cases_outside_their_jurisdiction_or_reads_anothers_sample(court: Court) -> None:
    sample_id = court.app.samples.draw(court.auditor, DrawSample(size=1))

    with pytest.raises(InvalidInput):
        court.app.samples.draw(court.neighbour, DrawSample(size=1))
    with pytest.raises(NotFound):
        court.app.samples.get(court.neighbour, sample_id)
    with pytest.raises(PermissionDenied):
        court.app.samples.draw(court.officer, DrawSample(size=1))
