"""An id of something else in an address or a form gets nobody further: neither out of their case nor into a closed one."""

import io

import pytest

from tests.acceptance.scene import Scene
from workflow.demo.player import pdf
from workflow.ids import new_id
from workflow.services.casework.comments import AddComment
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.tasks import ReleaseTask

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

OTHER = "cong-ty-minh-hoa"


@pytest.fixture
def other(scene: Scene) -> dict[str, str]:
    """Another unit's case, task and file."""
    house = scene.house
    task = house.take("donvi.congty", "registration", OTHER)
    house.container.tasks.release(house.actor("donvi.congty"), ReleaseTask(task_id=task.id))
    house.until_self_assessment(OTHER)
    task = house.take("donvi.congty", "self_assessment", OTHER)
    evidence = house.attach("donvi.congty", task.id, paper_id="report")
    return {"case": house.case(OTHER).id, "task": task.id, "evidence": evidence}


def post(scene: Scene, who: str, address: str, **form: object) -> int:
    """Send a form as somebody; the status."""
    client, token = scene.browser(who)
    data = {"csrf_token": token, "command_id": new_id(), **form}
    return client.post(address, data=data, content_type="multipart/form-data").status_code


def test_a_comment_is_not_hung_on_another_cases_task(scene: Scene, other: dict[str, str]) -> None:
    address = f"/ho-so/{scene.ids['case']}/y-kien"
    assert post(scene, "board", address, text="Thử", task=other["task"]) in (404, 422)
    assert post(scene, "board", address, text="Thử", criterion="IX.99") in (404, 422)
    assert post(scene, "board", address, text="Thử", task=scene.ids["task"], criterion="I.1") == 303
    with scene.container.units.reading() as uow:
        (comment,) = uow.comments.of_case(scene.ids["case"])
    assert comment.task_id == scene.ids["task"]


def test_one_may_not_write_in_a_case_that_one_may_not_see(scene: Scene, other: dict[str, str]) -> None:
    assert post(scene, "board", f"/ho-so/{other['case']}/y-kien", text="Thử") in (303, 404)
    assert post(scene, "unit", f"/ho-so/{other['case']}/y-kien", text="Thử") == 404
    assert post(scene, "unit", f"/nhiem-vu/{other['task']}", revision="1", reason="Thử") == 404


def test_nobody_takes_or_downloads_a_file_of_another_case(scene: Scene, other: dict[str, str]) -> None:
    assert post(scene, "unit", f"/minh-chung/{other['evidence']}/rut") == 404
    assert scene.browser("unit")[0].get(f"/minh-chung/{other['evidence']}").status_code == 404


def test_a_reviewer_does_not_take_back_the_files_of_the_unit_they_review(scene: Scene) -> None:
    assert post(scene, "board", f"/minh-chung/{scene.ids['evidence']}/rut") == 403


def test_what_was_handed_in_is_not_taken_back_afterwards(scene: Scene) -> None:
    assert post(scene, "unit", f"/minh-chung/{scene.ids['evidence']}/rut") == 403


def test_a_file_goes_only_where_the_task_asks_for_one(scene: Scene) -> None:
    task = f"/nhiem-vu/{scene.ids['task']}"
    assert post(scene, "board", f"{task}/van-ban/report", **{"report-file": (_file(), "thu.pdf")}) in (404, 422)
    assert post(scene, "board", f"{task}/tieu-chi/II.1/minh-chung", file=(_file(), "thu.pdf")) == 404


def test_a_task_that_is_done_stays_as_it_is(scene: Scene) -> None:
    done = f"/nhiem-vu/{scene.ids['done_task']}"
    for path, form in (
        ("", {"revision": "1", "reason": "Thử"}),
        ("/nhan", {}),
        ("/bat-dau", {}),
        ("/luu-nhap", {"revision": "1"}),
        ("/tieu-chi/I.1", {"I.1-revision": "1", "I.1-command_id": new_id(), "I.1-result": "not_met"}),
    ):
        status = post(scene, "unit", f"{done}{path}", **form)
        assert status in (303, 400, 409, 422), path
    assert scene.changed_nothing()


