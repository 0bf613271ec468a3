"""Every event that can be recorded has a sentence in both languages, and each place of it names something."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import pytest

import workflow.audit.facts as facts
from workflow.audit.facts.casework import CaseOperated
from workflow.audit.facts.fact import Fact
from workflow.audit.facts.registry import FACTS
from workflow.engine.events import Event
from workflow.model.event_fields import Names, Words
from workflow.services.auditing.teller import ENVELOPE, WAYS
from workflow.services.auditing.vocabulary import (
    GROUP,
    GROUPS,
    PLACE,
    UNKNOWN,
    WORDINGS,
    Wording,
    group_of,
    names,
    types_of,
    wording,
)
from workflow.services.ground.language import translated


def sentences(found: Wording) -> list[str]:
    return [found.sentence, *(CaseOperated.interventions.values() if found.kind is CaseOperated else ())]


def places(found: Wording) -> set[str]:
    return {place for sentence in sentences(found) for place in PLACE.findall(sentence)}


def leaves(kind: type[Fact]) -> Iterator[type[Fact]]:
    """Facts that no other fact is made from; a class that dataclasses rebuilt for its slots counts once."""
    below = {one.__name__: one for one in kind.__subclasses__() if one.__module__.startswith(facts.__name__)}
    if not below:
        yield kind
    for one in below.values():
        yield from leaves(one)


def test_every_event_of_the_engine_is_told() -> None:
    assert {kind.__name__ for kind in get_args(Event)} - WORDINGS.keys() == set()


def test_every_fact_has_a_sentence_of_its_own() -> None:
    found = {kind.__name__: kind for kind in leaves(Fact)}

    assert {"TaskClaimed", "TaskDelegated", "CaseWithdrawn", "SignedIn", "CaseRead", "VersionPublished"} <= found.keys()
    assert found.keys() == FACTS.keys()
    assert [name for name, kind in found.items() if "sentence" not in vars(kind) or not kind.family] == []


@pytest.mark.parametrize("kind", sorted(WORDINGS))
def test_every_sentence_stands_in_both_languages_with_the_same_places(kind: str) -> None:
    for sentence in sentences(WORDINGS[kind]):
        vietnamese = translated("vi", sentence)
        assert vietnamese != sentence
        assert sorted(PLACE.findall(vietnamese)) == sorted(PLACE.findall(sentence))


@pytest.mark.parametrize("kind", sorted(WORDINGS))
def test_every_place_of_a_sentence_names_something_that_can_be_said(kind: str) -> None:
    found: Any = WORDINGS[kind].kind
    for place in places(WORDINGS[kind]) - ENVELOPE:
        mark = names(found, place)
        assert isinstance(mark, Words) or mark in WAYS


def test_every_word_that_a_field_may_hold_stands_in_both_languages() -> None:
    marks = [names(found.kind, place) for found in WORDINGS.values() for place in places(found) - ENVELOPE]
    words = {word for mark in marks if isinstance(mark, Words) for word in mark.said.values()}

    assert len(words) > 10
    assert [word for word in words if translated("vi", word) == translated("en", word)] == []


def test_every_way_of_naming_is_known() -> None:
    assert set(Names) <= WAYS.keys()


def test_an_unknown_type_is_named_by_itself() -> None:
    assert wording("Unheard").sentence is UNKNOWN
    assert "Unheard" in UNKNOWN % {"actor": "A", "type": "Unheard"}


def test_every_type_stands_in_one_of_a_dozen_groups() -> None:
    groups = Counter(group_of(name) for name in WORDINGS)

    assert set(groups) == set(GROUPS)
    assert len(GROUPS) == 12
    assert sum(len(types_of(f"{GROUP}{one}") or ()) for one in GROUPS) == len(WORDINGS)
    assert group_of("TaskCompleted") == "decisions"
    assert group_of("no such type") == "machine"
