"""Dates, instants and numbers as people here write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import session

from tests.support.gallery import gallery_app
from webui import format
from webui.i18n import KEY

FRIDAY = date(2026, 11, 27)


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with gallery_app().test_request_context():
        session[KEY] = request.param
        yield request.param


def test_an_instant_is_shown_in_the_zone_of_viet_nam(language: str) -> None:
    late = datetime(2023, 11, 26, 18, 30, 5, tzinfo=UTC)

    assert format.at(late) == "01:30 27/11/2023"
    assert format.at(late, seconds=True) == "01:30:05 27/11/2023"
    assert format.local_date(late) == date(2023, 11, 27)


def test_an_instant_without_zone_is_a_fault() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        format.local_date(datetime(2023, 1, 1))  # noqa: DTZ001 - that is the fault


def test_a_due_day_says_how_long_is_left(language: str) -> None:
    texts = {
        "vi": (
            "còn 3 ngày làm việc (thứ Sáu 27/11)",
            "hạn hôm nay (thứ Sáu 27/11)",
            "quá hạn 1 ngày làm việc (thứ Sáu 27/11)",
        ),
        "en": (
            "3 working days left (Friday 27/11)",
            "due today (Friday 27/11)",
            "1 working day overdue (Friday 27/11)",
        ),
    }

    assert (format.due(FRIDAY, 3), format.due(FRIDAY, 0), format.due(FRIDAY, -1)) == texts[language]


def test_numbers_have_the_marks_of_the_language(language: str) -> None:
    assert format.number(Decimal("1234.5")) == {"vi": "1.234,5", "en": "1,234.5"}[language]
    assert format.percent("12.5") == {"vi": "12,5%", "en": "12.5%"}[language]
    assert format.size(2_516_582) == {"vi": "2,4 MB", "en": "2.4 MB"}[language]


def test_a_long_score_keeps_its_digits(language: str) -> None:
    assert format.number("33.125").replace(",", ".") == "33.125"


@pytest.mark.parametrize(
    "shown", [format.on(None), format.at(None), format.number(None), format.percent(""), format.due(None, 1)]
)
def test_what_is_not_there_is_a_dash(shown: str) -> None:
    assert shown == format.NOTHING


def test_a_day_names_its_weekday(language: str) -> None:
    assert (
        format.weekday_on(FRIDAY, with_year=True) == {"vi": "thứ Sáu 27/11/2026", "en": "Friday 27/11/2026"}[language]
    )
    assert format.on(FRIDAY) == "27/11/2026"
