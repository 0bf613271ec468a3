"""The web base with a page that shows every macro: for tests alone, never part of the product."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, session
from jinja2 import ChoiceLoader, FileSystemLoader
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

from webui.app import create_app
from webui.forms import FilterForm, Form, choices
from workflow.errors import Conflict, NotFound, PermissionDenied

TEMPLATES = Path(__file__).parent / "gallery_templates"
blueprint = Blueprint("gallery", __name__)


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


def gallery_app(**container: Any) -> Flask:
    """Return the application with the gallery at /gallery."""
    app = create_app(SimpleNamespace(**container), testing=True)
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, FileSystemLoader(TEMPLATES)])  # type: ignore[list-item] # never None in Flask
    app.register_blueprint(blueprint)
    app.extensions["diagram"] = (TEMPLATES / "diagram.bpmn").read_text(encoding="utf-8")
    return app


@blueprint.route("/gallery", methods=["GET", "POST"])
def gallery() -> Any:
    form = EverythingForm()
    if form.validate_on_submit():
        return redirect("/gallery/done", 303)
    at = datetime(2023, 11, 27, 3, 5, tzinfo=UTC)
    return render_template(
        "gallery.html", form=form, search=SearchForm(request.args), at=at, due_on=date(2023, 11, 24), numbers=range(3)
    ), 422 if form.errors else 200


@blueprint.get("/gallery/done")
def done() -> str:
    return render_template("done.html")


@blueprint.get("/gallery/<any(viewer, modeler):page>")
def diagram_page(page: str) -> str:
    session["_user_id"] = "gallery"  # a diagram is longer than what is taken from strangers
    return render_template(f"{page}.html")


@blueprint.get("/gallery/diagram.bpmn")
def diagram() -> Response:
    return Response(current_app.extensions["diagram"], mimetype="application/xml")


@blueprint.post("/gallery/autosave")
def autosave() -> tuple[str, int]:
    current_app.extensions["draft"] = dict(request.form) | {"header": request.headers["X-Autosave"]}
    return "", 204


@blueprint.get("/gallery/progress")
def progress() -> str:
    return '<p id="progress">xong 8 / 8</p>'


@blueprint.get("/gallery/marks")
def marks() -> dict[str, list[str]]:
    return {"active": ["review"], "visited": ["start", "f1"], "incident": ["no-such-element"]}


@blueprint.post("/gallery/save")
def save() -> Any:
    current_app.extensions["diagram"] = request.form["xml"]
    return redirect("/gallery/done", 303)


@blueprint.route("/gallery/error/<kind>", methods=["GET", "POST"])
def error(kind: str) -> Any:
    errors = {"conflict": Conflict, "missing": NotFound, "refused": PermissionDenied}
    if kind in errors:
        raise errors[kind]
    if kind.isdigit():
        abort(int(kind))
    raise RuntimeError("a fault nobody foresaw")
