"""The parts that pages are made of, each with an example: at /mau, in development only.

Its texts are examples of what is on pages, so they are Vietnamese and not translated.
"""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from webui.forms import FilterForm, Form, choices

ADDRESS = "/mau"


class EverythingForm(Form):
    """One field of each kind."""

    name = StringField("Tên đơn vị", [InputRequired()], description="Tên đầy đủ theo quyết định thành lập")
    count = IntegerField("Số vụ việc", [InputRequired()])
    held_on = DateField("Ngày họp")
    note = TextAreaField("Ghi chú")
    kind = SelectField("Loại đơn vị", choices=choices([("", "–"), ("commune", "Xã"), ("school", "Trường học")]))
    outcome = RadioField("Kết quả", [InputRequired()], choices=choices([("met", "Đạt"), ("not_met", "Chưa đạt")]))
    roles = SelectMultipleField(
        "Vai trò",
        choices=choices([("a", "Ủy viên"), ("b", "Thư ký")]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    agreed = BooleanField("Tôi đã kiểm tra")
    paper = FileField("Tờ trình")


class SearchForm(FilterForm):
    """Filters."""

    unit = StringField("Đơn vị")
    overdue = BooleanField("Quá hạn")


def init_app(app: Flask) -> None:
    """Offer the page."""
    app.add_url_rule(ADDRESS, "examples", examples, methods=["GET", "POST"])
    app.add_url_rule(f"{ADDRESS}/progress", "examples_progress", progress)
    app.add_url_rule(f"{ADDRESS}/autosave", "examples_autosave", lambda: ("", 204), methods=["POST"])


def examples() -> ResponseReturnValue:
    """Every part; sent back to itself, the form shows how errors look."""
    form = EverythingForm()
    form.validate_on_submit()
    return render_template("examples.html", **shown(form, ADDRESS)), 422 if form.errors else 200


def shown(form: Form, here: str) -> dict[str, Any]:
    """What the template is filled with."""
    at = datetime(2023, 11, 27, 3, 5, tzinfo=UTC)
    search = SearchForm(request.args)
    return {"form": form, "search": search, "at": at, "due_on": date(2023, 11, 24), "numbers": range(3), "here": here}


def progress() -> str:
    """The part that replaces itself."""
    return '<p id="progress">xong 8 / 8</p>'
