"""A file of the dossier looked at in the browser: its pages as pictures, by whoever may read it, with the way back."""

from io import BytesIO
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.casework import Casework
from tests.support.files import pdf_pages, picture
from tests.support.web import Person

PICTURE = "//main//img"


def _add(assessing: Person, content: bytes, name: str) -> Person:
    """Add the file to a criterion and open its own page from there."""
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1")
    person.send("/minh-chung", {"file": (BytesIO(content), name)})
    (tab,) = [link.get("href") for link in person.page.xpath("//main//a") if link.text_content().strip() == name]
    (evidence_id,) = parse_qs(urlsplit(tab).query)["tep"]
    back = person.address.partition("?")[0]
    return person.open(f"/minh-chung/{evidence_id}/xem?" + urlencode({"back": back}))


def test_a_file_is_leafed_through_and_leads_back_to_its_criterion(assessing: Person) -> None:
    person = _add(assessing, pdf_pages(3), "Kế hoạch.pdf")

    assert person.heading == "Kế hoạch.pdf"
    assert "Trang 1/3" in person.text
    assert person.page.xpath(PICTURE)[0].get("alt") == "Trang 1 của tệp “Kế hoạch.pdf”"
    person.follow("Trang sau").follow("Trang sau")
    assert "Trang 3/3" in person.text
    assert "Trang sau" not in person.text
    person.follow("rất lớn")
    assert "Trang 3/3" in person.text
    assert person.page.xpath(PICTURE)[0].get("src").endswith("/trang/3?width=1920")
    assert person.follow("Quay lại").address.endswith("/tieu-chi/I.1")


def test_a_page_that_there_is_not_is_the_nearest_one(assessing: Person) -> None:
    address = _add(assessing, pdf_pages(2), "a.pdf").address.partition("?")[0]

    for leaf, at in (("0", 1), ("-5", 1), ("3", 2), ("99999999999", 2), ("x", 1)):
        assert f"Trang {at}/2" in assessing.open(f"{address}?leaf={leaf}").text
    picture_of = address.replace("/xem", "/trang/")
    for page, width in (("3", "960"), ("0", "960"), ("1", "961"), ("400", "960")):
        assert assessing.client.get(f"{picture_of}{page}?width={width}").status_code == 404


def test_the_picture_runs_nothing_and_is_kept_by_no_browser(assessing: Person, work: Casework) -> None:
    person = _add(assessing, picture("JPEG", (1200, 800)), "ảnh.jpg")
    address = person.page.xpath(PICTURE)[0].get("src")

    first = person.client.get(address)

    assert first.mimetype in ("image/jpeg", "image/png")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert first.headers["Cache-Control"] == "no-store"
    assert work.sign_in("donvi.langgieng").client.get(address).status_code == 404


def test_a_file_that_cannot_be_shown_says_so_and_the_original_is_one_click_away(assessing: Person) -> None:
    person = _add(assessing, b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n", "hỏng.pdf")

    assert "Không thể hiển thị tệp này ở đây. Hãy mở tệp gốc." in person.text
    assert not person.page.xpath(PICTURE)
    (original,) = [link for link in person.page.xpath("//main//a") if "Mở tệp gốc" in link.text_content()]
    assert person.client.get(original.get("href")).data.startswith(b"%PDF-1.7")
    assert person.client.get(person.address.partition("?")[0].replace("/xem", "/trang/1")).status_code == 422
