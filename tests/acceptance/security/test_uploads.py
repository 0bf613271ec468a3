"""What is uploaded is judged by its content, kept as a file, and never shown by a browser as a page of ours."""

import io
import zipfile

import pytest
from werkzeug.test import TestResponse

from tests.acceptance.scene import Scene
from tests.support.files import HEIC, WORD, archive, links, picture, types, word
from workflow.demo.player import pdf
from workflow.ids import new_id
from workflow.services.casework.evidence import AddEvidence

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MACROS = '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\0" * 200


def upload(scene: Scene, name: str, content: bytes) -> TestResponse:
    """Send a file for criterion I.1 as its page does."""
    client, token = scene.browser("board")
    data = {"csrf_token": token, "command_id": new_id(), "file": (io.BytesIO(content), name)}
    address = f"/nhiem-vu/{scene.ids['task']}/tieu-chi/I.1/minh-chung"
    return client.post(address, data=data, content_type="multipart/form-data")


def zipped(*names: str) -> bytes:
    """A zip of files with those names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize("name", ["thu.pdf", "thu.png", "thu.jpg", "thu.docx", "thu.xlsx", "thu.odt"])
@pytest.mark.parametrize(
    "content",
    [HTML, SVG, EXE, b"alert(1)", b"GIF89a<script>", zipped("a.html")],
    ids=["html", "svg", "exe", "js", "gif", "zip"],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(scene: Scene, name: str, content: bytes) -> None:
    assert upload(scene, name, content).status_code == 422
    assert scene.changed_nothing()


@pytest.mark.parametrize(
    "name", ["thu.html", "thu.svg", "thu.js", "thu.exe", "thu.pdf.html", "thu", ".pdf", "thu.docm", "thu.zip", "pdf"]
)
def test_a_name_that_a_browser_or_a_desk_could_run_is_refused(scene: Scene, name: str) -> None:
    for content in (pdf("thu"), HTML, zipped("[Content_Types].xml", "word/document.xml")):
        assert upload(scene, name, content).status_code == 422
    assert scene.changed_nothing()


def test_an_office_file_with_macros_is_refused(scene: Scene) -> None:
    content = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
    assert upload(scene, "thu.docx", content).status_code == 422


def test_nothing_but_a_file_is_no_upload(scene: Scene) -> None:
    assert upload(scene, "", b"").status_code == 422
    assert upload(scene, "thu.pdf", b"").status_code == 422
    client, token = scene.browser("board")
    data = {"csrf_token": token, "command_id": new_id(), "file": "no file at all"}
    answer = client.post(f"/nhiem-vu/{scene.ids['task']}/tieu-chi/I.1/minh-chung", data=data)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("thu.pdf", pdf("thu") + HTML),
        ("thu.png", PNG + HTML),
        ("thu.jpg", picture("JPEG") + HTML.decode().encode("utf-16")),
        ("thu.heic", HEIC + b"\nalert(1); // xin"),
        ("thu.docx", archive(word("")) + HTML),
        ("thu.pdf", b"MZ\x90\0" + pdf("thu")),
    ],
    ids=["pdf", "png", "jpeg", "heic", "docx", "program"],
)
def test_what_is_two_things_at_once_is_refused_with_what_to_do(scene: Scene, name: str, content: bytes) -> None:
    answer = upload(scene, name, content)

    assert answer.status_code == 422
    assert "send that" in answer.text
    assert scene.changed_nothing()


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word/data.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("word/_rels/settings.xml.rels", links(("rId1", "attachedTemplate", "https://a.vn/x.dotm"), external=True)),
        ("word/_rels/document2.xml.rels", links(("rId1", "control", "activeX/activeX1.xml"))),
        ("[Content_Types].xml", types(WORD, "word/document.xml", MACROS).replace("UTF-8", "UTF-16").encode("utf-16")),
    ],
    ids=["ole", "template", "activex", "utf-16"],
)
def test_what_an_office_file_hides_is_found(scene: Scene, part: str, content: bytes | str) -> None:
    answer = upload(scene, "thu.docx", archive({**word(""), part: content}))

    assert answer.status_code == 422
    assert "send that" in answer.text
    assert scene.changed_nothing()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("thu.pdf", b"\xef\xbb\xbf" + pdf("thu"), "application/pdf"), ("anh.HEIC", HEIC, "image/heic")],
)
def test_what_scanners_and_telephones_write_is_taken_and_given_out_as_an_attachment(
    scene: Scene, name: str, content: bytes, media_type: str
) -> None:
    assert upload(scene, name, content).status_code == 303

    answer = _download(scene)
    assert answer.data == content
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.pdf",
        "..\\..\\boot.pdf",
        "C:\\x\\y.pdf",
        'dấu "nháy" và\r\nX-Injected: 1.pdf',
        "tên\u202egnp.pdf",
        "a\x00b.pdf",
        "con/.pdf/x.pdf",
        "é" * 400 + ".pdf",
    ],
)
def test_a_hostile_name_leaves_neither_its_folder_nor_a_header_of_its_own(scene: Scene, name: str) -> None:
    if "\n" in name:  # no browser sends that; a program might
        command = AddEvidence(task_id=scene.ids["task"], criterion_id="I.1", filename=name, content=pdf("thu"))
        scene.container.evidence.add(scene.house.actor("danhgia.minhhoa"), command)
    else:
        assert upload(scene, name, pdf("thu")).status_code == 303
    with scene.container.units.reading() as uow:
        kept = uow.evidence.of_case(scene.ids["case"])[-1].filename
    assert not set('/\\"<>|:?*\r\n\x00\u202e') & set(kept)
    assert not kept.startswith(".")
    assert len(kept) < 200
    answer = _download(scene)
    assert "X-Injected" not in answer.headers
    assert len(answer.headers.getlist("Content-Disposition")) == 1


def test_files_lie_outside_the_web_root_under_their_hash(scene: Scene) -> None:
    upload(scene, "thu.pdf", pdf("một tệp".encode("ascii", "replace").decode()))
    with scene.container.units.reading() as uow:
        record = uow.evidence.of_case(scene.ids["case"])[-1]
    stored = [path for path in (scene.data / "evidence").rglob("*") if path.is_file()]
    assert any(record.sha256.endswith(path.name) for path in stored)
    assert all(path.stat().st_mode & 0o111 == 0 for path in stored)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(scene: Scene) -> None:
    client, token = scene.browser("board")
    limit = scene.app.config["MAX_CONTENT_LENGTH"]
    data = {"csrf_token": token, "file": (io.BytesIO(b"%PDF-" + b"0" * (limit + 1)), "thu.pdf")}
    answer = client.post(
        f"/nhiem-vu/{scene.ids['task']}/tieu-chi/I.1/minh-chung", data=data, content_type="multipart/form-data"
    )
    assert answer.status_code == 413


def _download(scene: Scene) -> TestResponse:
    with scene.container.units.reading() as uow:
        newest = uow.evidence.of_case(scene.ids["case"])[-1]
    client, _token = scene.browser("board")
    return client.get(f"/minh-chung/{newest.id}")
