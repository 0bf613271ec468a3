"""A small part of `make fuzz`, with the same files each time."""

from tests.property.fuzzing import run


def test_nothing_but_documented_exceptions_leaves_the_language() -> None:
    outcome = run(seed=2026, number=500)
    assert outcome.broken == []
    assert outcome.counts["bpmn files"] == 250
    assert outcome.counts["simulate: done"] > 20
    assert outcome.counts["simulate: DefinitionRejected"] > 20
    assert outcome.counts["feel.evaluate: done"] > 20
