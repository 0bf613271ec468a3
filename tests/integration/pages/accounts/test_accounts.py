"""Accounts, roles and deputies in the browser."""

import re
from typing import Any

import pytest

from tests.integration.pages.site import NOW, Site, Visit
from tests.support.world import PASSWORD
from workflow.runtime.recorder import SYSTEM, Provenance

NEW: dict[str, Any] = {
    "login": "canbo.moi",
    "name": "Cán bộ Minh Họa",
    "locale": "vi",
    "role": "unit-officer",
    "organisation": "tho-thanh",
    "valid_from": "2023-03-01",
}
STEPS = ("sua", "mat-khau", "dang-xuat", "lop-thu-hai", "ket-thuc", "vai-tro")


def page_of(site: Site, login: str) -> str:
    """The account's address."""
    return f"/quan-tri/tai-khoan/{site.users[login]}/"


def test_a_new_account_without_address_gets_a_printed_link_that_a_second_administrator_released(site: Site) -> None:
    first, second = site.visit("quantri"), site.visit("quantri2")
    asked = first.send("/quan-tri/tai-khoan/moi", **NEW).headers["Location"]
    assert "takes a second person" in first.get(asked)
    assert "canbo.moi" not in first.get("/quan-tri/tai-khoan/?text=canbo")
    assert "Confirm as the second person" not in first.get(asked)
    first.send(asked, to=f"{asked}xac-nhan", status=422)
    second.send(asked, to=f"{asked}xac-nhan")
    assert "canbo.moi" in first.get("/quan-tri/tai-khoan/?text=canbo")
    second.send(asked, to=f"{asked}in", status=403)

    shown = first.send(asked, to=f"{asked}in", status=200)

    link = re.search(r"user-select-all[^>]*>([^<]+)<", shown.get_data(as_text=True))
    assert link is not None
    assert shown.headers["Cache-Control"] == "no-store"
    assert link[1] not in first.get(asked)
    opened = Visit(client=site.app.test_client())
    answer = opened.client.get(link[1])
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Location"] == "/lien-ket"
    assert link[1].rpartition("/")[2] not in opened.get("/lien-ket")
    opened.send("/lien-ket", new=PASSWORD, again=PASSWORD)
    assert opened.client.get("/lien-ket").headers["Location"] == "/dang-nhap"
    opened.send("/dang-nhap", login="canbo.moi", password=PASSWORD)
    assert opened.get("/tai-khoan")


def test_opening_a_link_uses_nothing_up_and_a_dead_one_says_so(site: Site) -> None:
    token = site.services.account_changes.link_at_server(Provenance(actor=SYSTEM, at=NOW), "donvi")
    for _ in range(3):  # a mail scanner, a preview, the person
        scanner = Visit(client=site.app.test_client())
        scanner.client.get(f"/lien-ket/{token}")
        assert "Đặt mật khẩu của bạn" in scanner.get("/lien-ket")
    assert "Hai lần nhập mật khẩu mới" in scanner.send("/lien-ket", status=422, new=PASSWORD, again="x").get_data(
        as_text=True
    )
    scanner.send("/lien-ket", new=PASSWORD, again=PASSWORD)

    late = Visit(client=site.app.test_client())
    late.client.get(f"/lien-ket/{token}")
    assert "Liên kết không còn hiệu lực" in late.get("/lien-ket", status=410)


def test_a_power_waits_on_the_page_and_is_refused_with_a_reason(site: Site) -> None:
    first, second = site.visit("quantri"), site.visit("quantri2")
    wish = {"role": "auditor", "organisation": "dong-son", "valid_from": "2023-03-01"}
    asked = first.send(f"{page_of(site, 'donvi')}vai-tro", **wish).headers["Location"]
    listed = second.get("/cho-xac-nhan/")
    assert asked in listed
    assert "Người thử quantri" in listed
    page = second.get(asked)
    assert "Auditor" in page
    assert "Người thử donvi" in page

    second.send(asked, to=f"{asked}tu-choi", status=422)
    second.send(asked, to=f"{asked}tu-choi", reason="Chưa có quyết định")

    assert "Chưa có quyết định" in first.get(asked)
    assert not site.actor("donvi").has_role("auditor")


def test_an_organisation_that_is_not_in_the_list_is_refused_at_its_field(site: Site) -> None:
    answer = site.visit("quantri").send("/quan-tri/tai-khoan/moi", status=422, **{**NEW, "organisation": "khong-co"})
    assert 'href="#organisation"' in answer.get_data(as_text=True)


