"""What people type and what files are called shows as text, wherever it shows, and is never part of a page, a script or a formula."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.acceptance.scene import Scene, build_scene
from tests.acceptance.security.reading import faults, pages, parsed
from workflow.demo.player import pdf
from workflow.ids import new_id
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.comments import AddComment
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import ReassignTask, SaveDraft, StartTask
from workflow.services.procedures.drafts import ChangeVersionFile

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

MARK = "xss-here"
ATTACK = f"\"'><img src={MARK} onerror=alert(1)></script><script>{MARK}</script>{{{{7*7}}}}"
FORMULA = '=HYPERLINK("http://xau.example","xem")'


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A scene of its own in which everything that can be named is named with an attack."""
    scene = build_scene(tmp_path_factory.mktemp("attacked"))
    for stage in ("stuck", "assessing", "waiting", "claimed", "assessed", "working"):
        scene.set(stage)
        _rename(scene)
        scene.keep(stage)
    _write(scene)
    scene.keep("working")
    scene.set("working")
    return scene


def _rename(scene: Scene) -> None:
    """People, the unit, the body, the campaign and a version: by the tables, whatever the services would refuse."""
    with scene.container.units() as uow:
        for login in ("donvi.minhhoa", "danhgia.minhhoa", "kiemsoat.tinh", "quantri.tinh"):
            user = uow.accounts.get(scene.house.users[login])
            uow.accounts.save(replace(user, name=f"{ATTACK}{login}"))
        for place in ("xa-minh-hoa", "bcd-antt-xa-minh-hoa"):
            organisation = uow.organisations.get(place)
            uow.organisations.save(replace(organisation, name_vi=f"{ATTACK}vi", name_en=f"{ATTACK}en"))
        for campaign_id in ("campaign", "planned"):
            campaign = uow.campaigns.get(scene.ids[campaign_id])
            saved = replace(campaign, name_vi=f"{ATTACK}vi", name_en=f"{ATTACK}en")
            uow.campaigns.save(saved)
        for version_id in ("draft", "review"):
            version = uow.definitions.get(scene.ids[version_id])
            uow.definitions.save(replace(version, note=ATTACK, label=ATTACK, title_vi=ATTACK, title_en=ATTACK))
        uow.settings.put("organisations.revision", new_id())
        uow.commit()


def _write(scene: Scene) -> None:
    """What a reviewer enters: comment, statement, reason, draft, a file's name; and a diagram with a hostile name in it."""
    services, board, ids = scene.container, scene.house.actor("danhgia.minhhoa"), scene.ids
    for text in (ATTACK, FORMULA):
        services.comments.add(
            board, AddComment(case_id=ids["case"], text=text, criterion_id="I.1", task_id=ids["task"])
        )
    result = SaveResult(task_id=ids["task"], criterion_id="I.1", result="met", statement=ATTACK, reason=FORMULA)
    services.assessments.save_result(board, result)
    named = AddEvidence(task_id=ids["task"], criterion_id="I.1", filename=f"{ATTACK}'&amp;.pdf", content=pdf("thu"))
    services.evidence.add(board, named)
    services.tasks.save_draft(board, SaveDraft(task_id=ids["task"], reason=ATTACK, criterion_reasons={"I.1": ATTACK}))
    manager = scene.house.actor("quanly.tinh")
    for receiver in (ids["colleague"], ids["board"]):
        services.tasks.reassign(manager, ReassignTask(task_id=ids["task"], user_id=receiver, reason=ATTACK))
    services.tasks.start(board, StartTask(task_id=ids["task"]))
    author = scene.house.actor("quantri.tinh")
    diagram = services.definitions.file(author, ids["draft"], "dien-hinh.bpmn").decode()
    quoted = ATTACK.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    hostile = diagram.replace('candidateGroups="unit-officer"', f'candidateGroups="{quoted}"', 1)
    hostile = hostile.replace('name="Đăng ký xây dựng đơn vị điển hình"', f'name="{quoted}"', 1)
    with services.units.reading() as uow:
        revision = uow.definitions.get(ids["draft"]).revision
    services.drafts.change_file(
        author,
        ChangeVersionFile(version_id=ids["draft"], path="dien-hinh.bpmn", content=hostile.encode(), revision=revision),
    )


def _injected(page: Any) -> Iterator[str]:
    yield from (f"element {one.tag}" for one in page.xpath(f'//*[@src="{MARK}" or @onerror]'))
    yield from (f"script at line {one.sourceline}" for one in page.iter("script") if (one.text or "").strip() == MARK)
    if "49" in page.text_content() and f"{MARK}</script>49" in page.text_content():
        yield "a template was evaluated"


def test_nothing_that_was_typed_becomes_part_of_any_page(attacked: Scene) -> None:
    wrong, shown = {}, set()
    for what, answer in pages(attacked):
        if (page := parsed(answer)) is None:
            continue
        assert answer.status_code == 200, what
        found = [*_injected(page), *faults(page)]
        if found:
            wrong[what] = found
        if MARK in page.text_content():
            shown.add(what.partition(" ")[0])
    assert wrong == {}
    # Else nothing would be proved: the attack does show, as text, where people read such things.
    assert {
        "casework.inbox",
        "casework.cases",
        "casework.case",
        "casework.task",
        "casework.criterion",
        "casework.criteria",
        "auditing.case",
        "auditing.events",
        "auditing.index",
        "accounts.accounts",
        "campaigns.campaign",
        "places.organisations",
        "procedures.index",
        "procedures.edit_diagram",
    } <= shown


def test_the_data_of_the_diagram_editor_cannot_close_its_script(attacked: Scene) -> None:
    client, _token = attacked.browser("admin")
    text = client.get(f"/quy-trinh/{attacked.ids['draft']}/so-do").get_data(as_text=True)
    assert MARK in text
    assert f"<script>{MARK}" not in text


def test_a_formula_stays_text_in_every_export(attacked: Scene) -> None:
    client, token = attacked.browser("auditor")
    for kind in ("xuat", "su-kien/xuat"):
        data = {"csrf_token": token, "format": "csv"}
        sent = _table(client.post(f"/kiem-toan/{kind}", data=data), "csv")
        rows = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
        assert len(rows) > 1
        assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))] == []
        data["format"] = "xlsx"
        book = load_workbook(io.BytesIO(_table(client.post(f"/kiem-toan/{kind}", data=data), "xlsx")))
        assert [cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"] == []


def _table(answer: TestResponse, ending: str) -> bytes:
    """The one table in an export, which is packed with what proves it."""
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as packed:
        (name,) = [name for name in packed.namelist() if name.endswith(f".{ending}")]
        return packed.read(name)


def test_what_was_typed_comes_back_into_its_field_as_it_was(attacked: Scene) -> None:
    client, _token = attacked.browser("unit")
    page = parsed(client.get("/ho-so", query_string={"text": ATTACK}))
    assert page.xpath('//input[@name="text"]/@value') == [ATTACK]
    assert list(_injected(page)) == []
