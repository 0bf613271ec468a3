"""The properties of a user task: Camunda 7 attributes and the elements of our own namespace."""

import re
from collections.abc import Mapping
from typing import Any, cast

from workflow.bpmn.expressions import feel, is_marked, value_of
from workflow.bpmn.form import form_fields, label_of, optional_label, papers
from workflow.bpmn.mappings import properties
from workflow.bpmn.namespaces import CAMUNDA, CN, Element, attribute, extensions
from workflow.bpmn.own import check_own_elements, choice_of
from workflow.bpmn.reading import Reading, flag
from workflow.errors import N_
from workflow.model.expressions import Value
from workflow.model.user_task import Outcome, Quorum, UserTaskSpec

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
        "completeness": choice_of(task, "completeness", ("none", "result", "evidence"), report),
        "compare_with": tuple((attribute(task, "compareWith") or "").split()),
        "carry_over": attribute(task, "carryOver"),
    }


def _groups(element: Element, reading: Reading) -> tuple[Value, ...]:
    text = attribute(element, "candidateGroups", CAMUNDA) or ""
    if is_marked(text):
        return (feel(text, element, reading.report),)
    values = (value_of(part.strip(), element, reading.report) for part in text.split(",") if part.strip())
    return tuple(value for value in values if value is not None)


def _outcomes(element: Element, reading: Reading) -> tuple[Outcome, ...]:
    report, found = reading.report, []
    for entry in extensions(element, "outcome", CN):
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
            )
        )
    _unique([(outcome.id, "cn:outcome") for outcome in found], element, reading)
    return tuple(found)


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


def _unique(names: list[tuple[str, str]], element: Element, reading: Reading) -> None:
    seen: set[str] = set()
    for name, kind in names:
        if name in seen:
            reading.report.error(
                "duplicate-name",
                N_('%(element)s has the id "%(id)s" more than once'),
                element,
                N_("Give each an id of its own"),
                element=kind,
                id=name,
            )
        seen.add(name)
