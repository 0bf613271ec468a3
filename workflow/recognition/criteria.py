"""Criteria sets as data: groups, criteria, the figures they ask for and the thresholds those are held to."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

from workflow.model.user_task import Label
from workflow.recognition.checks import Check, Operator

CriterionKind = Literal["boolean", "numeric", "mixed"]
FigureKind = Literal["integer", "decimal", "percent"]
OPERATOR_TEXTS: tuple[Operator, ...] = get_args(Operator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number the assessor enters; every figure of a criterion must be there before it is computed."""

    id: str
    label: Label
    unit: Label
    kind: FigureKind
    minimum: Decimal = Decimal(0)
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion. `text` is the official Vietnamese wording; `text_en` is our own rendering and has no authority.

    `printed` is the wording of the source where an evident misprint was corrected in `text`. A `numeric` criterion is
    decided by its checks; a `mixed` one also by judgement; a `boolean` one by judgement alone.
    """

    id: str
    no: int
    text: str
    text_en: str = ""
    printed: str = ""
    kind: CriterionKind
    figures: tuple[Figure, ...] = ()
    checks: tuple[Check, ...] = ()
    note: Label | None = None
    condition: Label | None = None
    not_applicable_allowed: bool = False
    evidence: tuple[Label, ...] = ()

    @property
    def figure_ids(self) -> tuple[str, ...]:
        return tuple(figure.id for figure in self.figures)

    @property
    def labels(self) -> Mapping[str, Label]:
        return {figure.id: figure.label for figure in self.figures}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    id: str
    title: Label
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, kw_only=True)
class CriteriaSet:
    """Without `slots`, because the index is computed once and kept."""

    key: str
    title: Label
    source: str
    groups: tuple[Group, ...]

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        """Every criterion by id, in the order of the set."""
        return {criterion.id: criterion for group in self.groups for criterion in group.criteria}

    def __len__(self) -> int:
        return len(self.criteria)
