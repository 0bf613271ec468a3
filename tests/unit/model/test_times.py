"""Which texts are times in a definition."""

import pytest

from workflow.model.validation.events import is_cycle, is_date, is_duration


@pytest.mark.parametrize(
    "text",
    [
        "P3D",
        "PT1H30M",
        "P1Y2M3DT4H5M6.5S",
        "P2W",
        "PT1,5S",
        "PT0.5H",
        "PT.5H",
        "PT0.S",
        "P1.5W",
        "P0,5Y",
        "P0.5M",
        "P0003-06-04T12:30:05",
        "P00030604T123005",
        "+P1D",
        "WT5D",
        "WT8H",
        "WT1D4H",
    ],
)
def test_durations(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "3D",
        "-P1D",
        "WT",
        "WT5",
        "P3d",
        "five days",
        "P1D ",
        "P1.5DT1H",
        "PT1H1",
        "P0003-13-04",
        "P.D",
    ],
)
def test_no_durations(text: str) -> None:
    assert not is_duration(text)


DATES = [
    "2023-02-15", "20230215", "2023-W07-3", "2023W073", "2023-046", "2023046", "2023-02-15T08:00:00Z", "2023-02-15T08:00:00+07:00",
    "2023-02-15T08:00:00", "20230215T080000Z", "20230215T0800+07", "2023-02-15T08+0700", "2023-02-15T08:00", "2023-02-15T08:00:00.123456789Z",
    "2023-02-15T08:00:00,5Z", "2023-02-15T08:30.5Z", "2023-02-15T08,25Z", "2023-W07-3T08:00Z", "2023-046T08:00Z", "2023-02-15T24:00:00Z",
    "2023-02-15T24:00", "2016-12-31T23:59:60Z", "2023-02-15T08:00:00@Europe/Berlin",
]  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_dates(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-02-30",
        "15/02/2023",
        "2023-02",
        "T10:15",
        "2023-366",
        "2023-000",
        "2023-W54-1",
        "2023-W01-8",
        "2023-02-15T25:00",
        "2023-02-15T24:01",
        "2023-02-15T08:60",
        "2023-02-15T",
        "2023-02-15T08:00:00+15:00",
        "2023-02-15T08:00@Nowhere",
        "2023-02-15Z",
        "23-02-15",
    ],
)
def test_no_dates(text: str) -> None:
    assert not is_date(text)


CYCLES = [
    "R/PT1H", "R3/WT1D", "R2/2023-01-01T00:00:00Z/P1D", "R2/PT5M/2023-01-01T00:00:00Z", "R/P1M/20230101T00Z",
    "R2/2023-01-01T00:00:00Z/2023-01-02T00:00:00Z", "R5/2023-01-01T08:00/12:30", "R2/20230101T0000/P1D", "R/2023-01-01/WT1D",
]  # fmt: skip


@pytest.mark.parametrize("text", CYCLES)
def test_cycles(text: str) -> None:
    assert is_cycle(text)


@pytest.mark.parametrize(
    "text",
    [
        "R3",
        "3/P1D",
        "R3/",
        "R3/P1D/P1D",
        "R-1/P1D",
        "0 0 * * *",
        "R0/P1D",
        "R2/WT1D/2023-01-01",
        "R/2023-01-01",
        "R/-P1D",
        "R/P1D/P1D/P1D",
        "R9999999/P1D",
    ],
)
def test_no_cycles(text: str) -> None:
    assert not is_cycle(text)