def test_an_incident_of_one_case_is_not_resolved_through_another(scene: Scene, other: dict[str, str]) -> None:
    status = post(scene, "manager", f"/ho-so/{other['case']}/su-co/{scene.ids['incident']}", how="retry", reason="Thử")
    assert status == 404


def test_a_token_of_one_case_is_not_moved_through_another(scene: Scene, other: dict[str, str]) -> None:
    manager = scene.house.actor("quanly.tinh")
    command = OperateCase(case_id=other["case"], reason="Thử", activity_id="a9999", target_node="vote")
    before = scene.house.case(OTHER).revision
    with pytest.raises(Exception, match=r".") as refused:
        scene.container.operations.operate(manager, command)
    assert type(refused.value).__module__ == "workflow.errors"
    assert scene.house.case(OTHER).revision == before


def test_a_published_version_is_not_changed_through_a_drafts_pages(scene: Scene) -> None:
    published = f"/quy-trinh/{scene.ids['published']}"
    revision = scene.ids["published_revision"]
    text = {"revision": revision, "content": "key = 'x'"}
    assert post(scene, "admin", f"{published}/sua/procedure.toml", **text) == 422
    assert post(scene, "admin", f"{published}/them-tep", revision=revision, file=(_file(), "a.md")) == 422
    assert post(scene, "admin", f"{published}/xoa-tep/rules/routing.dmn", revision=revision) == 422
    assert post(scene, "admin", f"{published}/so-do", revision=revision, xml="<x/>") in (404, 422)
    assert scene.changed_nothing()


def test_a_role_of_one_account_is_not_ended_through_another(scene: Scene) -> None:
    address = f"/quan-tri/tai-khoan/{scene.ids['colleague']}/vai-tro/{scene.ids['assignment']}/ket-thuc"
    assert post(scene, "admin", address, last_day="2023-03-20") == 404


def test_nobody_gives_themselves_a_role(scene: Scene) -> None:
    own = f"/quan-tri/tai-khoan/{scene.house.users['quantri.tinh']}"
    role = {"role": "auditor", "organisation": "thanh-hoa", "valid_from": "2023-03-20"}
    assert post(scene, "admin", f"{own}/vai-tro", **role) == 403
    assert scene.changed_nothing()


def test_a_task_is_not_given_to_somebody_who_may_not_do_it(scene: Scene) -> None:
    for login in ("danhgia.langgieng", "pho.ngoai", "ket.thuc", "quantri.tinh"):
        form = {"user_id": scene.house.users[login], "reason": "Thử"}
        for step in ("giao-lai", "chuyen-giao"):
            who = "manager" if step == "giao-lai" else "board"
            assert post(scene, who, f"/nhiem-vu/{scene.ids['task']}/{step}", **form) == 422
    assert scene.changed_nothing()


def test_the_services_say_the_same_without_a_page_before_them(scene: Scene, other: dict[str, str]) -> None:
    """The pages are no guard: what they would not send, the services refuse too."""
    services, unit = scene.container, scene.house.actor("donvi.minhhoa")
    stolen = AddEvidence(task_id=other["task"], paper_id="report", filename="a.pdf", content=pdf("thu"))
    for act in (
        lambda: services.evidence.add(unit, stolen),
        lambda: services.comments.add(unit, AddComment(case_id=other["case"], text="Thử")),
        lambda: services.task_views.view(unit, other["task"]),
        lambda: services.case_views.record(unit, other["case"]),
        lambda: services.evidence.download(unit, other["evidence"]),
    ):
        with pytest.raises(Exception, match=r".") as refused:
            act()
        assert type(refused.value).__name__ == "NotFound"


def _file() -> io.BytesIO:
    return io.BytesIO(pdf("thu"))
