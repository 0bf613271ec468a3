"""Reading a case is itself on the record: always of an auditor, of others unless the case is their own work."""

from typing import Any

import pytest

from tests.acceptance.scene import PEOPLE, Scene

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

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


def files(scene: Scene) -> list[Any]:
    """What is recorded of the files that were opened."""
    with scene.container.units.reading() as uow:
        events = uow.events.of_stream(f"case:{scene.ids['case']}")
        return [event.payload for event in events if event.type == "FileRead"]


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_whichever_way_an_auditor_looks_into_a_case_it_is_recorded_once_an_hour(scene: Scene, address: str) -> None:
    client, _token = scene.browser("auditor")
    for _ in range(2):
        assert client.get(address.format(**_plain(scene))).status_code == 200
    assert readers(scene) == [scene.house.users[str(PEOPLE["auditor"])]]


@pytest.mark.parametrize("who", ["auditor", "manager", "team"])
def test_a_file_is_named_once_an_hour_however_it_was_opened(scene: Scene, who: str) -> None:
    client, _token = scene.browser(who)
    for address in ("viewer", "picture", "file", "file"):
        assert client.get(ADDRESSES[address].format(**_plain(scene))).status_code == 200

    (opened,) = files(scene)
    with scene.container.units.reading() as uow:
        record = uow.evidence.get(scene.ids["evidence"])
    assert opened == {
        "evidence_id": record.id,
        "task_id": record.task_id,
        "evidence_sha256": record.sha256,
        "filename": record.filename,
    }
    assert readers(scene) == [scene.house.users[str(PEOPLE[who])]]

    asked = scene.browser("auditor")[0].get("/kiem-toan/cau-hoi/da-doc")
    assert record.filename in asked.text


def test_another_file_is_named_too_and_who_takes_part_opens_files_unnamed(scene: Scene) -> None:
    with scene.container.units.reading() as uow:
        first, second = [one.id for one in uow.evidence.of_case(scene.ids["case"])][:2]
    for who in ("auditor", "unit", "board"):
        client, _token = scene.browser(who)
        for one in (first, second):
            assert client.get(f"/minh-chung/{one}").status_code == 200
    assert [one["evidence_id"] for one in files(scene)] == [first, second]


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
