"""A file that stands for something else already is asked about where a script sends files, too."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.office import OfficeAt, heading
from workflow.demo.player import pdf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_question_is_shown_and_its_answer_adds_the_file(office_at: OfficeAt, tmp_path: Path) -> None:
    """Given two files at one criterion, when they are chosen for the next one beside another file, then that is in and each of the two is asked about."""
    visitor = office_at("self-assessment").person("donvi.minhhoa")
    page = visitor.open("/nhiem-vu")
    page.get_by_role("button", name="Nhận và làm").first.click()
    first, second = (page.locator(f"tbody[data-row='{key}']") for key in ("I.1", "I.2"))
    files = [tmp_path / name for name in ("mot.pdf", "hai.pdf", "ba.pdf")]
    for file in files:
        file.write_bytes(pdf(file.stem))
    first.locator("input[type=file]").set_input_files(files[:2])
    expect(first.get_by_role("link", name="2 tệp minh chứng của I.1")).to_be_visible()

    second.locator("input[type=file]").set_input_files(files)

    heading(visitor, "Tệp này đã có trong hồ sơ")
    expect(page.get_by_role("main")).to_contain_text("“mot.pdf”")
    page.get_by_role("button", name="cả ở đây").click()
    expect(page.get_by_role("main")).to_contain_text("“hai.pdf”")
    page.get_by_role("link", name="Chọn tệp khác").click()
    heading(visitor, "Tự đánh giá")
    expect(page.get_by_role("link", name="2 tệp minh chứng của I.2")).to_be_visible()
