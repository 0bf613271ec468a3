"""How often one person may do a thing within a minute."""

import pytest

from workflow.errors import TooManyAttempts
from workflow.services.ground.pace import Pace


def test_what_was_done_a_minute_ago_counts_no_longer() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for _ in range(3):
        pace.take("a", "comment", 3)
        now[0] += 10
    with pytest.raises(TooManyAttempts) as refused:
        pace.take("a", "comment", 3)
    assert refused.value.params["seconds"] == 30

    now[0] = 60.0
    pace.take("a", "comment", 3)
    with pytest.raises(TooManyAttempts):
        pace.take("a", "comment", 3)


def test_everybody_and_everything_counts_for_itself() -> None:
    pace = Pace(lambda: 0.0)
    pace.take("a", "comment", 1)
    pace.take("b", "comment", 1)
    pace.take("a", "upload", 1)
    with pytest.raises(TooManyAttempts):
        pace.take("a", "upload", 1)


def test_many_people_leave_no_traces_for_ever() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    for number in range(10_001):
        pace.take(str(number), "comment", 1)
    now[0] = 61.0
    pace.take("one more", "comment", 1)
    assert len(pace._done) == 1
