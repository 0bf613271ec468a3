"""The steps that must be pointed out in the new version, as fields of a form: one a step, whatever number of cases stand there."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from wtforms import SelectField

from webui.forms import Form, choices
from webui.moving.wish import GIVEN_UP, PREFIX, Asked
from webui.moving.words import GIVING_UP
from webui.words import said, sentence
from workflow.services.moving.views import PlaceView, Preview
from workflow.services.views import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """`options`: the nodes it may go on at; `given_up`: what it means to give it up, nothing where it cannot be.

    `problem`: why it stands in the way.
    """

    node_id: str
    node: Label
    options: tuple[tuple[str, Label], ...]
    suggested: str | None
    given_up: str
    problem: str
    cases: int

    @property
    def name(self) -> str:
        """The field's name."""
        return PREFIX + self.node_id


def points_of(preview: Preview, wanted: Asked) -> list[Point]:
    """By how many cases stand there: what must be mapped and what was mapped, so that a choice can be changed."""
    found: dict[str, list[tuple[int, PlaceView]]] = {}
    for situation in preview.situations:
        for place in situation.places:
            if place.fate in ("needs_mapping", "refused") or place.node_id in (wanted.mapping or {}):
                found.setdefault(place.node_id, []).append((situation.cases, place))
    points = [_point(places) for places in found.values()]
    return sorted(points, key=lambda point: (-point.cases, point.node_id))


def _point(places: list[tuple[int, PlaceView]]) -> Point:
    options: dict[str, Label] = {}
    for _cases, place in places:
        options |= dict(place.targets)
    first = places[0][1]
    faults = [place.problem for _cases, place in places if place.problem and place.fate in ("needs_mapping", "refused")]
    return Point(
        node_id=first.node_id,
        node=first.node,
        options=tuple(options.items()),
        suggested=next((place.suggested for _cases, place in places if place.suggested), None),
        given_up=next((str(GIVING_UP[place.kind]) for _cases, place in places if place.kind in GIVING_UP), ""),
        problem=sentence(faults[0].template, faults[0].params) if faults else "",
        cases=sum(cases for cases, _place in places),
    )


class MappingForm(Form):
    """Made anew for each preview: its fields are the points, named after them."""


def mapping_form(points: list[Point], wanted: Asked, *, insisting: bool) -> MappingForm:
    """The form with what was chosen, or at first with what is likely; faults stand at their fields."""
    fields = {
        point.name: SelectField(
            f"{number}. {said(point.node)}",
            id=f"map-{number}",
            choices=choices(_offered(point)),
            validate_choice=False,
            description=point.node_id,
        )
        for number, point in enumerate(points, 1)
        if point.options or point.given_up
    }
    form_class: Callable[..., MappingForm] = type("OfThisPreview", (MappingForm,), fields)
    form = form_class(formdata=None)
    for point in points:
        if point.name in form:
            form[point.name].data = _chosen(point, wanted)
            form[point.name].errors = _faults(point, wanted, insisting)
    return form


def _offered(point: Point) -> list[tuple[str, str]]:
    found = [("", _("– choose –"))]
    for node_id, label in point.options:
        text = said(label) if said(label) == node_id else f"{said(label)} ({node_id})"
        found.append((node_id, _("%(name)s – likely", name=text) if node_id == point.suggested else text))
    if point.given_up:
        found.append((GIVEN_UP, point.given_up))
    return found


def _chosen(point: Point, wanted: Asked) -> str:
    mapping = wanted.mapping or {}
    if point.node_id in mapping:
        new = mapping[point.node_id]
        return GIVEN_UP if new is None else new
    return "" if point.node_id in wanted.unmapped else point.suggested or ""


def _faults(point: Point, wanted: Asked, insisting: bool) -> list[str]:
    if point.problem and point.node_id in (wanted.mapping or {}):
        return [point.problem]
    return [_("Say where “%(step)s” goes on.", step=said(point.node))] if point.problem and insisting else []
