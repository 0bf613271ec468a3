"""What can be decided from figures alone, and the sentence that says how.

A check is data of a criteria set. Evaluating one never fails: what the figures cannot decide comes back as `None` with a
step that says why, for the assessor to judge.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from workflow.errors import N_
from workflow.model.user_task import Label

Operator = Literal[">=", ">", "==", "<=", "<"]
OPERATORS: Mapping[Operator, tuple[Callable[[Decimal, Decimal], bool], str]] = {
    ">=": (operator.ge, "≥"),
    ">": (operator.gt, ">"),
    "==": (operator.eq, "="),
    "<=": (operator.le, "≤"),
    "<": (operator.lt, "<"),
}
HUNDRED = Decimal(100)


def in_english(template: str, params: Mapping[str, Any]) -> str:
    """The sentence for logs, tests and exports; pages translate the template and the labels instead."""
    values = {name: (v.en or v.vi) if isinstance(v, Label) else v for name, v in params.items()}
    return template % values if values else template


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sentence of a computation: an English template and its values.

    A `Label` among the values is shown in the reader's language, a `Decimal` in the reader's number format.
    """

    template: str
    params: Mapping[str, Decimal | Label | str] = field(default_factory=dict)

    def __str__(self) -> str:
        return in_english(self.template, self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`met` is None where the figures do not decide; `contradiction` marks figures that cannot be true."""

    met: bool | None
    step: Step
    contradiction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The check applies only while this comparison holds ("nếu có trên 10 người")."""

    figure: str
    op: Operator
    value: Decimal

    def holds(self, figures: Mapping[str, Decimal]) -> bool:
        return OPERATORS[self.op][0](figures[self.figure], self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCheck:
    """A figure against a limit; "none occurred" is `== 0`."""

    quote: str
    figure: str
    op: Operator
    value: Decimal
    when: Guard | None = None

    @property
    def used(self) -> tuple[str, ...]:
        return (self.figure,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentCheck:
    """`part` as a percentage of `whole` against a limit; `when_none` says what holds when `whole` is 0."""

    quote: str
    part: str
    whole: str
    op: Operator
    value: Decimal
    when_none: Literal["met", "judgement", "not_met"] = "judgement"
    when: Guard | None = None

    @property
    def used(self) -> tuple[str, ...]:
        return (self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecreaseCheck:
    """A fall from `previous` to `current` of at least `at_least`, in percent of `previous` or in persons, cases …

    `short_of_it`: what holds when there was no rise, but too small a fall. `judgement` serves "kiềm chế", which the source
    does not define. `none_left_is_met`: reaching 0 satisfies the criterion, however small the fall.
    """

    quote: str
    previous: str
    current: str
    at_least: Decimal
    measure: Literal["percent", "count"]
    short_of_it: Literal["not_met", "judgement"] = "not_met"
    none_left_is_met: bool = False
    when: Guard | None = None

    @property
    def used(self) -> tuple[str, ...]:
        return (self.previous, self.current)


Check = CountCheck | PercentCheck | DecreaseCheck


def evaluate(check: Check, figures: Mapping[str, Decimal], labels: Mapping[str, Label]) -> Verdict:
    """Say whether `figures` satisfy `check`; every figure that the check uses must be there."""
    match check:
        case CountCheck():
            return _count(check, figures, labels)
        case PercentCheck():
            return _percent(check, figures, labels)
        case DecreaseCheck():
            return _decrease(check, figures, labels)


def shown(exact: Decimal, limit: Decimal, op: Operator) -> Decimal:
    """`exact` with one decimal, or with as many as it takes for the rounded number to tell the same story.

    4.96% shown as 5.0% beside "at least 5%, not met" would look like a mistake.
    """
    compare = OPERATORS[op][0]
    for digits in range(1, 7):
        rounded = exact.quantize(Decimal(1).scaleb(-digits))
        if compare(rounded, limit) == compare(exact, limit):
            return rounded
    return exact


def _count(check: CountCheck, figures: Mapping[str, Decimal], labels: Mapping[str, Label]) -> Verdict:
    compare, sign = OPERATORS[check.op]
    value = figures[check.figure]
    return Verdict(
        met=compare(value, check.value),
        step=Step(
            template=N_("%(label)s: %(value)s (required %(sign)s %(limit)s)"),
            params={"label": labels[check.figure], "value": value, "sign": sign, "limit": check.value},
        ),
    )


def _percent(check: PercentCheck, figures: Mapping[str, Decimal], labels: Mapping[str, Label]) -> Verdict:
    compare, sign = OPERATORS[check.op]
    part, whole = figures[check.part], figures[check.whole]
    params: dict[str, Decimal | Label | str] = {
        "part_label": labels[check.part],
        "whole_label": labels[check.whole],
        "part": part,
        "whole": whole,
        "sign": sign,
        "limit": check.value,
    }
    if part > whole:
        template = N_("%(part_label)s (%(part)s) cannot be more than %(whole_label)s (%(whole)s): check the figures")
        return Verdict(met=None, step=Step(template=template, params=params), contradiction=True)
    if whole == 0:
        return _percent_of_none(check, params)
    percent = part / whole * HUNDRED
    template = N_(
        "%(part_label)s %(part)s out of %(whole_label)s %(whole)s: %(percent)s%% (required %(sign)s %(limit)s%%)"
    )
    step = Step(template=template, params=params | {"percent": shown(percent, check.value, check.op)})
    return Verdict(met=compare(percent, check.value), step=step)


def _percent_of_none(check: PercentCheck, params: dict[str, Decimal | Label | str]) -> Verdict:
    templates = {
        "met": N_("%(whole_label)s: 0, so there is nothing that could fall short; this clause is met"),
        "not_met": N_("%(whole_label)s: 0, so the required %(sign)s %(limit)s%% cannot be shown"),
        "judgement": N_("%(whole_label)s: 0, so no percentage can be computed; the assessor decides and says why"),
    }
    met = {"met": True, "not_met": False, "judgement": None}[check.when_none]
    return Verdict(met=met, step=Step(template=templates[check.when_none], params=params))


def _decrease(check: DecreaseCheck, figures: Mapping[str, Decimal], labels: Mapping[str, Label]) -> Verdict:
    previous, current = figures[check.previous], figures[check.current]
    params: dict[str, Decimal | Label | str] = {
        "previous_label": labels[check.previous],
        "current_label": labels[check.current],
        "previous": previous,
        "current": current,
        "limit": check.at_least,
    }

    def verdict(met: bool | None, template: str, **more: Decimal) -> Verdict:
        return Verdict(met=met, step=Step(template=template, params=params | more))

    if current == 0 and (previous == 0 or check.none_left_is_met):
        return verdict(
            True,
            N_(
                "%(previous_label)s %(previous)s, %(current_label)s 0: none is left, "
                "so no further decrease can be asked; this clause is met"
            ),
        )
    if previous == 0:
        return verdict(
            False,
            N_(
                "%(previous_label)s 0, %(current_label)s %(current)s: a rise from none, "
                "for which no percentage exists; this clause is not met"
            ),
        )
    return _measured(check, previous, current, verdict)


def _measured(check: DecreaseCheck, previous: Decimal, current: Decimal, verdict: Callable[..., Verdict]) -> Verdict:
    fall = previous - current
    size = fall / previous * HUNDRED if check.measure == "percent" else fall
    if check.measure == "percent":
        change = shown(abs(size), check.at_least, ">=")
        fell = N_(
            "%(previous_label)s %(previous)s, %(current_label)s %(current)s: down %(change)s%% (required ≥ %(limit)s%%)"
        )
        rose = N_(
            "%(previous_label)s %(previous)s, %(current_label)s %(current)s: "
            "up %(change)s%% (required: down ≥ %(limit)s%%)"
        )
    else:
        change = abs(fall)
        fell = N_(
            "%(previous_label)s %(previous)s, %(current_label)s %(current)s: down %(change)s (required ≥ %(limit)s)"
        )
        rose = N_(
            "%(previous_label)s %(previous)s, %(current_label)s %(current)s: up %(change)s (required: down ≥ %(limit)s)"
        )
    if fall < 0:
        return verdict(False, rose, change=change)
    if size >= check.at_least:
        return verdict(True, fell, change=change)
    if check.short_of_it == "judgement":
        template = N_(
            "%(previous_label)s %(previous)s, %(current_label)s %(current)s: no rise, but down less than %(limit)s; "
            "the text also accepts that it was contained, without defining this: the assessor decides and says why"
        )
        return verdict(None, template)
    return verdict(False, fell, change=change)
