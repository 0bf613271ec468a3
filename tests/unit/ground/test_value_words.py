"""Recorded values are told in the words of the forms they were entered in, in both languages."""

from typing import Any

import pytest

from tests.support.world import shipped_package
from workflow.packages.package import load_published
from workflow.services.ground.words import ValueWords, is_of_other_language, local_text

DAY = {"$date": "2023-12-28"}
CLASS_VI = "Kết quả phân loại phong trào năm liền kề trước: Khá"
CLASS_EN = "Last year's class of the movement: Fairly good"


@pytest.fixture(scope="module")
def words() -> ValueWords:
    return ValueWords(load_published(shipped_package()), {"u1": "Nguyễn Văn A"})


def test_fields_choices_and_days_have_their_words(words: ValueWords) -> None:
    said = words.value({"decision": {"outcome": "recognise", "decision_number": "12/QĐ", "decided_on": DAY}})

    assert (
        said.vi == "Quyết định công nhận (Kết quả xử lý: Công nhận; Số quyết định: 12/QĐ; Ngày quyết định: 28/12/2023)"
    )
    assert said.en == "Decide on recognition (Outcome: Recognise; Decision number: 12/QĐ; Decided on: 28/12/2023)"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (True, "có", "yes"),
        (False, "không", "no"),
        (None, "–", "–"),
        ({"previous_class": "kha"}, CLASS_VI, CLASS_EN),
        ({"level": "province"}, "level: province", "level: province"),
        ("u1", "Nguyễn Văn A", "Nguyễn Văn A"),
        ({"$datetime": "2023-12-31T10:00:00Z"}, "17:00 31/12/2023", "17:00 31/12/2023"),
        ({"eligible": False, "reason_vi": "Thiếu", "reason_en": "Lacking"}, "Đủ điều kiện: không; Lý do: Thiếu", None),
    ],
)
def test_a_value_is_told_in_both_languages(words: ValueWords, value: Any, vi: str, en: str | None) -> None:
    said = words.value(value)

    assert said.vi == vi
    assert said.en == (en or "Eligible: no; Reason: Lacking")


@pytest.mark.parametrize(
    ("written", "vi"),
    [('"kha", "xuat_sac"', "kha, xuat_sac"), ("true", "có"), ("-", "-"), ("> 3", "> 3"), ('"Thiếu"', "Thiếu")],
)
def test_entries_of_rules_stand_without_quotes(words: ValueWords, written: str, vi: str) -> None:
    assert words.written(written).vi == vi


def test_papers_and_paths_have_labels(words: ValueWords) -> None:
    paper = words.paper("session_minutes")
    assert paper is not None
    assert (paper.vi, paper.en) == ("Biên bản phiên họp", "Minutes of the session")
    assert words.key("registration.pilot").vi == "Được lựa chọn làm điểm"
    assert words.key("unheard.of").vi == "unheard.of"


def test_without_a_package_values_are_told_by_their_ids() -> None:
    assert ValueWords(None, {}).value({"x": "kha"}).vi == "x: kha"


def test_only_a_pair_has_another_language() -> None:
    assert is_of_other_language("reason_en", ["reason_vi", "reason_en"], "vi")
    assert not is_of_other_language("reason_vi", ["reason_vi", "reason_en"], "vi")
    assert not is_of_other_language("name_en", ["name_en"], "vi")


@pytest.mark.parametrize("text", ["2023-99-99", "2023-12-31Tabc", "12/QĐ", ""])
def test_what_is_no_day_stays_as_it_is(text: str) -> None:
    assert local_text(text) == text
