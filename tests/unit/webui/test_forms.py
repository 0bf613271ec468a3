"""Forms: errors in one list with places to go to, in Vietnamese, and fields wired for screen readers."""

import ast
from pathlib import Path
from typing import Any

import flask_wtf
import pytest
import wtforms
from flask import Flask
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from wtforms import FieldList, FormField, PasswordField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length

from tests.support.gallery import EverythingForm, gallery_app
from tests.support.nothing import NOTHING_TO_SEE
from webui.forms import FilterForm, Form, flat_errors, kind_of
from webui.links import url_with


class Row(FilterForm):
    text = StringField("Text", [InputRequired()])


class Nested(Form):
    rows = FieldList(FormField(Row), min_entries=2)
    names = FieldList(StringField("Name", [Length(max=3)]))


class Compulsory(Form):
    asked = StringField("Asked", [InputRequired()])
    wanted = StringField("Wanted", [DataRequired()])
    secret = PasswordField("Secret", [InputRequired()])


def page_of(answer: TestResponse) -> Any:
    """The answer as a tree; lxml's stubs do not know its HTML elements."""
    return html.fromstring(answer.text)


@pytest.fixture
def app() -> Flask:
    app = gallery_app()
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_errors_of_forms_within_forms_are_in_the_list(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"rows-0-text": "a", "rows-1-text": "", "names-0": "dài quá"}):
        form = Nested()

        assert not form.validate()
        assert dict(flat_errors(form)) == {
            "rows-1-text": "Cần nhập mục này.",
            "names-0": "Không được dài quá 3 ký tự.",
        }


def test_an_error_of_the_whole_form_leads_to_the_main_part(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        form = Nested()
        form.form_errors.append("Hết hạn")

        assert ("main", "Hết hạn") in flat_errors(form)


def test_every_entry_of_the_summary_leads_to_an_element_of_the_page(app: Flask) -> None:
    page = page_of(app.test_client().post("/gallery", data={"count": "many"}))

    targets = page.xpath("//*[@data-error-summary]//a/@href")
    assert targets == ["#name", "#count", "#kind", "#outcome-0"]
    for target in targets:
        assert page.xpath("//*[@id=$id]", id=target.lstrip("#")), target


def test_hint_and_error_are_tied_to_their_field(app: Flask) -> None:
    page = page_of(app.test_client().post("/gallery", data={}))

    (field,) = page.xpath("//input[@name='name']")
    assert field.get("aria-describedby") == "name-hint name-error"
    assert field.get("aria-invalid") == "true"
    assert "Tên đầy đủ" in page.get_element_by_id("name-hint").text_content()
    assert "Cần nhập" in page.get_element_by_id("name-error").text_content()


def test_every_kind_of_field_is_known(app: Flask) -> None:
    with app.test_request_context():
        kinds = {field.name: kind_of(field) for field in EverythingForm()}

    assert kinds == {
        "name": "input",
        "count": "input",
        "held_on": "input",
        "note": "textarea",
        "kind": "select",
        "outcome": "choices",
        "roles": "choices",
        "agreed": "checkbox",
        "paper": "file",
    }


def test_another_order_keeps_the_filters_and_starts_on_the_first_page(app: Flask) -> None:
    with app.test_request_context("/inbox?unit=x&page=4&sort=due"):
        assert url_with(sort="-due") == "/inbox?unit=x&sort=-due"
        assert url_with(page=5) == "/inbox?unit=x&sort=due&page=5"
        assert url_with(unit=None, sort=None) == "/inbox"


def test_filters_in_the_address_open_the_panel(app: Flask) -> None:
    client = app.test_client()

    assert page_of(client.get("/gallery")).xpath("//details[@class='filter-panel'][not(@open)]")
    open_panel = page_of(client.get("/gallery?unit=Ho")).xpath("//details[@class='filter-panel'][@open]")
    assert "đang dùng 1 bộ lọc" in open_panel[0].text_content()


@pytest.mark.parametrize("text", NOTHING_TO_SEE, ids=ascii)
def test_a_compulsory_field_in_which_nobody_sees_anything_is_missing(app: Flask, text: str) -> None:
    with app.test_request_context(method="POST", data={"asked": text, "wanted": text, "secret": "\u3164" * 12}):
        form = Compulsory()

        assert not form.validate()
        assert [one for one, _ in flat_errors(form)] == ["asked", "wanted"]
        assert form.secret.data == "\u3164" * 12


def built_in_messages() -> set[str]:
    """What WTForms and Flask-WTF can say of a field, read from their code; not what they say to programmers, or of the token."""
    folders = [Path(str(module.__file__)).parent for module in (wtforms, flask_wtf)]
    files = [file for folder in folders for file in folder.rglob("*.py") if "csrf" not in file.parts]
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    said = [
        one.value
        for call in calls
        if getattr(call.func, "attr", "") in ("gettext", "ngettext")
        for one in call.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    return set(said) - {"Choices cannot be None.", "Invalid field name '%s'.", "Invalid CSRF Token."}


def test_every_built_in_message_is_said_in_vietnamese(app: Flask) -> None:
    known = built_in_messages()
    assert "Not a valid time value." in known

    with app.test_request_context():
        translations = FilterForm().meta.get_translations(FilterForm())
        assert {one for one in known if translations.gettext(one) == one} == set()


def test_a_time_that_there_is_not_is_refused_in_vietnamese(app: Flask) -> None:
    class Clock(FilterForm):
        at = TimeField("Giờ")

    with app.test_request_context():
        form = Clock(MultiDict({"at": "24:00"}))

        assert not form.validate()
        assert form.errors == {"at": ["Giờ không hợp lệ, ví dụ đúng: 17:30."]}
