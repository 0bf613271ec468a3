"""A procedure's way in the browser: copied, edited, checked, handed in, published by a second person, retired."""

import io
import re
import zipfile

import pytest

from tests.integration.pages.site import Site, Visit
from tests.support.world import shipped_package
from workflow.ids import new_id

DIAGRAM = "dien-hinh.bpmn"


def copy_of(site: Site, visit: Visit) -> str:
    """Make a draft of the shipped version and return its page's address."""
    answer = visit.send(f"/quy-trinh/{site.version_id}/ban-sao", note="Đổi hạn")
    site.work()
    return answer.headers["Location"]


def pack(files: dict[str, bytes]) -> io.BytesIO:
    """A zip to be uploaded."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    target.seek(0)
    return target


def test_an_edited_draft_is_published_by_a_second_person_and_retired(site: Site) -> None:
    author, reviewer = site.visit("quantri"), site.visit("duyet")
    draft = copy_of(site, author)
    manifest = shipped_package()["procedure.toml"].decode()
    edit = f"{draft}sua/procedure.toml"
    author.send(edit, content=manifest.replace('rule = "02-10"', 'rule = "02-12"'))
    site.work()
    author.send(f"{draft}trinh-tham-dinh")
    assert "In review" in reviewer.get(draft)
    comparison = reviewer.get(f"/quy-trinh/so-sanh?old={site.version_id}&new={draft.split('/')[-2]}")
    assert "02-10" in comparison
    assert "02-12" in comparison
    reviewer.send(f"{draft}ban-hanh")
    assert "Published" in reviewer.get(draft)
    author.send(f"{draft}ngung-dung", reason="Thay bằng bản khác")
    assert "Retired" in author.get(draft)


def test_the_author_cannot_publish_and_learns_who_can(site: Site) -> None:
    author = site.visit("quantri")
    draft = copy_of(site, author)
    fields = author.hidden(f"{draft}trinh-tham-dinh")
    author.send(f"{draft}trinh-tham-dinh")
    page = author.get(draft)
    assert "ban-hanh" not in page
    answer = author.post(f"{draft}ban-hanh", **{**fields, "revision": "2"})
    assert answer.status_code == 422
    assert "Người thử duyet" in answer.get_data(as_text=True)


def test_a_reviewer_returns_a_version_with_a_reason_or_not_at_all(site: Site) -> None:
    author, reviewer = site.visit("quantri"), site.visit("duyet")
    draft = copy_of(site, author)
    author.send(f"{draft}trinh-tham-dinh")
    reviewer.send(f"{draft}tra-lai", status=422, reason=" ")
    reviewer.send(f"{draft}tra-lai", reason="Thiếu căn cứ")
    assert "Draft" in author.get(draft)


def test_a_fault_stands_at_its_element_and_forbids_handing_in(site: Site) -> None:
    author = site.visit("quantri")
    draft = copy_of(site, author)
    wrong = shipped_package()[DIAGRAM].decode().replace('Groups="unit-officer"', 'Groups="nobody-knows"', 1)
    author.send(f"{draft}so-do", xml=wrong)
    site.work()
    editor = author.get(f"{draft}so-do")
    assert 'data-finding="registration"' in editor
    assert "nobody-knows" in editor
    refused = author.send(f"{draft}trinh-tham-dinh", status=422)
    assert "nobody-knows" in refused.get_data(as_text=True)


def test_a_text_is_checked_without_being_stored(site: Site) -> None:
    author = site.visit("quantri")
    draft = copy_of(site, author)
    edit = f"{draft}sua/rules/routing.dmn"
    answer = author.send(edit, status=200, content="<definitions/>", then="check")
    assert "finding" in answer.get_data(as_text=True)
    assert author.client.get(f"{draft}tep/rules/routing.dmn").data == shipped_package()["rules/routing.dmn"]


def test_an_older_page_does_not_overwrite_a_newer_draft(site: Site) -> None:
    first, second = site.visit("quantri"), site.visit("quantri2")
    draft = copy_of(site, first)
    edit = f"{draft}sua/procedure.toml"
    text = shipped_package()["procedure.toml"].decode()
    old = first.hidden(edit)
    second.send(edit, content=text + "\n# hai\n")
    answer = first.post(edit, **{**old, "content": text + "\n# một\n"})
    assert answer.status_code == 422
    assert "# một" in answer.get_data(as_text=True)
    assert first.client.get(f"{draft}tep/procedure.toml").data.endswith(b"# hai\n")


def test_a_diagram_drawn_on_an_older_draft_is_shown_to_be_kept(site: Site) -> None:
    first, second = site.visit("quantri"), site.visit("quantri2")
    draft = copy_of(site, first)
    xml = shipped_package()[DIAGRAM].decode()
    old = first.hidden(f"{draft}so-do")
    second.send(f"{draft}so-do", xml=xml + "<!-- hai -->")
    answer = first.post(f"{draft}so-do", **{**old, "xml": xml + "<!-- một -->"})
    assert answer.status_code == 422
    assert "&lt;!-- một --&gt;" in answer.get_data(as_text=True)


def test_the_editor_offers_roles_and_criteria_while_the_draft_has_faults(site: Site) -> None:
    author = site.visit("quantri")
    draft = copy_of(site, author)
    offered = re.compile(r'<option value="[^"]*">|<datalist.*?</datalist>', re.DOTALL)
    sound = offered.findall(author.get(f"{draft}so-do"))
    assert len(sound) > 3
    broken = shipped_package()[DIAGRAM].decode().replace('targetRef="registration"', 'targetRef="nowhere"')
    author.send(f"{draft}so-do", xml=broken)
    text = shipped_package()["procedure.toml"].decode()
    author.send(f"{draft}sua/procedure.toml", content=f"unknown = 1\n{text}")
    site.work()

    assert offered.findall(author.get(f"{draft}so-do")) == sound


def test_the_line_ends_of_a_browser_do_not_get_into_the_file(site: Site) -> None:
    author = site.visit("quantri")
    draft = copy_of(site, author)
    text = shipped_package()["procedure.toml"].decode()
    author.send(f"{draft}sua/procedure.toml", content=(text + "# thêm\n").replace("\n", "\r\n"))
    assert b"\r" not in author.client.get(f"{draft}tep/procedure.toml").data


def test_a_published_version_cannot_be_edited(site: Site) -> None:
    author = site.visit("quantri")
    page = f"/quy-trinh/{site.version_id}/"
    author.get(f"{page}so-do", status=404)
    assert "<textarea" not in author.get(f"{page}sua/procedure.toml")
    answer = author.send(f"{page}them-tep", status=422, path="rules/new.dmn", file=(io.BytesIO(b"<a/>"), "new.dmn"))
    assert "Only a draft" in answer.get_data(as_text=True)


def test_what_is_downloaded_is_what_was_published_and_is_never_shown_inline(site: Site) -> None:
    visit = site.visit("duyet")
    answer = visit.client.get(f"/quy-trinh/{site.version_id}/tep/{DIAGRAM}")
    assert answer.data == shipped_package()[DIAGRAM]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(visit.client.get(f"/quy-trinh/{site.version_id}/tai-ve").data))
    assert {name: archive.read(name) for name in archive.namelist()} == shipped_package()


def test_a_package_is_uploaded_as_a_draft(site: Site) -> None:
    author = site.visit("quantri")
    answer = author.send("/quy-trinh/moi", archive=(pack(shipped_package()), "dien-hinh.zip"))
    assert "Draft" in author.get(answer.headers["Location"])


ENTITY = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>'


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param({"../outside.bpmn": b"<a/>"}, id="a path that leads out"),
        pytest.param({DIAGRAM: ENTITY}, id="an external entity"),
        pytest.param({"rules/deep.dmn": b"<a>" * 3_500_000}, id="ten megabytes of nested elements"),
        pytest.param({"large.txt": b"\0" * 21_000_000}, id="more than fits unpacked"),
    ],
)
def test_a_hostile_package_is_refused_and_nothing_is_stored(site: Site, hostile: dict[str, bytes]) -> None:
    author = site.visit("quantri")
    before = author.get("/quy-trinh/").count('scope="row"')
    answer = author.send("/quy-trinh/moi", status=422, archive=(pack({**shipped_package(), **hostile}), "bad.zip"))
    assert "error-summary" in answer.get_data(as_text=True)
    assert author.get("/quy-trinh/").count('scope="row"') == before


def test_what_is_no_zip_is_refused(site: Site) -> None:
    answer = site.visit("quantri").send("/quy-trinh/moi", status=422, archive=(io.BytesIO(b"no zip"), "bad.zip"))
    assert re.search("error-summary.*zip", answer.get_data(as_text=True), re.S)


@pytest.mark.parametrize("who", ["duyet", "quanly"])
def test_whoever_only_reads_procedures_cannot_make_or_change_one(site: Site, who: str) -> None:
    visit = site.visit(who)
    assert "/quy-trinh/moi" not in visit.get("/quy-trinh/")
    for page in ("/quy-trinh/moi", f"/quy-trinh/{site.version_id}/ban-sao"):
        visit.get(page, status=403)
    answer = visit.post(f"/quy-trinh/{site.version_id}/ban-sao", command_id=new_id())
    assert answer.status_code == 403
    assert len(site.services.definitions.list(site.actor("duyet"))) == 2


def test_whoever_has_no_part_in_procedures_sees_none(site: Site) -> None:
    visit = site.visit("donvi")
    for page in ("", f"{site.version_id}/", f"{site.version_id}/tai-ve", f"{site.version_id}/tep/{DIAGRAM}"):
        visit.get(f"/quy-trinh/{page}", status=403)


def test_the_publisher_sees_and_confirms_what_holders_of_a_shared_role_gain(site: Site) -> None:
    author, reviewer = site.visit("quantri"), site.visit("duyet")
    draft = copy_of(site, author)
    task = (
        '<bpmn:userTask id="extra" name="Bước thêm" cn:nameEn="Extra step" camunda:candidateGroups="unit-officer"'
        ' camunda:dueDate="WT5D"><bpmn:extensionElements><cn:task stage="registration" jurisdiction="subject" labelEn="Extra step"/>'
        '<cn:outcome id="go" label="Đồng ý thêm" labelEn="Agree more"/></bpmn:extensionElements></bpmn:userTask>'
        '<bpmn:sequenceFlow id="extra_in" sourceRef="start" targetRef="extra"/>'
        '<bpmn:sequenceFlow id="start__registration" sourceRef="extra" targetRef="registration"/>'
    )
    diagram = shipped_package()[DIAGRAM].decode()
    flow = re.search(r'<bpmn:sequenceFlow id="start__registration"[^>]*/>', diagram)
    assert flow is not None
    diagram = diagram.replace(flow[0], task)
    diagram = re.sub(r"<bpmn:(incoming|outgoing)>[^<]*</bpmn:\1>", "", diagram)
    for test in ("duoc-cong-nhan", "khong-du-dieu-kien", "qua-thoi-han", "tra-lai-bo-sung"):
        author.send(f"{draft}xoa-tep/tests/{test}.json")
    author.send(f"{draft}sua/{DIAGRAM}", content=diagram)
    site.work()
    author.send(f"{draft}trinh-tham-dinh")

    comparison = reviewer.get(f"/quy-trinh/so-sanh?old={site.version_id}&new={draft.split('/')[-2]}")
    for said in (
        "What holders of roles could do newly",
        "Extra step (Agree more)",
        "the unit itself",
        "5 working days",
    ):
        assert said in comparison
    page = reviewer.get(f"{draft}ban-hanh")
    assert "People who hold a shared role gain power" in page
    asked = reviewer.send(f"{draft}ban-hanh", status=422).get_data(as_text=True)
    key = re.search(r'name="doubt" value="([^"]+)"', asked)
    assert key is not None
    assert "In review" in reviewer.get(draft)
    reviewer.send(f"{draft}ban-hanh", doubt=key[1])
    assert "Published" in reviewer.get(draft)
