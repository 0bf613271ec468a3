"""Moving running cases on the administrator's pages: chosen, mapped, tried, started, followed, taken back; and what is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.acceptance.scene import Scene
from tests.support.versions import Files, hurried, relabelled, renamed
from tests.support.world import shipped_package
from workflow.ids import new_id
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AssignRole
from workflow.services.accounts.sessions import open_session


@dataclass(kw_only=True)
class Desk:
    """The administrator's browser, and a second version of the procedure."""

    scene: Scene
    client: FlaskClient
    token: str
    old: str
    new: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/chuyen-ho-so/{path}")

    def post(self, path: str, **fields: "str | list[str]") -> TestResponse:
        form = {
            "csrf_token": self.token,
            "target": self.new,
            **{name.replace("__", ":"): one for name, one in fields.items()},
        }
        return self.client.post(f"/chuyen-ho-so/{path}", data=form)

    def step(self, name: str, **fields: "str | list[str]") -> TestResponse:
        return self.post(f"{self.old}/{name}", **fields)

    def start(self, **fields: "str | list[str]") -> TestResponse:
        return self.step("bat-dau", **{"reason": "Sửa lỗi quy trình", "command_id": new_id(), **fields})

    def moved(self, **fields: "str | list[str]") -> str:
        """Start a move and let the worker do it; the address of its page."""
        address = self.start(**fields).headers["Location"]
        self.scene.house.settle()
        return str(address).removeprefix("/chuyen-ho-so/")

    def case(self, unit: str) -> str:
        return self.scene.house.case(unit).id


def text(response: TestResponse) -> str:
    """What a person reads, in one line."""
    body = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True).partition("<main")[2])
    return re.sub(r"\s+", " ", body)


@pytest.fixture
def desk(scene: Scene) -> Callable[[Callable[[Files], Files]], Desk]:
    def publish(change: Callable[[Files], Files]) -> Desk:
        by = Provenance(actor=SYSTEM, at=scene.house.clock.now())
        new = scene.container.publishing.install(change(shipped_package()), by)
        client, token = scene.browser("admin")
        return Desk(scene=scene, client=client, token=token, old=scene.ids["published"], new=new)

    return publish


To = Callable[[Callable[[Files], Files]], Desk]


def test_the_way_begins_at_the_procedures_and_lists_only_the_versions_with_running_cases(desk: To) -> None:
    one = desk(relabelled)
    assert 'href="/chuyen-ho-so/?key=dien-hinh"' in one.client.get("/quy-trinh/").get_data(as_text=True)
    assert f'href="/chuyen-ho-so/{one.old}/"' in one.client.get(f"/quy-trinh/{one.old}/").get_data(as_text=True)
    assert f'href="/chuyen-ho-so/{one.new}/"' not in one.client.get(f"/quy-trinh/{one.new}/").get_data(as_text=True)
    page = one.get("?key=dien-hinh")
    assert f'href="/chuyen-ho-so/{one.old}/"' in page.get_data(as_text=True)
    assert "No case has been moved yet." in text(page)
    assert "No case is running that you could move." in text(one.get("?key=khong-co"))


def test_cases_are_chosen_from_a_filtered_list(desk: To) -> None:
    one = desk(relabelled)
    page = text(one.get(f"{one.old}/"))
    assert "8 of 8 running cases fit the filter." in page
    assert "Preview all 8" in page
    found = one.get(f"{one.old}/?text=khong+co&stage=&status=active")
    assert "No running case fits the filter." in text(found)
    for words in ("th%E1%BB%8D+thanh", "tho+thanh"):
        found = one.get(f"{one.old}/?text={words}")
        assert "1 of 8 running cases fit the filter." in text(found)
    assert one.case("tho-thanh") in found.get_data(as_text=True)
    chosen = one.step("xem-truoc?text=x", scope="fitting", fitting=one.case("tho-thanh"))
    assert "Chosen cases 1 Ready to move 1" in text(chosen)


def test_a_case_from_its_own_page_is_ticked(desk: To) -> None:
    one = desk(relabelled)
    page = one.get(f"{one.old}/?case={one.case('tho-thanh')}").get_data(as_text=True)
    assert page.count(" checked>") == 2, "the case, and the version to which it moves"


def test_to_choose_nothing_is_refused_on_the_same_page(desk: To) -> None:
    page = desk(relabelled).step("xem-truoc", scope="chosen")
    assert page.status_code == 422
    assert "Choose at least one case." in text(page)
    page = desk(relabelled).step("xem-truoc", scope="all", target="")
    assert "Choose the version to which the cases are to move." in text(page)


