"""Criteria as the tests of this folder need them, built in code."""

from decimal import Decimal

from workflow.model.user_task import Label
from workflow.recognition.checks import Check
from workflow.recognition.criteria import CriteriaSet, Criterion, CriterionKind, Figure, Group

NO_UNIT = Label(vi="")


def criterion(
    *checks: Check,
    id: str = "I.1",
    kind: CriterionKind = "numeric",
    not_applicable_allowed: bool = False,
    maximum: int | None = None,
) -> Criterion:
    names = dict.fromkeys(
        name for check in checks for name in (*check.used, *((check.when.figure,) if check.when else ()))
    )
    figures = tuple(
        Figure(
            id=name,
            label=Label(vi=name, en=name),
            unit=NO_UNIT,
            kind="integer",
            maximum=None if maximum is None else Decimal(maximum),
        )
        for name in names
    )
    return Criterion(
        id=id,
        no=1,
        text="",
        kind=kind,
        figures=figures,
        checks=checks,
        not_applicable_allowed=not_applicable_allowed,
    )


def criteria_set(*criteria: Criterion) -> CriteriaSet:
    group = Group(id="g", title=Label(vi="Nhóm"), criteria=criteria)
    return CriteriaSet(key="k", title=Label(vi="Bộ tiêu chí"), source="", groups=(group,))


def figures(**values: int | str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}
