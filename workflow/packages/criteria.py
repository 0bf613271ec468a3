"""Reads the criteria sets of a package: groups, criteria, the figures they ask for and the thresholds those are held to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, get_args

from workflow.errors import N_, InvalidInput, WorkflowError
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.packages.documents import JsonObject, parse_json
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


def load_criteria_set(source: bytes) -> CriteriaSet:
    """Read a criteria set from JSON (schema: docs/reference/criteria-sets.md).

    Raises `InvalidInput` with the place of the fault: no JSON, an unknown key, an id used twice, a check of a figure
    that the criterion does not ask for, a `numeric` criterion without checks.
    """
    reader = JsonObject(parse_json(source), "")
    result = CriteriaSet(
        key=reader.text("key"),
        title=_label(reader, "title"),
        source=reader.text("source"),
        groups=reader.items("groups", _group, required=True),
    )
    reader.done()
    _unique("groups", [group.id for group in result.groups])
    _unique("criteria", [criterion.id for group in result.groups for criterion in group.criteria])
    return result


def _label(reader: JsonObject, key: str) -> Label:
    label = reader.label(key)
    if label is None:
        raise InvalidInput(N_("%(place)s: a text is expected here."), place=reader.at(key))
    return label


def _group(value: Any, place: str) -> Group:
    reader = JsonObject(value, place)
    group = Group(
        id=reader.text("id"),
        title=_label(reader, "title"),
        criteria=reader.items("criteria", _criterion, required=True),
    )
    reader.done()
    return group


def _criterion(value: Any, place: str) -> Criterion:
    reader = JsonObject(value, place)
    criterion = Criterion(
        id=reader.text("id"),
        no=int(reader.number("no")),
        text=reader.text("text"),
        text_en=reader.text("text_en", required=False),
        printed=reader.text("printed", required=False),
        kind=reader.one_of("kind", get_args(CriterionKind)),
        figures=reader.items("figures", _figure),
        checks=reader.items("checks", _check),
        note=reader.label("note", required=False),
        condition=reader.label("condition", required=False),
        not_applicable_allowed=reader.flag("not_applicable_allowed"),
        evidence=reader.items("evidence", _evidence),
    )
    reader.done()
    _consistent(criterion, place)
    return criterion


def _evidence(value: Any, place: str) -> Label:
    reader = JsonObject(value, place)
    label = Label(vi=reader.text("vi"), en=reader.text("en", required=False))
    reader.done()
    return label


def _figure(value: Any, place: str) -> Figure:
    reader = JsonObject(value, place)
    minimum = reader.optional_number("minimum")
    figure = Figure(
        id=reader.text("id"),
        label=_label(reader, "label"),
        unit=_label(reader, "unit"),
        kind=reader.one_of("kind", get_args(FigureKind)),
        minimum=Decimal(0) if minimum is None else minimum,
        maximum=reader.optional_number("maximum"),
    )
    reader.done()
    if figure.maximum is not None and figure.maximum < figure.minimum:
        raise InvalidInput(N_("%(place)s: the maximum is below the minimum."), place=place)
    return figure


def _check(value: Any, place: str) -> Check:
    reader = JsonObject(value, place)
    kind = reader.one_of("kind", ("count", "zero", "percent", "percent_change", "count_change"))
    quote = reader.text("quote")
    when = _guard(reader)
    check: Check
    if kind in ("count", "zero"):
        op = "==" if kind == "zero" else reader.one_of("op", OPERATOR_TEXTS)
        limit = Decimal(0) if kind == "zero" else reader.number("value")
        check = CountCheck(quote=quote, when=when, figure=reader.text("figure"), op=op, value=limit)
    elif kind == "percent":
        check = PercentCheck(
            quote=quote,
            when=when,
            part=reader.text("part"),
            whole=reader.text("whole"),
            op=reader.one_of("op", OPERATOR_TEXTS),
            value=reader.number("value"),
            when_none=reader.one_of("when_none", ("met", "judgement", "not_met"), "judgement"),
        )
    else:
        check = DecreaseCheck(
            quote=quote,
            when=when,
            previous=reader.text("previous"),
            current=reader.text("current"),
            at_least=reader.number("at_least"),
            measure="percent" if kind == "percent_change" else "count",
            short_of_it=reader.one_of("short_of_it", ("not_met", "judgement"), "not_met"),
            none_left_is_met=reader.flag("none_left_is_met"),
        )
    reader.done()
    return check


def _guard(reader: JsonObject) -> Guard | None:
    value = reader.get("when")
    if value is None:
        return None
    inner = JsonObject(value, reader.at("when"))
    guard = Guard(figure=inner.text("figure"), op=inner.one_of("op", OPERATOR_TEXTS), value=inner.number("value"))
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
