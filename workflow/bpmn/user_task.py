"""The properties of a user task: Camunda 7 attributes and the elements of our own namespace."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from workflow.bpmn.context import Reading, choice_of, flag
from workflow.bpmn.data import properties
from workflow.bpmn.expressions import feel, is_marked, value_of
from workflow.bpmn.kinds import names
from workflow.bpmn.namespaces import (
    BPMN,
    CAMUNDA,
    CN,
    Element,
    attribute,
    child,
    children,
    extensions,
    line_of,
    local,
    namespace,
    shown,
)
from workflow.bpmn.report import Report
from workflow.errors import N_
from workflow.model.expressions import Expression, Value
from workflow.model.user_task import (
    FIELD_KINDS,
    Cause,
    FieldKind,
    FormField,
    Label,
    Outcome,
    Paper,
    Quorum,
    UserTaskSpec,
)

OWN_ELEMENTS: Mapping[str, frozenset[str]] = {
    "task": names(
        "stage stageLabel stageLabelEn label labelEn help helpEn primary primaryEn jurisdiction separateFrom criteriaSet "
        "completeness compareWith carryOver closedUntil answerWithin"
    ),
    "outcome": names("id label labelEn effect reason reasonPerCriterion condition refusal refusalEn complete"),
    "field": names("id kind label labelEn hint hintEn required min max role jurisdiction within"),
    "choice": names("id label labelEn"),
    "cause": names("holds text textEn"),
    "paper": names("id label labelEn required"),
    "quorum": names("roster present recused reasons signer decides share"),
}
"""Element → its attributes."""

OWN_CHILDREN: Mapping[str, frozenset[str]] = {
    "field": frozenset({"choice"}),
    "outcome": frozenset({"cause"}),
}


def check_own_elements(element: Element, report: Report) -> None:
    """Report attributes and children of our own elements that have no meaning."""
    holder = child(element, "extensionElements", BPMN)
    for entry in holder if holder is not None else ():
        if namespace(entry) == CN and local(entry) in OWN_ELEMENTS:
            _check(entry, report)


def _check(entry: Element, report: Report) -> None:
    name = local(entry)
    for key in entry.attrib:
        if key not in OWN_ELEMENTS[name]:
            report.error(
                "unsupported-attribute",
                N_("Attribute %(attribute)s is not supported on %(element)s"),
                entry,
                N_("Delete the attribute %(attribute)s; it would have no effect"),
                attribute=shown(str(key)),
                element=f"cn:{name}",
            )
    for nested in entry:
        if namespace(nested) == CN and local(nested) in OWN_CHILDREN.get(name, ()):
            _check(nested, report)
        else:
            report.error(
                "unsupported-extension",
                N_("Extension %(element)s is not supported on %(parent)s"),
                nested,
                N_("Delete the extension, or express it with what the reference lists for %(parent)s"),
                element=shown(str(nested.tag)),
                parent=f"cn:{name}",
            )


# The form of a user task: fields, choices, papers and labels in two languages.

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
    entries = extensions(element, "field", CN)
    fields = tuple(_field(entry, reading) for entry in entries)
    users = {field.id for field in fields if field.kind == "users"}
    _unique([field.id for field in fields], entries, reading)
    for field, entry in zip(fields, entries, strict=True):
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


# The properties of a user task: Camunda 7 attributes and the elements of our own namespace.

_DAYS = re.compile(r"^WT([1-9]|[12]\d|30)D$", re.ASCII)
_SHARE = re.compile(r"^([1-9]\d{0,3})/([1-9]\d{0,3})$")


def user_task_spec(element: Element, reading: Reading) -> UserTaskSpec:
    """Read everything that a user task asks of people."""
    check_own_elements(element, reading.report)
    tasks = extensions(element, "task", CN)
    _only_one(tasks, "cn:task", reading)
    return UserTaskSpec(
        candidate_groups=_groups(element, reading),
        assignee=value_of(attribute(element, "assignee", CAMUNDA), element, reading.report),
        due_date=value_of(attribute(element, "dueDate", CAMUNDA), element, reading.report),
        follow_up_date=value_of(attribute(element, "followUpDate", CAMUNDA), element, reading.report),
        priority=value_of(attribute(element, "priority", CAMUNDA), element, reading.report),
        outcomes=_outcomes(element, reading),
        fields=form_fields(element, reading),
        papers=papers(element, reading),
        quorum=_quorum(element, reading),
        extra=properties(element, reading),
        **(_task_properties(tasks[0], attribute(element, "name") or "", reading) if tasks else {}),
    )


def _task_properties(task: Element, name: str, reading: Reading) -> Mapping[str, Any]:
    report = reading.report
    label, label_en = attribute(task, "label"), attribute(task, "labelEn")
    return {
        "stage": attribute(task, "stage") or "",
        "stage_label": optional_label(task, "stageLabel"),
        "label": label_of(label or name, label_en) if label or label_en else None,
        "help": optional_label(task, "help"),
        "primary": optional_label(task, "primary"),
        "jurisdiction": value_of(attribute(task, "jurisdiction"), task, report),
        "separate_from": tuple((attribute(task, "separateFrom") or "").split()),
        "criteria_set": value_of(attribute(task, "criteriaSet"), task, report),
        "completeness": choice_of(task, "completeness", ("none", "result", "evidence"), report)
        if attribute(task, "completeness")
        else None,
        "compare_with": tuple((attribute(task, "compareWith") or "").split()),
        "carry_over": attribute(task, "carryOver"),
        "closed_until": tuple((attribute(task, "closedUntil") or "").split()),
        **_answer_within(task, report),
    }


def _answer_within(task: Element, report: Report) -> Mapping[str, str | None]:
    """`answerWithin` where it is said: from one to thirty working days, or `none` where the unit is asked nothing."""
    text = attribute(task, "answerWithin")
    if text is None:
        return {}
    if text == "none":
        return {"answer_within": None}
    if _DAYS.match(text):
        return {"answer_within": text}
    report.error(
        "answer-within",
        N_('answerWithin="%(value)s" is no number of working days'),
        task,
        N_("Write from WT1D to WT30D, or none where the unit is to be asked nothing"),
        value=text,
    )
    return {}


def _groups(element: Element, reading: Reading) -> tuple[Value, ...]:
    text = attribute(element, "candidateGroups", CAMUNDA) or ""
    if is_marked(text):
        return (feel(text, element, reading.report),)
    values = (value_of(part.strip(), element, reading.report) for part in text.split(",") if part.strip())
    return tuple(value for value in values if value is not None)


def _outcomes(element: Element, reading: Reading) -> tuple[Outcome, ...]:
    report, found = reading.report, []
    entries = extensions(element, "outcome", CN)
    for entry in entries:
        condition = attribute(entry, "condition")
        found.append(
            Outcome(
                id=reading.required(entry, "id"),
                label=label_of(reading.required(entry, "label"), attribute(entry, "labelEn")),
                reason=cast(Any, choice_of(entry, "reason", ("none", "optional", "required"), report)),
                reason_per_criterion=flag(entry, "reasonPerCriterion", False, report),
                condition=feel(condition, entry, report) if condition else None,
                refusal=optional_label(entry, "refusal"),
                effect=cast(Any, choice_of(entry, "effect", ("forward", "back", "end", "neutral"), report)),
                complete=flag(entry, "complete", True, report),
                causes=tuple(_causes(entry, reading)),
            )
        )
    _unique([outcome.id for outcome in found], entries, reading)
    return tuple(found)


def _causes(outcome: Element, reading: Reading) -> Iterator[Cause]:
    for entry in children(outcome, "cause", uri=CN):
        holds = feel(reading.required(entry, "holds"), entry, reading.report)
        text = label_of(reading.required(entry, "text"), attribute(entry, "textEn"))
        if holds is not None:
            yield Cause(holds=holds, text=text)


def _quorum(element: Element, reading: Reading) -> Quorum | None:
    entries = extensions(element, "quorum", CN)
    if not entries:
        return None
    _only_one(entries, "cn:quorum", reading)
    entry = entries[0]
    share = reading.required(entry, "share")
    match = _SHARE.match(share)
    numerator, denominator = (int(match[1]), int(match[2])) if match else (1, 1)
    if share and (match is None or numerator > denominator):
        reading.report.error(
            "quorum-share",
            N_('The quorum\'s share "%(share)s" is no fraction of the roster'),
            entry,
            N_("Write a fraction such as 2/3"),
            share=share,
        )
    return Quorum(
        roster=reading.required(entry, "roster"),
        present=reading.required(entry, "present"),
        recused=attribute(entry, "recused"),
        reasons=attribute(entry, "reasons"),
        signer=attribute(entry, "signer"),
        decides=attribute(entry, "decides"),
        numerator=numerator,
        denominator=denominator,
    )


def _only_one(entries: list[Element], name: str, reading: Reading) -> None:
    for entry in entries[1:]:
        reading.report.error(
            "repeated-extension",
            N_("%(element)s stands more than once on this task"),
            entry,
            N_("Keep one of them"),
            element=name,
        )


def _unique(ids: list[str], entries: list[Element], reading: Reading) -> None:
    seen: set[str] = set()
    for name, entry in zip(ids, entries, strict=True):
        if name in seen:
            reading.report.error(
                "duplicate-name",
                N_('%(element)s has the id "%(id)s" more than once'),
                entry,
                N_("Give each an id of its own"),
                element=shown(str(entry.tag)),
                id=name,
            )
        seen.add(name)
