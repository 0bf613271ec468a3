"""The list of the guides, one page a guide, and the link of every page to what fits it."""

from flask import Blueprint, Flask, abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from webui.guides.places import place_of
from webui.guides.texts import Guide, guides
from workflow.spelling import words

blueprint = Blueprint("guides", __name__, url_prefix="/tro-giup")
AUDIENCES = (
    (
        _l("For everybody"),
        ("bat-dau", "viec-cua-toi", "theo-doi-ho-so", "tim-kiem", "thong-bao", "uy-quyen", "noi-dung-da-nhap"),
    ),
    (
        _l("For officers of units and for reviewers"),
        ("tu-danh-gia", "xu-ly-nhiem-vu", "bang-tieu-chi", "tep-minh-chung"),
    ),
    (_l("For members and chairs of committees"), ("phien-hop",)),
    (_l("For the standing office and managers"), ("dot-xet", "dieu-hanh", "tam-dung-ho-so")),
    (_l("For auditors"), ("kiem-toan", "du-lieu-khong-bi-sua")),
    (_l("For administrators"), ("quan-tri", "to-chuc-lich", "quy-trinh", "chuyen-ho-so")),
)
"""Whom a guide is for, in the order of the list. A guide of whom nobody thought here stands last."""
MOST_SIGNS = 100


def init_app(app: Flask) -> None:
    """Offer `help_address()` to every template."""
    app.jinja_env.globals["help_address"] = help_address


def help_address() -> str:
    """The guide, and its section, that fits the page that is shown; the list where none does."""
    name, _, section = place_of(request.endpoint).partition("#")
    return url_for("guides.guide", name=name, _anchor=section or None) if name else url_for("guides.index")


@blueprint.get("/")
def index() -> str:
    """Every guide by whom it is for, or those whose title or headings have the words."""
    text = request.args.get("text", "")[:MOST_SIGNS]
    wanted = words(text)
    groups = [(audience, [one for one in found if one.found(wanted)]) for audience, found in _groups()]
    return render_template("guides/list.html", groups=[group for group in groups if group[1]], text=text)


@blueprint.get("/<name>")
def guide(name: str) -> str:
    """One guide."""
    found = guides().get(name) or abort(404)
    return render_template("guides/guide.html", guide=found)


def _groups() -> list[tuple[object, list[Guide]]]:
    known = dict(guides())
    groups: list[tuple[object, list[Guide]]] = []
    for audience, names in AUDIENCES:
        groups.append((audience, [known.pop(name) for name in names if name in known]))
    return [*groups, (_l("More"), list(known.values()))]
