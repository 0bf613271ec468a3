"""Each place gets only signs that it can carry, whatever a text holds; and what it can carry stays as it is."""

import csv
import io
import logging
import zipfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from unicodedata import category
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
from werkzeug.datastructures import Headers

from tests.support.signs import AWKWARD, EVERYTHING
from webui.casework.operations import json_object
from workflow import alphabets
from workflow.errors import InvalidInput
from workflow.packages.documents import JsonFile, TomlFile
from workflow.services.ground.exports import table
from workflow.services.trials.trials import read_variables
from workflow.simulation.saved_runs import parse_test

PLAIN = "Thọ Thanh, “đạt” – 9,5 điểm"
TEXTS = {**{name: f"a{sign}b" for name, sign in AWKWARD.items()}, "everything": EVERYTHING}
texts = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@pytest.mark.parametrize("sink", alphabets.SINKS)
def test_an_ordinary_text_stays_as_it_is(sink: str) -> None:
    text = "Tho-Thanh.1" if sink == "zip member" else "Thọ Thanh – 9,5.pdf" if sink.startswith("file name") else PLAIN
    assert alphabets.SINKS[sink](text) == text


@texts
@pytest.mark.parametrize("sink", alphabets.SINKS)
def test_every_result_can_be_written_as_utf_8(sink: str, text: str) -> None:
    assert alphabets.SINKS[sink](text).encode()


@texts
def test_the_door_lets_in_what_can_be_carried_and_shows_where_something_was(text: str) -> None:
    kept = alphabets.carried(text)
    assert alphabets.fit(kept) == kept
    assert len(kept) == len(text)


@pytest.mark.parametrize("sign", ["\0", "\ud800", "\ufdd0", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"])
def test_what_a_program_hands_in_is_refused_with_the_sign_by_its_number(sign: str) -> None:
    for value in (f"a{sign}", {"a": [f"{sign}"]}, {f"{sign}": 1}, [[["x", {"y": f"{sign}"}]]]):
        with pytest.raises(alphabets.UnfitSign, match=rf"U\+{ord(sign):04X}"):
            alphabets.fit(value)


@pytest.mark.parametrize("written", ["\\ud800", "\\ufffe", "\\u0000", "\ufdd0"])
def test_json_that_people_hand_in_is_refused_in_words(written: str) -> None:
    document = f'{{"name": "a{written}b"}}'
    for read in (
        lambda: JsonFile().load(document.encode()),
        lambda: parse_test(document),
        lambda: json_object(document),
    ):
        with pytest.raises(InvalidInput):
            read()
    with pytest.raises(InvalidInput):
        read_variables(document)


def test_toml_that_people_hand_in_is_refused_in_words() -> None:
    file = TomlFile("procedure.toml")
    assert file.load('name = "a\ufffeb"'.encode()) is None
    assert [finding.rule for finding in file.findings] == ["toml-unreadable"]


@texts
def test_xml_takes_it(text: str) -> None:
    clean = alphabets.xml(text)
    found = fromstring(f"<a>{clean.replace('&', '&amp;').replace('<', '&lt;')}</a>").text  # noqa: S314 - our own text
    assert found is not None


@texts
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_table_takes_it_and_reads_back(text: str, format: str) -> None:
    content = b"".join(table(format, ["Chữ", "Khác"], [[text, "x"], ["y", text]]))  # type: ignore[arg-type]
    if format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        assert rows[1][0] == alphabets.csv(text)
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [len(row) for row in rows] == [2, 2, 2]
    assert rows[1][1] == "x"


@texts
def test_a_file_may_be_called_so_on_every_system_and_in_a_header(text: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    name = alphabets.file_name(f"{text}.pdf")
    (tmp_path / name).write_bytes(b"")
    headers = Headers()
    headers.set("Content-Disposition", "attachment", filename=name)
    assert headers["Content-Disposition"].isprintable()
    assert name.isprintable()
    assert not set('<>:"/\\|?*') & set(name)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Quyết định số 5 của Đội.pdf", "Quyet dinh so 5 cua Doi.pdf"),
        ("đơn ĐỀ NGHỊ.docx", "don DE NGHI.docx"),
        ("a.pdf", "a.pdf"),
        ("文 – ảnh.jpg", "_ _ anh.jpg"),
    ],
)
def test_a_name_in_ascii_keeps_every_letter(name: str, plain: str) -> None:
    assert alphabets.ascii_name(name) == plain


@pytest.mark.parametrize("name", ["", ".", "..", "CON", "nul.pdf", "com1.txt", " . ", "a" * 400 + ".pdf", "/", "\\"])
def test_a_file_name_is_never_empty_too_long_or_a_device(name: str) -> None:
    made = alphabets.file_name(name)
    assert 0 < len(made) <= alphabets.LONGEST_NAME + 1
    assert made.split(".")[0].lower() not in ("con", "nul", "com1", "")


@texts
def test_a_zip_takes_it_as_a_name(text: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(alphabets.member(text), b"")
    (name,) = zipfile.ZipFile(target).namelist()
    assert name.isascii()
    assert not name.startswith((".", "-"))


@texts
def test_a_mail_takes_it_as_subject_and_text(text: str) -> None:
    message = EmailMessage()
    message["Subject"] = alphabets.header(text)
    message.set_content(alphabets.mail(text))
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert not {category(sign) for sign in read["Subject"]} & {"Cc", "Zl", "Zp", "Cs"}
    assert "\0" not in read.get_content()


@texts
def test_a_log_record_stays_one_line_with_nothing_that_moves_a_cursor(text: str) -> None:
    formatter = alphabets.LineFormatter("%(levelname)s %(message)s")
    try:
        raise ValueError(text)
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "path %s", (text,), (type(error), error, error.__traceback__)
        )
    said = formatter.format(record).split("\n")
    assert said[0].startswith("ERROR path a")
    assert all(line.startswith("  ") for line in said[1:])
    assert not {category(sign) for one in said for sign in one} & {"Cc", "Zl", "Zp", "Cs"}
    assert not {"\u202e", "\u2068", "\u061c"} & set("".join(said))


def test_a_text_that_is_spelt_like_an_escape_stays_that_text() -> None:
    assert alphabets.cell("_x000D_") == "_x005F_x000D_"
    assert alphabets.cell("_x00") == "_x00"


@pytest.mark.parametrize("sign", ["x", "\U0001f600", "_x000D_", "\ufffe"])
def test_a_cell_that_is_too_long_says_how_much_is_missing(sign: str) -> None:
    text = sign * 40_000
    kept = alphabets.cell(text, "… [thiếu %s ký tự]")
    assert len(kept.encode("utf-16-le")) // 2 <= alphabets.LONGEST_CELL
    assert kept.endswith(" ký tự]")
    whole = alphabets.cell(text[: 10_000 // len(sign)], "…")
    assert "…" not in whole
