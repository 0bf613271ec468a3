"""Who may come in: auditors, and each only to the cases of their own jurisdiction; nobody changes a case here."""

from dataclasses import replace

import pytest

from tests.integration.pages.auditing.conftest import NEIGHBOUR, REVIEWER, Site
from tests.support.sealed import table_in

PAGES = ("/kiem-toan/", "/kiem-toan/su-kien", "/kiem-toan/kiem-tra")
OF_A_CASE = ("", "/so-do", "/so-do.bpmn", "/dau-vet", "/tai-thoi-diem", "/tai-thoi-diem?date=2023-04-01", "/goi")
POSTS = ("/kiem-toan/xuat", "/kiem-toan/su-kien/xuat", "/kiem-toan/kiem-tra", "/kiem-toan/diem-kiem-soat")


@pytest.fixture(autouse=True)
def _without_tokens(site: Site) -> None:
    """Forged posts are refused before anything else; here it is about who may."""
    site.app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("login", [REVIEWER, "donvi.minhhoa", "quantri.tinh"])
def test_nobody_but_an_auditor_comes_in(site: Site, login: str) -> None:
    with site.house.container.units() as uow:
        user = uow.accounts.get(site.house.users[login])
        uow.accounts.save(replace(user, totp_last_step=1))  # as if an administrator had set it up
        uow.commit()
    person = site.enter(login)
    for page in PAGES:
        person.open(page, status=403)
    for part in OF_A_CASE:
        person.open(f"/kiem-toan/ho-so/{site.case_id}{part}", status=403)
    for post in (*POSTS, f"/kiem-toan/ho-so/{site.case_id}/goi"):
        person.post(post, {"format": "csv"}, status=403)
    assert site.events("CaseRead", "CaseBundled") == []


def test_an_auditor_of_another_province_finds_nothing(site: Site) -> None:
    neighbour = site.enter(NEIGHBOUR)

    assert "There is no case within your jurisdiction yet." in neighbour.open("/kiem-toan/").text
    assert "Nothing has been recorded within your jurisdiction yet." in neighbour.open("/kiem-toan/su-kien").text
    for query in (
        "unit=xa-minh-hoa",
        "organisation=thanh-hoa",
        f"case={site.case_id}",
        "actor=minhhoa",
        "criterion=I.18",
    ):
        assert "No event fits these filters." in neighbour.open(f"/kiem-toan/su-kien?{query}").text


def test_an_auditor_of_another_province_cannot_open_the_case_and_leaves_no_trace_in_it(site: Site) -> None:
    neighbour = site.enter(NEIGHBOUR)
    number = len(site.events())

    for part in OF_A_CASE:
        neighbour.open(f"/kiem-toan/ho-so/{site.case_id}{part}", status=404)
    neighbour.post(f"/kiem-toan/ho-so/{site.case_id}/goi", {}, status=404)

    assert len(site.events()) == number


def test_exports_of_another_province_are_empty(site: Site) -> None:
    neighbour = site.enter(NEIGHBOUR)

    for address in ("/kiem-toan/su-kien/xuat", "/kiem-toan/xuat"):
        answer = neighbour.client.post(address, data={"format": "csv"})
        assert len(table_in(answer.get_data()).decode().splitlines()) == 1, "the header alone"


def test_whoever_is_not_signed_in_is_asked_to(site: Site) -> None:
    client = site.app.test_client()

    answer = client.get(f"/kiem-toan/ho-so/{site.case_id}")

    assert answer.status_code == 303
    assert answer.location.startswith("/dang-nhap")


def test_the_navigation_offers_the_audit_to_auditors_alone(site: Site) -> None:
    links = site.enter("kiemsoat.tinh").open("/kiem-toan/").page.xpath("//nav//a/@href")
    others = site.enter(REVIEWER).open("/nhiem-vu").page.xpath("//nav//a/@href")

    assert any(link.endswith("/kiem-toan/") for link in links)
    assert not any("/kiem-toan" in link for link in others)
