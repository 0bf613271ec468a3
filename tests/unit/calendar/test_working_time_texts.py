"""Working-time texts: which are read, which are refused."""

import pytest

from workflow.calendar.working_time import LIMIT, WorkingTimeSpan, parse_working_time
from workflow.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [("WT5D", 5, 0), ("WT8H", 0, 8), ("-WT5D", -5, 0), ("WT1D4H", 1, 4), ("-WT1D4H", -1, -4), (" WT0D ", 0, 0)],
)
def test_a_working_time_is_read(text: str, days: int, hours: int) -> None:
    assert parse_working_time(text) == WorkingTimeSpan(days=days, hours=hours)


@pytest.mark.parametrize(
    "text", ["", "WT", "-WT", "P5D", "WT5", "WT5d", "WT-5D", "WT4H1D", "WT1.5D", "5D", "WT５D", "--WT1D"]
)
def test_any_other_text_is_refused_and_named(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_working_time(text)
    assert refusal.value.params["text"] == text


@pytest.mark.parametrize("text", [f"WT{LIMIT + 1}D", f"WT{LIMIT + 1}H", "-WT999999999D"])
def test_a_working_time_beyond_the_limit_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=str(LIMIT)):
        parse_working_time(text)