def test_the_preview_says_what_becomes_of_each_step(desk: To) -> None:
    page = desk(relabelled).step("xem-truoc", scope="all")
    assert page.status_code == 200
    assert "Chosen cases 8 Ready to move 8" in text(page)
    assert "7 cases Ready to move" in text(page)
    assert "Goes on unchanged, with whoever has it, draft, results and evidence. stay as they are" in text(page)
    assert "Where steps go on" not in text(page)


def test_changed_deadlines_and_timers_are_said(desk: To) -> None:
    page = desk(hurried).step("xem-truoc", scope="all")
    assert "are worked out again" in text(page)


def test_a_renamed_step_is_asked_for_with_what_is_likely_first(desk: To) -> None:
    page = desk(renamed).step("xem-truoc", scope="all")
    assert "Chosen cases 8 Ready to move 0" in text(page)
    assert "1. Register as a model-unit candidate" in text(page)
    assert '<option selected value="sign_up">' in page.get_data(as_text=True)
    page = desk(renamed).step("xem-truoc", scope="all", map__registration="sign_up")
    assert "Chosen cases 8 Ready to move 8" in text(page)
    assert '<option selected value="sign_up">' in page.get_data(as_text=True), "it can still be changed"
    assert "Done already; its result counts as that of" in text(page)


def test_who_goes_on_without_a_mapping_is_led_to_the_field_and_loses_nothing(desk: To) -> None:
    one = desk(renamed)
    for step in ("chay-thu", "bat-dau"):
        page = one.step(
            step,
            scope="chosen",
            case=[one.case("tho-thanh"), one.case("rung-thong")],
            map__registration="",
            reason="Viết dở",
            command_id=new_id(),
        )
        body = page.get_data(as_text=True)
        assert page.status_code == 422
        assert '<a href="#map-1">Say where “Register as a model-unit candidate” goes on.</a>' in body
        assert f"{one.case('tho-thanh')}" in body, "the chosen cases are carried along"
        assert 'name="reason" value="Viết dở"' in body
        assert '<option selected value="">' in body, "what was not chosen is not chosen for the person"


def test_a_mapping_to_what_cannot_be_is_refused_at_its_field(desk: To) -> None:
    one = desk(renamed)
    for place in ("khong-co", "<script>", "recognised", "-"):
        page = one.step("xem-truoc", scope="chosen", case=one.case("tho-thanh"), map__registration=place)
        assert page.status_code == 422, place
        assert 'href="#map-1"' in page.get_data(as_text=True)
        assert "<script>" not in page.get_data(as_text=True).partition("<main")[2].partition("</main")[0]
        assert one.start(scope="chosen", case=one.case("tho-thanh"), map__registration=place).status_code == 422


def test_a_mapping_of_unknown_steps_is_refused(desk: To) -> None:
    one = desk(renamed)
    page = one.step("xem-truoc", scope="all", map__khong_co="sign_up")
    assert page.status_code == 422
    assert "has no step “khong_co”" in text(page)
    many: dict[str, str | list[str]] = {f"map__x{number}": "sign_up" for number in range(900)}
    assert one.step("xem-truoc", scope="all", **many).status_code == 422


def test_only_those_that_are_ready_can_go_on(desk: To) -> None:
    one = desk(renamed)
    page = one.step("xem-truoc", scope="all", map__registration="", then="ready")
    assert "None of the chosen cases" in text(page)
    page = one.step("xem-truoc", scope="all", map__registration="sign_up", then="ready")
    assert "Chosen cases 8 Ready to move 8" in text(page)


def test_the_dry_run_writes_nothing_and_says_where_each_case_would_stand(desk: To) -> None:
    one = desk(renamed)
    before = one.scene.house.case().version_id
    page = one.step("chay-thu", scope="all", map__registration="sign_up")
    assert "Dry run with 8 cases" in text(page)
    assert "Would move 8 Would not move 0" in text(page)
    assert one.scene.house.case().version_id == before
    assert one.scene.container.migrations.list(one.scene.house.actor("quantri.tinh")) == ([], 0)


