"""Words that people of this work read wrongly: they stand on no page, in no guide and in no shipped procedure."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from workflow.installation import DEFINITIONS

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "webui" / "translations" / "vi"
WRONG = {
    r"biên bản tổng hợp": "Bảng tổng hợp hồ sơ: a biên bản is signed",
    r"kiểm toán": "Kiểm tra, truy vết: kiểm toán is of money",
    r"trả lại (nhiệm vụ )?cho nhóm": "Đưa về nhóm: only what is to be corrected is returned",
    r"không biểu quyết": "Không có ý kiến, or of a recusal Không tham gia xét",
    r"không tham gia biểu quyết": "Không tham gia xét",
    r"không hiểu được biểu mẫu": "Trang đã hết hạn, hãy tải lại",
    r"\d %(?!\()": "15%, without a blank",
}
"""Pattern → what is right, and why."""


def test_the_words_of_the_pages_are_the_right_ones() -> None:
    assert list(faults(words_of_pages())) == []


@pytest.mark.parametrize("wrong", ["Kiểm toán", "biên bản tổng hợp hồ sơ", "Không biểu quyết", "giảm 15 %"])
def test_a_wrong_word_would_be_found(wrong: str) -> None:
    assert list(faults([("here", f"Xem {wrong} của hồ sơ")]))


def faults(texts: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> Iterator[str]:
    """A line for each wrong word."""
    for where, text in texts:
        for pattern, right in WRONG.items():
            if re.search(pattern, text, re.IGNORECASE):
                yield f"{where}: “{text[:80]}”: {right}"


def words_of_pages() -> Iterator[tuple[str, str]]:
    """Every Vietnamese text that a page or a guide may show."""
    for path in sorted(TRANSLATIONS.glob("*.po")):
        for message in read_po(path.open("rb")):
            for text in message.string if isinstance(message.string, tuple) else (message.string,):
                yield path.name, re.sub(r"%\(\w+\)[sd]", "…", str(text or "")).replace("%%", "%")
    for path in sorted((ROOT / "docs" / "vi").glob("*.md")):
        yield from (
            (f"{path.name}:{number}", line) for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        )
    for path in sorted([*DEFINITIONS.rglob("*.toml"), *DEFINITIONS.rglob("*.bpmn"), *DEFINITIONS.rglob("*.dmn")]):
        yield path.name, path.read_text("utf-8")
