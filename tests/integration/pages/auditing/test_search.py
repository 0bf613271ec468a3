"""Searching cases and events: filters in the address, pages, empty states."""

import pytest

from tests.integration.pages.auditing.conftest import REVIEWER, Site
from tests.support.web import Person


def test_cases_are_listed_with_their_number_and_unit(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/")

    assert page.heading == "Audit: cases"
    assert "Minh Họa Commune" in page.text
    assert "8 entries" in page.text


def test_a_search_keeps_its_filters_in_the_address_and_in_the_form(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/?text=Minh+H%E1%BB%8Da&state=active&since=2023-03-20")

    assert page.value("text") == "Minh Họa"
    assert page.value("since") == "2023-03-20"
    assert "2 entries" in page.text
    assert page.page.xpath("//form[contains(@action, '/kiem-toan/xuat?text=')]")


@pytest.mark.parametrize(
    "query",
    ["text=nothing+of+that+name", "state=withdrawn", "since=2023-03-21", "until=2023-03-19", "year=1999", "stuck=y"],
)
def test_a_search_that_finds_nothing_says_so_and_offers_to_begin_anew(auditor: Person, query: str) -> None:
    page = auditor.open(f"/kiem-toan/?{query}")

    assert "No case fits these filters." in page.text
    assert not page.page.xpath("//form[contains(@action, '/xuat')]")


def test_a_page_beyond_the_last_says_so(auditor: Person) -> None:
    assert "There is no such page." in auditor.open("/kiem-toan/?page=99").text
    assert "There is no such page." in auditor.open("/kiem-toan/su-kien?page=1999").text


def test_events_are_told_as_sentences_with_role_and_organisation(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/su-kien?type=TaskCompleted&unit=Minh+H%E1%BB%8Da")

    assert "completed the task “Register as a model-unit candidate”" in page.text
    assert "Officer of the unit, Minh Họa Commune (made up)" in page.text
    assert "SHA-256" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("criterion=I.18", True),
        ("criterion=I.99", False),
        ("actor=donvi.minhhoa", True),
        ("actor=nobody", False),
        ("organisation=xa-minh-hoa", True),
        ("organisation=bcd-138-thuong-xuan", False),
        ("since=2023-11-01&type=CriterionAssessed", False),
        ("text=HYPERLINK", True),
        ("text=100%25", False),
    ],
)
def test_each_filter_narrows_the_events(auditor: Person, query: str, found: bool) -> None:
    page = auditor.open(f"/kiem-toan/su-kien?{query}")

    assert bool(page.page.xpath("//ol[@class='timeline']/li")) is found
    assert ("No event fits these filters." in page.text) is not found


def test_a_criterion_can_be_followed_from_old_to_new(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/su-kien?criterion=I.18&type=CriterionAssessed")

    assert "Result: before: – → after: Met" in page.text
    assert "Crimes against social order, this year: before: – → after: 17" in page.text
    assert "Crimes against social order, last year: before: – → after: 20" in page.text


def test_a_period_that_ends_before_it_begins_is_refused_on_the_form(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/su-kien?since=2023-04-02&until=2023-04-01")

    assert "The period ends before it begins." in page.text


@pytest.mark.parametrize(
    ("query", "cases", "said"),
    [
        ("since=yesterday", "8 entries", "Error: Not a valid date value."),
        ("page=x", "8 entries", "1 2 3 Next"),
        ("page=-4", "8 entries", "1 2 3 Next"),
        ("year=%E2%81%B4", "8 entries", "1 2 3 Next"),
        ("text=%00%FFzz", "No case fits these filters.", "No event fits these filters."),
        ("until=9999-12-31", "8 entries", "Error: Not a valid date value."),
    ],
)
def test_a_strange_address_is_no_failure(auditor: Person, query: str, cases: str, said: str) -> None:
    assert cases in auditor.open(f"/kiem-toan/?{query}").text
    assert said in auditor.open(f"/kiem-toan/su-kien?{query}").text


def test_a_text_that_was_recorded_never_becomes_markup(site: Site, auditor: Person) -> None:
    page = auditor.open("/kiem-toan/su-kien?text=%3Cscript%3Ealert(1)%3C/script%3E")

    assert not page.page.xpath("//script[contains(text(), 'alert')]")
    assert page.value("text") == "<script>alert(1)</script>"


def test_a_return_is_found_by_each_criterion_that_its_reasons_name(site: Site, auditor: Person) -> None:
    why = {"I.14": "Thiếu quyết định.", "I.2": "Thiếu biên bản."}
    site.house.do("xa-minh-hoa", REVIEWER, "evaluation", "return", reason="Bổ sung", criterion_reasons=why)

    for criterion, found in (("I.14", True), ("I.2", True), ("I.1", False), ("I.3", False)):
        page = auditor.open(f"/kiem-toan/su-kien?criterion={criterion}&type=TaskCompleted")
        assert ("completed the task “Steering committee evaluates”" in page.text) is found, criterion


def test_the_decisions_are_found_together_and_the_systems_own_is_folded(auditor: Person) -> None:
    decisions = auditor.open("/kiem-toan/su-kien?type=group:decisions")
    assert "completed the task" in decisions.text
    assert "took the task" not in decisions.text

    everything = auditor.open("/kiem-toan/su-kien").page
    assert everything.xpath("//ol[@class='timeline']/li/details/summary[contains(., 'of the system')]")
    assert not auditor.open("/kiem-toan/su-kien?type=group:machine").page.xpath(
        "//ol[@class='timeline']/li/details[ul]"
    )


def test_all_that_gave_somebody_a_power_is_found_together(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/").follow("Powers given")

    assert page.heading == "Audit: events"
    assert "the role" in page.text
    assert "set up a second factor" not in page.text
    assert page.value("type") == "group:powers" or "group:powers" in str(
        page.page.xpath("//select[@name='type']/option[@selected]/@value")
    )
