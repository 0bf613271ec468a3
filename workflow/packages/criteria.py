"""Reads the criteria sets of a package: groups, criteria, the figures they ask for and the thresholds those are held to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import get_args

from workflow.errors import N_, InvalidInput, WorkflowError
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.packages.documents import JsonFile, Table
from workflow.recognition.checks import Check, CountCheck, DecreaseCheck, Guard, PercentCheck
from workflow.recognition.criteria import (
    OPERATOR_TEXTS,
    CriteriaSet,
    Criterion,
    CriterionKind,
    Figure,
    FigureKind,
    Group,
)

_Object = Table[JsonFile]


def load_criteria_set(source: bytes) -> CriteriaSet:
    """Read a criteria set from JSON (schema: docs/reference/criteria-sets.md).

    Raises `InvalidInput` with the place of the fault: no JSON, an unknown key, an id used twice, a check of a figure
    that the criterion does not ask for, a `numeric` criterion without checks.
    """
    table = JsonFile().load(source)
    result = CriteriaSet(
        key=table.text("key", required=True),
        title=_label(table.table("title", required=True)),
        source=table.text("source", required=True),
        groups=tuple(_group(each) for each in table.tables("groups", required=True)),
    )
    table.done()
    _unique("groups", [group.id for group in result.groups])
    _unique("criteria", [criterion.id for group in result.groups for criterion in group.criteria])
    return result


def _label(table: _Object) -> Label:
    label = table.label(english=False)
    table.done()
    return label


def _optional_label(table: _Object, key: str) -> Label | None:
    return None if table.raw(key) is None else _label(table.table(key))


def _group(table: _Object) -> Group:
    group = Group(
        id=table.text("id", required=True),
        title=_label(table.table("title", required=True)),
        criteria=tuple(_criterion(each) for each in table.tables("criteria", required=True)),
    )
    table.done()
    return group


def _criterion(table: _Object) -> Criterion:
    criterion = Criterion(
        id=table.text("id", required=True),
        no=int(table.number("no")),
        text=table.text("text", required=True),
        text_en=table.text("text_en"),
        printed=table.text("printed"),
        kind=table.one_of("kind", get_args(CriterionKind)),
        figures=tuple(_figure(each) for each in table.tables("figures")),
        checks=tuple(_check(each) for each in table.tables("checks")),
        note=_optional_label(table, "note"),
        condition=_optional_label(table, "condition"),
        not_applicable_allowed=table.flag("not_applicable_allowed"),
        evidence=tuple(_label(each) for each in table.tables("evidence")),
    )
    table.done()
    _consistent(criterion, table.place)
    return criterion


def _figure(table: _Object) -> Figure:
    minimum = table.optional_number("minimum")
    figure = Figure(
        id=table.text("id", required=True),
        label=_label(table.table("label", required=True)),
        unit=_label(table.table("unit", required=True)),
        kind=table.one_of("kind", get_args(FigureKind)),
        minimum=Decimal(0) if minimum is None else minimum,
        maximum=table.optional_number("maximum"),
    )
    table.done()
    if figure.maximum is not None and figure.maximum < figure.minimum:
        raise InvalidInput(N_("%(place)s: the maximum is below the minimum."), place=table.place)
    return figure


def _check(table: _Object) -> Check:
    kind = table.one_of("kind", ("count", "zero", "percent", "percent_change", "count_change"))
    quote = table.text("quote", required=True)
    when = _guard(table)
    check: Check
    if kind in ("count", "zero"):
        op = "==" if kind == "zero" else table.one_of("op", OPERATOR_TEXTS)
        limit = Decimal(0) if kind == "zero" else table.number("value")
        check = CountCheck(quote=quote, when=when, figure=table.text("figure", required=True), op=op, value=limit)
    elif kind == "percent":
        check = PercentCheck(
            quote=quote,
            when=when,
            part=table.text("part", required=True),
            whole=table.text("whole", required=True),
            op=table.one_of("op", OPERATOR_TEXTS),
            value=table.number("value"),
            when_none=table.one_of("when_none", ("met", "judgement", "not_met"), "judgement"),
        )
    else:
        check = DecreaseCheck(
            quote=quote,
            when=when,
            previous=table.text("previous", required=True),
            current=table.text("current", required=True),
            at_least=table.number("at_least"),
            measure="percent" if kind == "percent_change" else "count",
            short_of_it=table.one_of("short_of_it", ("not_met", "judgement"), "not_met"),
            none_left_is_met=table.flag("none_left_is_met"),
        )
    table.done()
    return check


def _guard(table: _Object) -> Guard | None:
    if table.raw("when") is None:
        return None
    inner = table.table("when")
    guard = Guard(
        figure=inner.text("figure", required=True), op=inner.one_of("op", OPERATOR_TEXTS), value=inner.number("value")
    )
    inner.done()
    return guard


def _consistent(criterion: Criterion, place: str) -> None:
    _unique(f"{place}.figures", list(criterion.figure_ids))
    for index, check in enumerate(criterion.checks):
        used = check.used if check.when is None else (*check.used, check.when.figure)
        for figure in used:
            if figure not in criterion.figure_ids:
                raise InvalidInput(
                    N_("%(place)s: the criterion asks for no figure named %(figure)s."),
                    place=f"{place}.checks[{index}]",
                    figure=figure,
                )
        if check.quote not in criterion.text:
            raise InvalidInput(
                N_("%(place)s: the words “%(quote)s” do not occur in the criterion."),
                place=f"{place}.checks[{index}].quote",
                quote=check.quote,
            )
    if criterion.kind == "numeric" and not criterion.checks:
        raise InvalidInput(N_("%(place)s: a numeric criterion needs at least one check."), place=place)
    if criterion.kind == "boolean" and (criterion.checks or criterion.figures):
        raise InvalidInput(N_("%(place)s: a yes/no criterion has neither figures nor checks."), place=place)


def _unique(place: str, ids: list[str]) -> None:
    for index, item in enumerate(ids):
        if item in ids[:index]:
            raise InvalidInput(N_("%(place)s: the id %(id)s is used twice."), place=place, id=item)


def load_criteria(files: Mapping[str, bytes]) -> tuple[Mapping[str, CriteriaSet], list[Finding]]:
    """Every set of `criteria/*.json` by its key, and what is wrong with the files."""
    sets: dict[str, CriteriaSet] = {}
    findings: list[Finding] = []
    for file in sorted(name for name in files if name.startswith("criteria/") and name.endswith(".json")):
        try:
            found = load_criteria_set(files[file])
        except WorkflowError as error:
            findings.append(Finding(rule="criteria-set", template=error.template, params=error.params, file=file))
            continue
        if found.key in sets:
            findings.append(
                Finding(
                    rule="duplicate-criteria-set",
                    template=N_("The package has the criteria set %(key)s twice"),
                    params={"key": found.key},
                    advice=N_("Give each criteria set a key of its own"),
                    element_id=found.key,
                    file=file,
                )
            )
        sets.setdefault(found.key, found)
    return sets, findings
