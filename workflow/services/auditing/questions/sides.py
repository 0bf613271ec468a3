"""How each level judged a criterion, side by side over cases, and who changed what on the way from one level to the next."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import ClassVar

from workflow.audit.facts.casework import RESULTS
from workflow.calendar.zone import local_date
from workflow.errors import N_, NotFound
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell, Scene
from workflow.services.auditing.veils import Veils
from workflow.services.ground.labels import joined, node_label, same
from workflow.services.ground.language import word
from workflow.store.auditing import JudgedFilter, Judgement
from workflow.store.casework import UnitCase
from workflow.store.rows import Page

_LEVELS = ("commune", "district", "province")
_DIFFER, _AGREE = N_("they differ"), N_("they agree")


class SideBySide:
    """Each line is one criterion of one case."""

    name: ClassVar[str] = "doi-chieu"
    title: ClassVar[str] = N_("Levels side by side")
    about: ClassVar[str] = N_(
        "For a criterion over many cases: what the unit itself, the bodies of the commune, the district and the province found, and who changed "
        "what between them. What an open round has found is not told before it closes."
    )
    columns: ClassVar[tuple[str, ...]] = (
        N_("Case"),
        N_("Unit"),
        N_("Criterion"),
        N_("The unit itself"),
        N_("Commune"),
        N_("District"),
        N_("Province"),
        N_("Do they agree?"),
        N_("Who changed what"),
    )
    filters: ClassVar[tuple[str, ...]] = ("criterion", "differing", "procedure", "campaign", "unit")

    def lines(self, scene: Scene, asked: Asked, page: Page) -> tuple[Sequence[tuple[Cell, ...]], int]:
        """The newest cases first, each with its criteria in the order of their numbers as texts."""
        where = JudgedFilter(
            cases=scene.cases(asked),
            criterion=asked.criterion,
            withheld=Veils(scene.ground, scene.uow, scene.access).tasks(),
            differing=asked.differing,
        )
        pairs, total = scene.uow.judgements.pairs(where, page)
        found: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
        for one in scene.uow.judgements.of_cases(where, {case_id for case_id, _ in pairs}):
            found[one.case_id, one.criterion_id].append(one)
        people = scene.named(one.submitted_by for some in found.values() for one in some)
        return [
            _line(scene, case_id, criterion, found[case_id, criterion], people) for case_id, criterion in pairs
        ], total


def _line(
    scene: Scene, case_id: str, criterion: str, found: Sequence[Judgement], people: Mapping[str, str]
) -> tuple[Cell, ...]:
    case = scene.case(case_id)
    package = scene.names.package(case)
    latest = list({(one.node_id, one.submitted_by): one for one in found}.values())
    sides: dict[str, list[Label]] = defaultdict(list)
    for one in latest:
        sides[_level(scene, case, one)].append(_said(one, package, people))
    differ = len({one.result for one in latest}) > 1
    return (
        CaseNamed(case_id, case.business_key if case else case_id),
        scene.names.organisation(case.unit_id if case else None),
        criterion,
        *(joined(sides[level], "; ") for level in ("unit", *_LEVELS)),
        word(_DIFFER if differ else _AGREE),
        joined(_changes(found, package, people), "; "),
    )


def _level(scene: Scene, case: UnitCase | None, one: Judgement) -> str:
    """Where the body stands; the unit is its own side, whatever its level."""
    if one.organisation_id is None or (case is not None and one.organisation_id == case.unit_id):
        return "unit"
    try:
        level = scene.access.tree.get(one.organisation_id).level
    except NotFound:
        return _LEVELS[-1]
    return level if level in _LEVELS else _LEVELS[-1]


def _said(one: Judgement, package: ProcedurePackage | None, people: Mapping[str, str]) -> Label:
    node = node_label(package, one.node_id)
    by = f"{people.get(one.submitted_by, one.submitted_by)}, {local_date(one.submitted_at):%d/%m/%Y}"
    result = _result(one)
    return Label(vi=f"{result.vi} ({node.vi}: {by})", en=f"{result.en} ({node.en or node.vi}: {by})")


def _result(one: Judgement) -> Label:
    return word(RESULTS[one.result]) if one.result in RESULTS else same(one.result)


def _changes(found: Sequence[Judgement], package: ProcedurePackage | None, people: Mapping[str, str]) -> list[Label]:
    """Each result that is another than the one handed in before it, oldest first."""
    changes = []
    for before, after in pairwise(found):
        if before.result == after.result:
            continue
        old, new = _result(before), _said(after, package, people)
        why = f": {after.reason}" if after.reason else ""
        changes.append(Label(vi=f"{old.vi} → {new.vi}{why}", en=f"{old.en} → {new.en}{why}"))
    return changes
