"""Dates, times and durations."""

import pytest

from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2021-01-31") + duration("P1M")', "2021-02-28"),
        ('date("2020-02-29") + duration("P1Y")', "2021-02-28"),
        ('date("2021-01-01") - date("2020-01-01")', "P366D"),
        ('@"2021-01-01T10:00:00" - @"P1DT2H"', "2020-12-31T08:00:00"),
        ('@"10:00:00" + @"PT15H"', "01:00:00"),
        ('@"P1Y" * 1.5', "P1Y6M"),
        ('@"P1D" / @"PT1H"', "24"),
        ('@"2021-01-02" - @"2021-01-01T10:00:00Z"', "PT14H"),
        ('@"2021-01-02" - @"2021-01-01T10:00:00"', "null"),
        ('years and months duration(@"2014-12-31T23:59:59", @"2016-12-31T00:00:01")', "P2Y"),
        ('date("2012-2-5")', "null"),
        ('date("2013-02-29")', "null"),
        ('time("24:00:00")', "null"),
        ('time("10:00:00+19:00")', "null"),
        ('time("10:00:00@Nowhere/Else")', "null"),
        ('duration("P1M1D")', "null"),
        ('duration("PT36H")', "P1DT12H"),
        ('duration("-P14M")', "-P1Y2M"),
        ('time(10, 30, 1.5, @"PT7H")', "10:30:01.5+07:00"),
        ('@"2012-12-24T23:59:00.123@Asia/Ho_Chi_Minh"', "2012-12-24T23:59:00.123@Asia/Ho_Chi_Minh"),
        ('date and time("999999999-12-31T23:59:59.999999999Z")', "999999999-12-31T23:59:59.999999999Z"),
        ('date("-2017-12-31") + duration("P1M")', "-2016-01-31"),
        ('@"2020-01-02".weekday', "4"),
        ('@"10:30:00+01:00".time offset', "PT1H"),
        ('@"-P1Y2M".months', "-2"),
        ('day of week(@"2023-04-05")', "Wednesday"),
        ('week of year(@"2005-01-01")', "53"),
        ('@"2018-10-08T00:00:00+02:00" = @"2018-10-08T00:00:00@Europe/Paris"', "true"),
        ('@"10:00:00" < @"10:00:00Z"', "null"),
        ('@"P1Y" = @"P365D"', "null"),
    ],
)
def test_it_evaluates(text: str, expected: str) -> None:
    assert to_text(evaluate(text)) == expected
