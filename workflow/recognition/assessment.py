"""One level's results against a criteria set: what figures prove, what is missing, where levels differ."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from workflow.errors import N_
from workflow.recognition.checks import Step, evaluate, in_english
from workflow.recognition.criteria import CriteriaSet, Criterion, Figure

ResultValue = Literal["met", "not_met", "not_applicable"]
RESULT_VALUES: tuple[ResultValue, ...] = ("met", "not_met", "not_applicable")
Completeness = Literal["none", "result", "evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What one level says about one criterion; `result` is None in a draft.

    `statement`: what was done. `reason`: why the result differs from the former level's, or from what figures left open.
    """

    criterion_id: str
    result: ResultValue | None = None
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    statement: str = ""
    reason: str = ""
    evidence_ids: tuple[str, ...] = ()

    def undecided(self) -> "CriterionResult":
        """What is entered, as long as nobody has decided it: without the result."""
        return CriterionResult(
            criterion_id=self.criterion_id,
            figures=self.figures,
            statement=self.statement,
            reason=self.reason,
            evidence_ids=self.evidence_ids,
        )


Results = Mapping[str, CriterionResult]
"""Criterion id → its result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """What the figures prove. `met` is None when `missing` figures are not there, or when they leave it to judgement."""

    met: bool | None
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    contradiction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a result cannot stand; `rule` is a stable name, `template` an English message for `params`."""

    criterion_id: str
    rule: str
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return in_english(self.template, self.params)


Standing = Literal["open", "incomplete", "faulty", "unexplained", "judged"]
"""How one criterion stands: no result; figures or evidence are lacking; a problem; a reason is lacking; done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counts over a whole set. `missing` lacks what completeness asks for; `faulty` has a problem; `unjudged` has no result."""

    met: int
    not_met: int
    not_applicable: int
    total: int
    missing: tuple[str, ...]
    faulty: tuple[str, ...]
    unjudged: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every criterion has a result that can stand, whatever the task asks for."""
        return not self.missing and not self.faulty and not self.unjudged

    @property
    def all_met(self) -> bool:
        """Every criterion is met, or was allowed not to apply."""
        return self.met + self.not_applicable == self.total and not self.faulty

    def as_variables(self) -> dict[str, int | bool]:
        """The `assessment` context that conditions of a procedure read."""
        return {
            "met": self.met,
            "not_met": self.not_met,
            "not_applicable": self.not_applicable,
            "total": self.total,
            "all_met": self.all_met,
            "complete": self.complete,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A criterion on which two levels differ."""

    criterion_id: str
    earlier: ResultValue | None
    later: ResultValue | None
    reason: str

    @property
    def explained(self) -> bool:
        return bool(self.reason.strip())


def compute(criterion: Criterion, figures: Mapping[str, Decimal]) -> Computation:
    """Decide a criterion's checks from `figures`, with one step a check that applies.

    A check whose `when` does not hold is left out. One failing check decides; otherwise one that is left to judgement
    leaves the whole to judgement.
    """
    missing = tuple(name for name in criterion.figure_ids if name not in figures)
    if missing or not criterion.checks:
        return Computation(met=None, missing=missing)
    verdicts = [
        evaluate(check, figures, criterion.labels)
        for check in criterion.checks
        if check.when is None or check.when.holds(figures)
    ]
    outcomes = [verdict.met for verdict in verdicts]
    met = False if False in outcomes else None if None in outcomes else True
    contradiction = any(verdict.contradiction for verdict in verdicts)
    return Computation(
        met=None if contradiction else met,
        steps=tuple(verdict.step for verdict in verdicts),
        contradiction=contradiction,
    )


def check_result(criterion: Criterion, result: CriterionResult) -> tuple[Problem, ...]:
    """Every problem of `result`, an unfinished draft's gaps excluded (those are `Summary.missing`)."""
    problems = [problem for figure in criterion.figures for problem in _check_figure(criterion, figure, result)]
    if result.result == "not_applicable" and not criterion.not_applicable_allowed:
        problems.append(_problem(criterion, "not-applicable", N_("This criterion applies to every unit.")))
    if problems or result.result not in ("met", "not_met"):
        return tuple(problems)
    computation = compute(criterion, result.figures)
    if computation.contradiction:
        problems.append(_problem(criterion, "contradiction", N_("These figures contradict one another.")))
    elif result.result == "met" and computation.met is False:
        problems.append(_problem(criterion, "computed-not-met", N_("By the figures entered this is not met.")))
    elif result.result == "not_met" and computation.met is True and criterion.kind == "numeric":
        problems.append(_problem(criterion, "computed-met", N_("By the figures entered this is met.")))
    elif _left_to_judgement(criterion, computation) and not (result.reason or result.statement).strip():
        template = N_("The figures leave this to your judgement: say why you judge so.")
        problems.append(_problem(criterion, "judgement-unexplained", template))
    return tuple(problems)


