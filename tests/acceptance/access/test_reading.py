"""Reading a case is itself on the record: always of an auditor, of others unless the case is their own work."""

import pytest

from tests.acceptance.scene import PEOPLE, Scene

ADDRESSES = {
    "case": "/ho-so/{case}",
    "record": "/ho-so/{case}/bien-ban",
    "task": "/nhiem-vu/{task}",
    "criterion": "/nhiem-vu/{task}/tieu-chi/I.1",
    "file": "/minh-chung/{evidence}",
    "viewer": "/minh-chung/{evidence}/xem",
    "picture": "/minh-chung/{evidence}/trang/1",
    "timeline": "/kiem-toan/ho-so/{case}",
}


def readers(scene: Scene) -> list[str]:
    """Whose reading of the case is recorded."""
    with scene.container.units.reading() as uow:
        events = uow.events.of_stream(f"case:{scene.ids['case']}")
        return [event.actor for event in events if event.type == "CaseRead"]


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_whichever_way_an_auditor_looks_into_a_case_it_is_recorded_once_an_hour(scene: Scene, address: str) -> None:
    client, _token = scene.browser("auditor")
    for _ in range(2):
        assert client.get(address.format(**_plain(scene))).status_code == 200
    assert readers(scene) == [scene.house.users[str(PEOPLE["auditor"])]]


def test_who_takes_part_needs_no_record_and_who_only_may_see_it_does(scene: Scene) -> None:
    for who in ("unit", "board", "deputy", "inspector", "manager"):
        client, _token = scene.browser(who)
        assert client.get(f"/ho-so/{scene.ids['case']}").status_code == 200
    assert readers(scene) == [scene.house.users[str(PEOPLE[who])] for who in ("inspector", "manager")]


def test_who_may_not_see_it_has_not_read_it(scene: Scene) -> None:
    for who in ("neighbour", "auditor-else", "admin", "deputy-out", "ended"):
        client, _token = scene.browser(who)
        for address in ADDRESSES.values():
            assert client.get(address.format(**_plain(scene))).status_code in (303, 403, 404)
    assert readers(scene) == []


def _plain(scene: Scene) -> dict[str, str]:
    return {key: value for key, value in scene.ids.items() if "." not in key}
