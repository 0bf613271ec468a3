"""Taking out what was found: CSV and XLSX of the present search, without formulas, and on the record."""

import csv
import io
import zipfile

from openpyxl import load_workbook

from tests.integration.pages.auditing.conftest import AUDITOR, FORMULA, Site
from tests.support.sealed import table_in
from tests.support.web import Person


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def taken(person: Person, address: str, form: str, format: str) -> bytes:
    """Open the page and press the export's button."""
    person.open(address)
    chosen = [one for one in person.page.forms if str(one.action).partition("?")[0].endswith(form)]
    (wanted,) = [one for one in chosen if one.fields["format"] == format]
    answer = person.client.post(wanted.action, data=dict(wanted.form_values()))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return table_in(bytes(answer.data))


def test_events_come_as_csv_of_the_present_search(auditor: Person) -> None:
    content = taken(auditor, "/kiem-toan/su-kien?criterion=I.18", "/su-kien/xuat", "csv")

    header, *rows = rows_of(content.decode())
    assert header[:4] == ["Time", "Case", "Unit", "Description"]
    assert rows
    assert {row[header.index("Criterion")] for row in rows} == {"I.18"}


def test_the_header_is_in_the_readers_language(site: Site) -> None:
    content = taken(site.enter(AUDITOR, language="vi"), "/kiem-toan/", "/kiem-toan/xuat", "csv")

    assert rows_of(content.decode())[0][0] == "Hồ sơ"


def test_no_text_of_a_user_becomes_a_formula(auditor: Person) -> None:
    address = "/kiem-toan/su-kien?type=CommentAdded"
    header, row = rows_of(taken(auditor, address, "/su-kien/xuat", "csv").decode())
    assert FORMULA in row[header.index("Description")]
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]

    content = taken(auditor, address, "/su-kien/xuat", "xlsx")
    book = load_workbook(io.BytesIO(content))
    kinds = {cell.data_type for cells in book.worksheets[0].iter_rows() for cell in cells}
    assert "f" not in kinds
    assert zipfile.is_zipfile(io.BytesIO(content))


def test_cases_come_as_found(auditor: Person) -> None:
    content = taken(auditor, "/kiem-toan/?text=Minh+H%E1%BB%8Da", "/kiem-toan/xuat", "csv")

    _, *rows = rows_of(content.decode())
    assert len(rows) == 2


def test_that_data_were_taken_out_is_recorded_with_the_search(site: Site, auditor: Person) -> None:
    taken(auditor, "/kiem-toan/su-kien?criterion=I.18", "/su-kien/xuat", "csv")

    with site.house.container.units.reading() as uow:
        last = list(uow.events.of_stream("audit"))[-1]
    assert last.type == "EventsExported"
    assert last.actor == site.house.users[AUDITOR]
    assert last.payload["query"] == {"criterion": "I.18"}


def test_an_unknown_format_and_a_mere_link_give_nothing(site: Site, auditor: Person) -> None:
    auditor.open("/kiem-toan/su-kien")
    token = auditor.page.xpath("//meta[@name='csrf-token']/@content")[0]

    auditor.post("/kiem-toan/su-kien/xuat", {"format": "exe", "csrf_token": token}, status=400)
    auditor.open("/kiem-toan/su-kien/xuat", status=405)
    with site.house.container.units.reading() as uow:
        assert not uow.events.of_type("audit", "EventsExported", limit=1)