def test_a_role_is_given_and_ended(site: Site) -> None:
    administrator = site.visit("quantri")
    page = page_of(site, "donvi")
    administrator.send(f"{page}vai-tro", role="inspector", organisation="cong-an-dong-son", valid_from="2023-03-01")
    assert site.actor("donvi").has_role("inspector")
    ends = re.findall(r"vai-tro/[0-9a-f-]{36}/ket-thuc", administrator.get(page))
    administrator.send(page + ends[-1], last_day="2023-02-28")
    assert not site.actor("donvi").has_role("inspector")


def test_a_deputy_is_looked_for_named_on_a_page_and_appointed_within_the_role(site: Site) -> None:
    administrator = site.visit("quantri")
    page = page_of(site, "donvi")
    found = re.search(r"vai-tro/[0-9a-f-]{36}/uy-quyen", administrator.get(page))
    assert found is not None
    assert "Người thử quanly" not in administrator.get(page + found[0])
    listed = administrator.get(f"{page}{found[0]}?text=donvi2")
    chosen = re.search(r'uy-quyen\?deputy=([0-9a-f-]{36})"', listed)
    assert chosen is not None
    asking = f"{page}{found[0]}?deputy={chosen[1]}"
    assert "Người thử donvi2 (donvi2)" in administrator.get(asking)
    assert "Người thử donvi (donvi)" in administrator.get(asking)
    fields: dict[str, Any] = {"deputy": chosen[1], "valid_from": "2023-03-01"}
    administrator.send(asking, status=422, valid_to="2023-02-01", **fields)
    administrator.send(asking, valid_to="2023-03-31", **fields)
    assert site.actor("donvi2").organisations("unit-officer") == ("dien-bien", "tho-thanh")
    end = re.search(r"uy-quyen/[0-9a-f-]{36}/ket-thuc", administrator.get(page))
    assert end is not None
    administrator.send(page + end[0], last_day="2023-02-28")
    assert site.actor("donvi2").organisations("unit-officer") == ("dien-bien",)


def test_a_deputy_who_is_not_named_is_not_appointed(site: Site) -> None:
    administrator = site.visit("quantri")
    page = page_of(site, "donvi")
    found = re.search(r"vai-tro/[0-9a-f-]{36}/uy-quyen", administrator.get(page))
    assert found is not None
    answer = administrator.post(page + found[0], valid_from="2023-03-01", valid_to="2023-03-31")
    assert answer.status_code == 422


def test_an_ended_account_is_signed_out_at_once(site: Site) -> None:
    administrator, officer = site.visit("quantri"), site.visit("donvi")
    administrator.send(f"{page_of(site, 'donvi')}ket-thuc", reason="Nghỉ hưu")
    assert "dang-nhap" in officer.client.get("/quy-trinh/").headers["Location"]
    assert "Ended" in administrator.get(page_of(site, "donvi"))


def test_a_reset_without_a_confirmed_address_waits_for_a_second_person(site: Site) -> None:
    first, second, officer = site.visit("quantri"), site.visit("quantri2"), site.visit("donvi")
    asked = first.send(f"{page_of(site, 'donvi')}mat-khau", reason="Quên").headers["Location"]
    assert officer.client.get("/tai-khoan").status_code == 200
    second.send(asked, to=f"{asked}xac-nhan")
    assert officer.client.get("/tai-khoan").status_code == 303
    assert "No password yet" in first.get(page_of(site, "donvi"))


def test_nobody_gives_themselves_a_role(site: Site) -> None:
    administrator = site.visit("quantri")
    page = page_of(site, "quantri")
    assert "Give a role" not in administrator.get(page)
    assert administrator.client.get(f"{page}vai-tro").status_code == 403
    asked = {"role": "definition-reviewer", "organisation": "thanh-hoa", "valid_from": "2023-03-01"}
    administrator.send(f"{page}sua", to=f"{page}vai-tro", status=403, **asked)
    assert not site.actor("quantri").has_role("definition-reviewer")


@pytest.mark.parametrize("who", ["duyet", "quanly", "donvi"])
def test_only_administrators_reach_accounts(site: Site, who: str) -> None:
    visit: Visit = site.visit(who)
    assert "Người thử quantri" not in visit.client.get("/quan-tri/tai-khoan/").get_data(as_text=True)
    for step in ("", *STEPS):
        assert visit.client.get(page_of(site, "quantri2") + step).status_code in (403, 404)
