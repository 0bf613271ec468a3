"""Which texts are times in a definition."""

import pytest

from workflow.model.validation.events import is_cycle, is_date, is_duration


@pytest.mark.parametrize("text", ["P3D", "PT1H30M", "P1Y2M3DT4H5M6.5S", "P2W", "WT5D", "WT8H", "WT1D4H"])
def test_durations(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "3D", "-P1D", "WT", "WT5", "P3d", "five days", "P1D ", "PT1,5S"]
)
def test_no_durations(text: str) -> None:
    assert not is_duration(text)


@pytest.mark.parametrize("text", ["2023-02-15", "2023-02-15T08:00:00Z", "2023-02-15T08:00:00+07:00"])
def test_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", ["", "2023-02-30", "15/02/2023", "2023-02-15T08:00:00", "20230215", "2023-W01-1"])
def test_no_dates_and_no_instant_without_a_zone(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize("text", ["R/PT1H", "R3/WT1D", "R2/2023-01-01T00:00:00Z/P1D"])
def test_cycles(text: str) -> None:
    assert is_cycle(text)


@pytest.mark.parametrize("text", ["R3", "3/P1D", "R3/", "R3/P1D/P1D", "R-1/P1D", "0 0 * * *"])
def test_no_cycles(text: str) -> None:
    assert not is_cycle(text)
