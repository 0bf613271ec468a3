"""What the check says is what the engine does: it is stuck, or gives work twice, where there is a finding and nowhere else."""

from hypothesis import assume, given, settings

from tests.unit.soundness.oracle import fate_of
from tests.unit.soundness.random_processes import Drawn, blocks, with_a_jump, with_one_join_exchanged
from workflow.soundness.check import check_soundness

FLOW_RULES = {"deadlock", "lack-of-synchronisation", "dead-task", "livelock", "no-option-to-complete"}


def rules_of(drawn: Drawn) -> set[str]:
    return {finding.rule for finding in check_soundness(drawn.built())} & FLOW_RULES


@settings(deadline=None, max_examples=60)
@given(blocks())
def test_blocks_in_blocks_have_no_fault(drawn: Drawn) -> None:
    assert rules_of(drawn) == set()


@settings(deadline=None, max_examples=80)
@given(with_one_join_exchanged())
def test_an_exchanged_join_is_found_exactly_where_the_engine_fails(drawn: Drawn) -> None:
    same_as_the_engine(drawn)


@settings(deadline=None, max_examples=80)
@given(with_a_jump())
def test_a_jump_is_found_exactly_where_the_engine_fails(drawn: Drawn) -> None:
    same_as_the_engine(drawn)


def same_as_the_engine(drawn: Drawn) -> None:
    fate = fate_of(drawn.built(), drawn.values)
    assume(fate.exhausted)
    rules = rules_of(drawn)
    assert ("lack-of-synchronisation" in rules) == bool(fate.doubled), drawn
    if not fate.doubled:  # past that point the engine's runs are not followed
        assert ("deadlock" in rules) == fate.stuck, drawn
