"""The web base with a page that shows every macro: for tests alone, never part of the product."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, session
from jinja2 import ChoiceLoader, FileSystemLoader

from webui.app import create_app
from webui.examples import EverythingForm, progress as progress_part, shown
from workflow.errors import Conflict, NotFound, PermissionDenied

TEMPLATES = Path(__file__).parent / "gallery_templates"
blueprint = Blueprint("gallery", __name__)


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
    return render_template("examples.html", **shown(form, "/gallery")), 422 if form.errors else 200


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
    return progress_part()


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
