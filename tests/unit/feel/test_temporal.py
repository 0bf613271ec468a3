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
        ('time("24:00:00")', "00:00:00"),
        ('time("24:00:01")', "null"),
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
        ('time("10:00:00@Asia/Ho_Chi_Minh") = time("10:00:00+07:00")', "true"),
        ('time("10:00:00@Asia/Ho_Chi_Minh").time offset', "PT7H"),
        ('time("10:00:00@Europe/London").time offset', "PT0S"),
        ('time("10:00:00@Australia/Melbourne").time offset', "PT10H"),
        ('time(@"2017-08-10T10:20:00@Europe/Paris").time offset', "PT2H"),
        ('time(@"2017-01-10T10:20:00@Europe/Paris").time offset', "PT1H"),
        ('time(@"1970-01-01T10:00:00@Asia/Ho_Chi_Minh").time offset', "PT8H"),
        ('time(@"2017-08-10T10:20:00.000000001@Europe/Paris") = @"10:20:00.000000001+02:00"', "true"),
        ('(time(@"2017-08-10T10:20:00@Europe/Paris") + @"PT1H") = @"11:20:00+02:00"', "true"),
        ('time(@"2017-08-10T10:20:00@Europe/Paris")', "10:20:00@Europe/Paris"),
        ('date and time(@"2017-01-10", time(@"2017-08-10T10:20:00@Europe/Paris")).time offset', "PT1H"),
        ('is(time(@"2017-08-10T10:20:00@Europe/Paris"), @"10:20:00@Europe/Paris")', "false"),
        ('@"10:00:00" < @"10:00:00Z"', "null"),
        ('@"P1Y" = @"P365D"', "null"),
    ],
)
def test_it_evaluates(text: str, expected: str) -> None:
    assert to_text(evaluate(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-01-31T10:00:00.123456789Z" + @"P1D"', "2024-02-01T10:00:00.123456789Z"),
        ('@"2024-01-31T10:00:00.123456789Z" + @"P1M"', "2024-02-29T10:00:00.123456789Z"),
        ('@"2024-01-31T10:00:00.123456789Z" + @"PT0.000000011S"', "2024-01-31T10:00:00.1234568Z"),
        ('@"2024-01-31T10:00:00.123456789Z" - @"2024-01-31T10:00:00.123456788Z"', "PT0.000000001S"),
        ('@"2024-01-31T10:00:00.123456789@Europe/Berlin" - @"PT1S"', "2024-01-31T09:59:59.123456789@Europe/Berlin"),
        ('@"10:00:00.123456789" + @"PT14H"', "00:00:00.123456789"),
        ('@"10:00:00.123456789" - @"10:00:00"', "PT0.123456789S"),
        ('@"PT0.0000001S" * 3', "PT0.0000003S"),
        ('@"PT3S" / 3', "PT1S"),
        ('@"PT1S" / 3', "PT0.333333333S"),
        ('@"PT0.0000003S" / @"PT0.0000001S"', "3"),
        ('-@"PT0.0000003S"', "-PT0.0000003S"),
        ('abs(@"-PT0.0000003S")', "PT0.0000003S"),
        ('@"PT0.0000003S" < @"PT1S"', "true"),
        ('max(@"PT0.0000003S", @"-PT1S")', "PT0.0000003S"),
        ('@"PT1.0000003S".seconds', "1"),
        ('@"PT1.0000003S" instance of days and time duration', "true"),
        ('@"9999-12-31" + @"P1D"', "10000-01-01"),
        ('@"9999-12-31T23:59:59.999999999Z" + @"PT0.000000001S"', "10000-01-01T00:00:00Z"),
        ('@"10000-01-01T00:00:00@Europe/Berlin" - @"P1D"', "9999-12-31T00:00:00@Europe/Berlin"),
        ('@"10000-03-28T12:00:00@Europe/Berlin" + @"P180D"', "10000-09-24T12:00:00@Europe/Berlin"),
        ('@"999999999-12-31" - @"-999999999-01-01"', "P730484999633D"),
        ('@"-999999999-01-01" + (@"999999999-12-31" - @"-999999999-01-01")', "999999999-12-31"),
        ('@"999999999-12-31" + @"P1D"', "null"),
        ('count(for d in @"-0001-12-31"..@"0001-01-01" return d)', "368"),
        ('for d in @"10000-01-01"..@"9999-12-31" return d.day', "[1, 31]"),
        ('@"2023-12-31T24:00:00" + @"PT1S"', "2024-01-01T00:00:01"),
        ('@"9999-12-31T24:00:00Z" = @"10000-01-01T00:00:00Z"', "true"),
        ('@"24:00:00" - @"PT1S"', "23:59:59"),
        ('date and time("2023-12-31T24:00:00.000+07:00")', "2024-01-01T00:00:00+07:00"),
        ('date and time("2023-12-31T24:00:00.1")', "null"),
    ],
)
def test_what_is_calculated_is_again_a_value_that_can_be_calculated_with(text: str, expected: str) -> None:
    assert to_text(evaluate(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2024-10-26T12:00:00@Europe/Berlin" + @"P1D"', "2024-10-27T11:00:00@Europe/Berlin"),
        ('@"2024-10-27T11:00:00@Europe/Berlin" - @"P1D"', "2024-10-26T12:00:00@Europe/Berlin"),
        ('@"2024-03-30T12:00:00@Europe/Berlin" + @"P1D"', "2024-03-31T13:00:00@Europe/Berlin"),
        ('@"2024-03-30T12:00:00@Europe/Berlin" + @"P1M"', "2024-04-30T12:00:00@Europe/Berlin"),
        ('@"2024-10-27T02:30:00@Europe/Berlin" + @"PT1H"', "2024-10-27T02:30:00@Europe/Berlin"),
        ('@"2024-10-27T02:30:00@Europe/Berlin" + @"PT1H" - @"2024-10-27T02:30:00@Europe/Berlin"', "PT1H"),
        ('@"2024-10-27T02:30:00@Europe/Berlin" + @"PT1H" + @"PT1H"', "2024-10-27T03:30:00@Europe/Berlin"),
        ('(@"2024-03-31T01:30:00@Europe/Berlin" + @"PT1H").hour', "3"),
        ('@"2024-10-27T12:00:00@Europe/Berlin" - @"2024-10-26T12:00:00@Europe/Berlin"', "P1DT1H"),
    ],
)
def test_a_duration_is_added_on_the_instant_and_not_on_the_wall_clock(text: str, expected: str) -> None:
    """DMN 10.3.2.3.5: the value of a date and time is a number of seconds, and that is what is added to."""
    assert to_text(evaluate(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT0.S", "PT0S"),
        ("PT1.S", "PT1S"),
        ("PT.5S", "PT0.5S"),
        ("-P1DT2.S", "-P1DT2S"),
        ("PT.S", "null"),
        ("PTS", "null"),
    ],
)
def test_seconds_may_have_digits_on_one_side_of_the_point_alone(text: str, expected: str) -> None:
    """XML Schema 1.1, duSecondFrag: `unsignedDecimalPtNumeral`."""
    assert to_text(evaluate("duration(text)", {"text": text})) == expected
