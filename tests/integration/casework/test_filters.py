"""Saved filters: one's own for oneself, a body's for its people, shared by whoever manages tasks there."""

import pytest

from tests.support.house import PASSWORD, House
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.errors import InvalidInput, NotFound, PermissionDenied
from workflow.services.casework.queue.filters import MOST, ForgetFilter, SaveFilter

OFFICE, MANAGER, PROVINCE = "thuongtruc.tinh", "quanly.tinh", "thanh-hoa"
LATE = "tab=todo&due=overdue"


def names(house: House, login: str) -> list[tuple[str, str | None]]:
    return [
        (one.name, one.body.id if one.body else None) for one in house.container.saved_filters.of(house.actor(login))
    ]


def test_ones_own_is_ones_own(house: House) -> None:
    filters, me = house.container.saved_filters, house.actor(OFFICE)
    saved = filters.save(me, SaveFilter(name=" Quá hạn ", query=LATE))

    assert names(house, OFFICE) == [("Quá hạn", None)]
    assert names(house, MANAGER) == []
    with pytest.raises(NotFound):
        filters.forget(house.actor(MANAGER), ForgetFilter(filter_id=saved))
    filters.forget(me, ForgetFilter(filter_id=saved))
    assert names(house, OFFICE) == []
    for wrong in ({"name": " ", "query": LATE}, {"name": "x", "query": "x" * 1001}):
        with pytest.raises(InvalidInput):
            filters.save(me, SaveFilter(**wrong))


def test_a_bodys_is_shared_by_its_manager_and_on_the_record(house: House) -> None:
    filters, manager = house.container.saved_filters, house.actor(MANAGER)
    assert [one.id for one in filters.bodies(manager)] == [PROVINCE]
    assert filters.bodies(house.actor(OFFICE)) == []
    with pytest.raises(PermissionDenied):
        filters.save(house.actor(OFFICE), SaveFilter(name="x", query=LATE, organisation_id="cong-an-thanh-hoa"))

    saved = filters.save(manager, SaveFilter(name="Chung", query=LATE, organisation_id=PROVINCE))

    assert names(house, OFFICE) == names(house, "danhgia.minhhoa") == [("Chung", PROVINCE)]
    assert names(house, "kiemsoat.tinh") == [("Chung", PROVINCE)], "whoever works within the province"
    with pytest.raises(NotFound):
        filters.forget(house.actor(OFFICE), ForgetFilter(filter_id=saved))
    filters.forget(manager, ForgetFilter(filter_id=saved))
    with house.container.units.reading() as uow:
        told = [one.type for one in uow.events.of_stream(f"organisation:{PROVINCE}")]
    assert told[-2:] == ["FilterShared", "FilterWithdrawn"]
    house.verify()


def test_there_are_not_more_than_anybody_looks_through(house: House) -> None:
    filters, me = house.container.saved_filters, house.actor(OFFICE)
    for number in range(MOST):
        filters.save(me, SaveFilter(name=str(number), query=LATE))

    with pytest.raises(InvalidInput, match="At most 20"):
        filters.save(me, SaveFilter(name="x", query=LATE))


def test_the_list_offers_what_is_saved_and_saves_what_is_in_use(house: House) -> None:
    house.register("tho-thanh")
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    clerk = Person.at(app).sign_in(OFFICE, PASSWORD).open("/nhiem-vu?tab=group&text=Thanh&page=1")

    clerk.follow("Lưu bộ lọc đang dùng")
    clerk.send("/bo-loc/moi", status=422)
    clerk.send("/bo-loc/moi", {"name": "Thọ Thanh"})

    assert clerk.page.xpath("//nav//a[@aria-current='true']/text()")[-1].strip() == "Thọ Thanh"
    assert clerk.page.xpath("//input[@name='text']/@value") == ["Thanh"]
    assert "Xã Thọ Thanh" in clerk.text
    clerk.open("/nhiem-vu").follow("Thọ Thanh")
    assert clerk.page.xpath("//input[@name='text']/@value") == ["Thanh"]
    clerk.open("/nhiem-vu/bo-loc").send("/xoa")
    assert "Chưa lưu bộ lọc nào" in clerk.text
    manager = Person.at(app).sign_in(MANAGER, PASSWORD).open("/nhiem-vu/bo-loc/moi?due=overdue")
    assert not manager.page.xpath("//main//input[@checked]"), "for whom is not chosen beforehand"
