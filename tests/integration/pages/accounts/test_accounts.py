"""Accounts, roles and deputies in the browser."""

import re
from typing import Any

import pytest

from tests.integration.pages.site import Site, Visit

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


def test_a_new_account_gets_a_temporary_password_that_is_shown_once(site: Site) -> None:
    administrator = site.visit("quantri")
    fields = administrator.hidden("/quan-tri/tai-khoan/moi") | NEW
    shown = administrator.post("/quan-tri/tai-khoan/moi", **fields)
    password = re.search(r"user-select-all[^>]*>([^<]+)<", shown.get_data(as_text=True))
    assert password is not None
    assert shown.headers["Cache-Control"] == "no-store"
    again = administrator.post("/quan-tri/tai-khoan/moi", **fields)
    assert again.status_code == 303
    assert password[1] not in administrator.get(again.headers["Location"])
    assert "canbo.moi" in administrator.get("/quan-tri/tai-khoan/?text=canbo")


def test_an_organisation_that_is_not_in_the_list_is_refused_at_its_field(site: Site) -> None:
    answer = site.visit("quantri").send("/quan-tri/tai-khoan/moi", status=422, **{**NEW, "organisation": "khong-co"})
    assert 'href="#organisation"' in answer.get_data(as_text=True)


def test_a_role_is_given_and_ended(site: Site) -> None:
    administrator = site.visit("quantri")
    page = page_of(site, "donvi")
    administrator.send(f"{page}vai-tro", role="inspector", organisation="cong-an-thanh-hoa", valid_from="2023-03-01")
    assert site.actor("donvi").has_role("inspector")
    ends = re.findall(r"vai-tro/[0-9a-f-]{36}/ket-thuc", administrator.get(page))
    administrator.send(page + ends[-1], last_day="2023-02-28")
    assert not site.actor("donvi").has_role("inspector")


def test_a_deputy_is_appointed_within_the_role_and_ended(site: Site) -> None:
    administrator = site.visit("quantri")
    page = page_of(site, "donvi")
    found = re.search(r"vai-tro/[0-9a-f-]{36}/uy-quyen", administrator.get(page))
    assert found is not None
    fields: dict[str, Any] = {"deputy": site.users["duyet"], "valid_from": "2023-03-01"}
    administrator.send(page + found[0], status=422, valid_to="2023-02-01", **fields)
    administrator.send(page + found[0], valid_to="2023-03-31", **fields)
    assert site.actor("duyet").has_role("unit-officer")
    end = re.search(r"uy-quyen/[0-9a-f-]{36}/ket-thuc", administrator.get(page))
    assert end is not None
    administrator.send(page + end[0], last_day="2023-02-28")
    assert not site.actor("duyet").has_role("unit-officer")


def test_an_ended_account_is_signed_out_at_once(site: Site) -> None:
    administrator, officer = site.visit("quantri"), site.visit("donvi")
    administrator.send(f"{page_of(site, 'donvi')}ket-thuc", reason="Nghỉ hưu")
    assert "dang-nhap" in officer.client.get("/quy-trinh/").headers["Location"]
    assert "Ended" in administrator.get(page_of(site, "donvi"))


def test_a_reset_password_replaces_the_former_and_ends_the_sessions(site: Site) -> None:
    administrator, officer = site.visit("quantri"), site.visit("donvi")
    answer = administrator.send(f"{page_of(site, 'donvi')}mat-khau", status=200)
    assert "Temporary password" in answer.get_data(as_text=True)
    assert officer.client.get("/quy-trinh/").status_code == 303


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
