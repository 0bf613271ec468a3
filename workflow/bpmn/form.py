"""The form of a user task: fields, choices, papers and labels in two languages."""

import re
from typing import cast

from workflow.bpmn.expressions import feel, is_marked, value_of
from workflow.bpmn.namespaces import CN, Element, attribute, children, extensions, line_of
from workflow.bpmn.own import choice_of
from workflow.bpmn.reading import Reading, flag
from workflow.errors import N_
from workflow.model.expressions import Expression
from workflow.model.user_task import FIELD_KINDS, FieldKind, FormField, Label, Paper

_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def label_of(vi: str, en: str | None) -> Label:
    """A label; without an English text pages show the Vietnamese one."""
    return Label(vi=vi, en=en or "")


def optional_label(element: Element, name: str) -> Label | None:
    """The label in the attributes `name` and `nameEn`; `None` where both are absent."""
    vi, en = attribute(element, name), attribute(element, f"{name}En")
    return Label(vi=vi or en or "", en=en or "") if vi or en else None


def form_fields(element: Element, reading: Reading) -> tuple[FormField, ...]:
    """The `cn:field` entries of the task. Reports ids used twice and `within` that names no `users` field."""
    fields = tuple(_field(entry, reading) for entry in extensions(element, "field", CN))
    users = {field.id for field in fields if field.kind == "users"}
    seen: set[str] = set()
    for field, entry in zip(fields, extensions(element, "field", CN), strict=True):
        if field.id in seen:
            reading.report.error(
                "duplicate-name",
                N_('%(element)s has the id "%(id)s" more than once'),
                entry,
                N_("Give each an id of its own"),
                element="cn:field",
                id=field.id,
            )
        seen.add(field.id)
        if field.within is not None and (field.within not in users or field.within == field.id):
            reading.report.error(
                "within-nothing",
                N_('within="%(within)s" names no other field of users of this task'),
                entry,
                N_('Name a field of kind "users" that stands on this task'),
                within=field.within,
            )
    return fields


def papers(element: Element, reading: Reading) -> tuple[Paper, ...]:
    """The `cn:paper` entries of the task."""
    return tuple(
        Paper(
            id=reading.required(entry, "id"),
            label=label_of(reading.required(entry, "label"), attribute(entry, "labelEn")),
            required=flag(entry, "required", True, reading.report),
        )
        for entry in extensions(element, "paper", CN)
    )


def _field(entry: Element, reading: Reading) -> FormField:
    reading.required(entry, "kind")
    kind = cast(FieldKind, choice_of(entry, "kind", FIELD_KINDS, reading.report))
    choices = tuple(
        (
            reading.required(choice, "id"),
            label_of(reading.required(choice, "label"), attribute(choice, "labelEn")),
        )
        for choice in children(entry, "choice", uri=CN)
    )
    if (kind == "choice") != bool(choices):
        reading.report.error(
            "field-choices",
            N_("A field of kind choice has cn:choice entries, and no other field has"),
            entry,
            N_('Add the choices, or set kind="choice"'),
        )
    return FormField(
        id=reading.required(entry, "id"),
        kind=kind,
        label=label_of(reading.required(entry, "label"), attribute(entry, "labelEn")),
        hint=optional_label(entry, "hint"),
        required=flag(entry, "required", False, reading.report),
        choices=choices,
        minimum=_bound(entry, "min", reading),
        maximum=_bound(entry, "max", reading),
        role=attribute(entry, "role"),
        jurisdiction=value_of(attribute(entry, "jurisdiction"), entry, reading.report),
        within=attribute(entry, "within"),
    )


def _bound(entry: Element, name: str, reading: Reading) -> Expression | None:
    """A bound is FEEL, a number or a date."""
    text = attribute(entry, name)
    if text is None or is_marked(text):
        return feel(text, entry, reading.report) if text else None
    if _NUMBER.match(text):
        return Expression(text, line_of(entry))
    if _DATE.match(text):
        return Expression(f'date("{text}")', line_of(entry))
    reading.report.error(
        "field-bound",
        N_('%(attribute)s="%(value)s" is neither a number nor a date nor an expression'),
        entry,
        N_("Write a number, a date as 2023-02-15, or an expression that starts with ="),
        attribute=name,
        value=text,
    )
    return None