def summarise(criteria_set: CriteriaSet, results: Results, completeness: Completeness) -> Summary:
    """Count `results` and name what is still missing for `completeness`.

    `result` asks for a result and its figures on every criterion; `evidence` also for a file or a statement behind
    each criterion that is claimed to be met.
    """
    values = [results[key].result for key in criteria_set.criteria if key in results]
    checked = {
        key: (c, results.get(key, CriterionResult(criterion_id=key))) for key, c in criteria_set.criteria.items()
    }
    return Summary(
        met=values.count("met"),
        not_met=values.count("not_met"),
        not_applicable=values.count("not_applicable"),
        total=len(criteria_set),
        missing=tuple(key for key, (c, result) in checked.items() if _lacks(c, result, completeness)),
        faulty=tuple(key for key, (c, result) in checked.items() if check_result(c, result)),
        unjudged=tuple(key for key, (c, result) in checked.items() if result.result is None),
    )


def standings(summary: Summary, keys: Iterable[str], unexplained: Collection[str] = ()) -> dict[str, Standing]:
    """Criterion → how it stands, for `keys`: the one answer to what counts as done."""
    return {key: _standing(summary, key, unexplained) for key in keys}


def _standing(summary: Summary, key: str, unexplained: Collection[str]) -> Standing:
    if key in summary.faulty:
        return "faulty"
    if key in summary.unjudged:
        return "open"
    if key in unexplained:
        return "unexplained"
    return "incomplete" if key in summary.missing else "judged"


def differences(criteria_set: CriteriaSet, earlier: Results, later: Results) -> tuple[Difference, ...]:
    """The criteria on which `later` differs from `earlier`, in the order of the set; a draft's gaps do not count."""
    found = []
    for key in criteria_set.criteria:
        before, after = earlier.get(key), later.get(key)
        if before is None or after is None or after.result is None or before.result == after.result:
            continue
        found.append(Difference(criterion_id=key, earlier=before.result, later=after.result, reason=after.reason))
    return tuple(found)


def unexplained(found: Iterable[Difference]) -> tuple[str, ...]:
    """The ids of those differences that lack a reason."""
    return tuple(difference.criterion_id for difference in found if not difference.explained)


def _lacks(criterion: Criterion, result: CriterionResult, completeness: Completeness) -> bool:
    if completeness == "none":
        return False
    if result.result is None:
        return True
    if result.result != "not_applicable" and compute(criterion, result.figures).missing:
        return True
    supported = bool(result.evidence_ids) or bool(result.statement.strip())
    return completeness == "evidence" and result.result == "met" and not supported


def _left_to_judgement(criterion: Criterion, computation: Computation) -> bool:
    return bool(criterion.checks) and computation.met is None and not computation.missing


def _check_figure(criterion: Criterion, figure: Figure, result: CriterionResult) -> list[Problem]:
    value = result.figures.get(figure.id)
    if value is None:
        return []
    params = {"figure": figure.label, "minimum": figure.minimum, "maximum": figure.maximum}
    if not value.is_finite() or (figure.kind == "integer" and value != value.to_integral_value()):
        return [_problem(criterion, "figure-kind", N_("%(figure)s: enter a whole number."), **params)]
    if value < figure.minimum:
        return [_problem(criterion, "figure-low", N_("%(figure)s: at least %(minimum)s."), **params)]
    if figure.maximum is not None and value > figure.maximum:
        return [_problem(criterion, "figure-high", N_("%(figure)s: at most %(maximum)s."), **params)]
    return []


def _problem(criterion: Criterion, rule: str, template: str, **params: Any) -> Problem:
    return Problem(criterion_id=criterion.id, rule=rule, template=template, params=params)
