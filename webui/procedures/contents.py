"""A procedure package in words: what a person who does not read BPMN wants to see of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _, ngettext

from webui.format import number, percent
from webui.i18n import language
from webui.words import kind_name, level_name, said
from workflow.services.views import (
    Check,
    CountCheck,
    CriteriaSet,
    Criterion,
    DeadlineRule,
    Expression,
    Label,
    PercentCheck,
    ProcedurePackage,
    UserTask,
    Value,
)

DEADLINE = re.compile(r"=\s*deadlines\.(\w+)\.due_at")
WORKING_DAYS = re.compile(r"WT(\d{1,3})D")
SIGNS = {">=": "≥", ">": ">", "==": "=", "<=": "≤", "<": "<"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One user task."""

    id: str
    name: str
    stage: str
    roles: str
    jurisdiction: str
    due: str
    outcomes: tuple[tuple[str, str], ...]
    separate_from: tuple[str, ...]
    criteria_set: str
    completeness: str
    quorum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The whole package."""

    stages: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str, str, str], ...]
    tasks: tuple[TaskRow, ...]
    deadlines: tuple[dict[str, Any], ...]
    criteria_sets: tuple[tuple[str, str, int], ...]
    decisions: tuple[str, ...]
    subjects: tuple[str, ...]
    legal_basis: tuple[str, ...]


def outline_of(package: ProcedurePackage) -> Outline:
    """The package as the content page shows it."""
    roles = {role.id: said(role.label) for role in package.roles.values()}
    days = {rule.id: said(rule.label) for rule in package.deadlines.values()}
    tasks = [
        task_row(task, roles, days)
        for process in package.bpmn.processes.values()
        for task in process.user_tasks.values()
    ]
    names = {task.id: task.name for task in tasks}
    return Outline(
        stages=tuple((stage.id, said(stage.label)) for stage in package.stages),
        roles=tuple((role.id, said(role.label), _body(role.body), role.description) for role in package.roles.values()),
        tasks=tuple(_with_names(task, names) for task in tasks),
        deadlines=tuple(_deadline(rule, roles) for rule in package.deadlines.values()),
        criteria_sets=tuple(
            (one.key, said(one.title), sum(len(group.criteria) for group in one.groups))
            for one in package.criteria_sets.values()
        ),
        decisions=tuple(sorted(package.decisions.names)),
        subjects=tuple(kind_name(kind) for kind in package.subjects),
        legal_basis=package.legal_basis,
    )


def task_row(task: UserTask, roles: dict[str, str], days: dict[str, str]) -> TaskRow:
    """One user task in words; `separate_from` holds ids."""
    spec = task.spec
    quorum = spec.quorum
    return TaskRow(
        id=task.id,
        name=said(spec.label) if spec.label and spec.label.vi else task.name or task.id,
        stage=said(spec.stage_label) or spec.stage,
        roles=", ".join(roles.get(value.text, written(value)) for value in spec.candidate_groups),
        jurisdiction=_place(written(spec.jurisdiction)),
        due=_due(written(spec.due_date), days),
        outcomes=tuple((said(outcome.label), outcome.reason) for outcome in spec.outcomes),
        separate_from=tuple(spec.separate_from),
        criteria_set=_place(written(spec.criteria_set)) if spec.criteria_set else "",
        completeness=spec.needs if spec.criteria_set else "none",
        quorum=f"{quorum.numerator}/{quorum.denominator}" if quorum else "",
    )


def written(value: Value | None) -> str:
    """A value as it stands in the diagram: text, or FEEL after an equals sign."""
    if value is None:
        return ""
    return f"={value.text}" if isinstance(value, Expression) else value.text


def _place(text: str) -> str:
    """Where the doers are: the unit, a kind of body at a level, or what a decision table says."""
    if text == "subject":
        return str(_("the unit itself"))
    if text.startswith("="):
        return str(_("as the rules say (%(expression)s)", expression=text.removeprefix("=")))
    kind, at, level = text.partition("@")
    return f"{kind_name(kind)} – {level_name(level)}" if at else text


def _due(text: str, days: dict[str, str]) -> str:
    """A due date that is one of the procedure's deadlines by that deadline's name, working time in words."""
    found = DEADLINE.fullmatch(text)
    if found and found[1] in days:
        return days[found[1]]
    span = WORKING_DAYS.fullmatch(text)
    return working_days(int(span[1])) if span else text


def working_days(count: int) -> str:
    """A number of working days."""
    return str(ngettext("%(num)d working day", "%(num)d working days", count))


def criteria_of(criteria: CriteriaSet) -> dict[str, Any]:
    """A criteria set as its page shows it."""
    return {
        "title": said(criteria.title),
        "source": criteria.source,
        "groups": [
            {
                "title": said(group.title),
                "rows": [
                    {
                        "id": one.id,
                        "text": _text(one),
                        "kind": one.kind,
                        "figures": [f"{said(figure.label)} ({said(figure.unit)})" for figure in one.figures],
                        "checks": [_check(check, one.labels) for check in one.checks],
                    }
                    for one in group.criteria
                ],
            }
            for group in criteria.groups
        ],
    }


def _text(criterion: Criterion) -> str:
    return criterion.text_en if language() == "en" and criterion.text_en else criterion.text


def _check(check: Check, labels: Mapping[str, Label]) -> str:
    """How a check decides, over the figures by name."""
    if isinstance(check, CountCheck):
        return f"{said(labels[check.figure])} {SIGNS[check.op]} {number(check.value)}"
    if isinstance(check, PercentCheck):
        share = _("%(part)s as a share of %(whole)s", part=said(labels[check.part]), whole=said(labels[check.whole]))
        return f"{share} {SIGNS[check.op]} {percent(check.value)}"
    limit = percent(check.at_least) if check.measure == "percent" else number(check.at_least)
    fall = _("Fall from %(old)s to %(new)s", old=said(labels[check.previous]), new=said(labels[check.current]))
    return f"{fall} ≥ {limit}"


def _body(body: str) -> str:
    return _("the unit itself") if body == "subject" else kind_name(body)


def _deadline(rule: DeadlineRule, roles: dict[str, str]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "label": said(rule.label),
        "day": _day(rule.month_day),
        "semantics": rule.semantics,
        "years": [(year, _day(day)) for year, day in sorted(rule.years.items())],
        "remind": _due(rule.remind, {}),
        "escalate_to": roles.get(rule.escalate_to, rule.escalate_to),
        "source": rule.source,
    }


def _day(month_day: str) -> str:
    month, _, day = month_day.partition("-")
    return f"{day}/{month}"


def _with_names(task: TaskRow, names: dict[str, str]) -> TaskRow:
    return replace(task, separate_from=tuple(names.get(one, one) for one in task.separate_from))