def test_a_reason_is_needed_and_a_second_click_is_the_same_command(desk: To) -> None:
    one = desk(relabelled)
    page = one.start(scope="all", reason=" ")
    assert page.status_code == 422
    assert 'href="#reason"' in page.get_data(as_text=True)
    command = new_id()
    first, second = (one.start(scope="all", command_id=command) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


def test_a_move_is_followed_and_taken_back(desk: To) -> None:
    one = desk(renamed)
    here = one.moved(scope="all", map__registration="sign_up")
    page = one.get(here)
    assert "Moved: 8" in text(page)
    assert "registration → sign_up" in text(page)
    assert one.scene.house.case("tho-thanh").version_id == one.new
    part = one.client.get(f"/chuyen-ho-so/{here}", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert one.post(f"{here}hoan-tac", command_id=new_id(), reason="").status_code == 422
    case = one.case("tho-thanh")
    assert one.post(f"{here}hoan-tac/{case}", command_id=new_id(), reason="Nhầm").status_code == 303
    assert one.scene.house.case("tho-thanh").version_id == one.old
    again = one.post(f"{here}hoan-tac/{case}", command_id=new_id(), reason="Nhầm")
    assert again.status_code == 422
    assert one.post(f"{here}hoan-tac", command_id=new_id(), reason="Nhầm").status_code == 303
    one.scene.house.settle()
    assert "Taken back: 8" in text(one.get(f"{here}?status=reverted&page=1"))
    assert "No case stands there." in text(one.get(f"{here}?status=failed"))
    one.scene.house.verify()


def test_a_case_in_which_something_happened_is_not_taken_back_and_says_why(desk: To) -> None:
    one = desk(relabelled)
    here = one.moved(scope="all")
    one.scene.house.register("tho-thanh")
    page = one.post(f"{here}hoan-tac/{one.case('tho-thanh')}", command_id=new_id(), reason="Nhầm")
    assert page.status_code == 422
    assert "Something has happened in the case since it was moved" in text(page)
    one.post(f"{here}hoan-tac", command_id=new_id(), reason="Nhầm")
    one.scene.house.settle()
    page = one.get(here)
    assert "Something has happened in the case since it was moved" in text(page)
    assert "Moved: 1" in text(page)


def test_the_rest_is_cancelled(desk: To) -> None:
    one = desk(relabelled)
    here = str(one.start(scope="all").headers["Location"]).removeprefix("/chuyen-ho-so/")
    assert one.post(f"{here}dung", command_id=new_id()).status_code == 303
    one.scene.house.settle()
    assert "Left out: 8" in text(one.get(here))
    assert one.scene.house.case().version_id == one.old


def test_foreign_and_broken_ids_are_not_there(desk: To) -> None:
    one = desk(relabelled)
    for case in (new_id(), "x", "'; DROP TABLE cases", f"{one.case('tho-thanh')} x"):
        assert one.step("xem-truoc", scope="chosen", chosen=case).status_code == 404, case
    for target in (new_id(), "../../"):
        assert one.step("xem-truoc", scope="all", target=target).status_code == 404, target
    assert one.step("xem-truoc", scope="all", target=one.scene.ids["draft"]).status_code == 422
    assert one.step("xem-truoc", scope="all", target=one.old).status_code == 422
    assert one.get(f"lan-chuyen/{new_id()}/").status_code == 404
    assert one.get(f"{one.old}/xem-truoc?version_id=x&_external=1&target={one.new}").status_code == 200
    assert one.get(f"{one.old}/?version_id=x&_external=1&text=y").status_code == 200


def test_a_huge_list_is_refused_before_it_is_looked_up(desk: To) -> None:
    one = desk(relabelled)
    page = one.step("xem-truoc", scope="chosen", chosen=" ".join([one.case("tho-thanh")] * 20_001))
    assert page.status_code == 422
    assert "At most 20000 cases" in text(page)


def test_another_provinces_administrator_sees_neither_cases_nor_moves(desk: To) -> None:
    one = desk(relabelled)
    here = one.moved(scope="all")
    client, token = one.scene.browser("admin-else")
    assert "No case that you could move runs on this version." in text(client.get(f"/chuyen-ho-so/{one.old}/"))
    assert "No case has been moved yet." in text(client.get("/chuyen-ho-so/"))
    assert client.get(f"/chuyen-ho-so/{here}").status_code == 404
    form = {"csrf_token": token, "command_id": new_id(), "reason": "x"}
    assert client.post(f"/chuyen-ho-so/{here}hoan-tac/{one.case('tho-thanh')}", data=form).status_code == 404


def test_who_may_read_the_case_and_administer_procedures_finds_the_way_on_the_cases_page(desk: To) -> None:
    one = desk(relabelled)
    house, by = one.scene.house, one.scene.house.actor("quantri.tinh")
    case, manager = one.case("xa-minh-hoa"), house.users["quanly.tinh"]
    client, _token = one.scene.browser("manager")
    assert "/chuyen-ho-so/" not in client.get(f"/ho-so/{case}").get_data(as_text=True)
    role = NewRole(role="administrator", organisation_id=by.assignments[0].organisation_id, valid_from=date(2022, 1, 1))
    house.sure(one.scene.container.roles.assign(by, AssignRole(user_id=manager, role=role)))
    with one.scene.container.units() as uow:
        uow.accounts.save(replace(uow.accounts.get(manager), totp_last_step=1))
        token = open_session(uow, manager, house.clock.now())
        uow.commit()
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert f"/chuyen-ho-so/{one.old}/?case={case}" in client.get(f"/ho-so/{case}").get_data(as_text=True)
