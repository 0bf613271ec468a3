"""Asks the questions, and takes their answers out as signed files. What a question may see is bounded here, once for all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow.audit.facts.auditing import AnswerExported
from workflow.errors import NotFound
from workflow.ids import new_id
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.ports import AuditKeys
from workflow.services.auditing.checkpoints import note
from workflow.services.auditing.exports import Taken, check_number
from workflow.services.auditing.names import EventNames
from workflow.services.auditing.questions.conduct import Conduct
from workflow.services.auditing.questions.late import LateSteps
from workflow.services.auditing.questions.question import Answer, Asked, CaseNamed, Cell, Question, Scene
from workflow.services.auditing.questions.readings import Readings
from workflow.services.auditing.questions.scope import auditors, auditors_access
from workflow.services.auditing.questions.sides import SideBySide
from workflow.services.auditing.questions.thresholds import Thresholds
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.inbox import Choices, offered_to
from workflow.services.ground.access import provenance
from workflow.services.ground.exports import MAX_ROWS, Cell as Written, Export, Format, Row
from workflow.services.ground.language import translated
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import CaseArea
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

EXPORTS_A_MINUTE = 12
ASKED_A_MINUTE = 60
QUESTIONS: Mapping[str, Question] = {one.name: one for one in (LateSteps(), Conduct(), SideBySide(), Readings())}
"""By the name in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the filters can be set to."""

    choices: Choices
    campaigns: Mapping[str, Label]


class QuestionService:
    """Every method needs the permission `audit` or `inspect`, and sees only what jurisdiction and scope cover."""

    def __init__(self, ground: CaseGround, keys: AuditKeys, thresholds: Thresholds) -> None:
        self._ground = ground
        self._keys = keys
        self._thresholds = thresholds

    def ask(self, actor: Actor, name: str, asked: Asked, page: Page) -> Answer:
        """A page of the answer. Raises `NotFound` for a question that there is not, `PermissionDenied`, `InvalidInput`, `TooManyAttempts`."""
        question = _question(name)
        self._ground.pace.take(actor.user_id, "question", ASKED_A_MINUTE)
        with self._ground.units.reading() as uow:
            lines, total = question.lines(self._scene(uow, actor), asked, page)
        return Answer(name=name, columns=question.columns, lines=lines, total=total)

    def offered(self, actor: Actor) -> Offered:
        """What the filters can be set to. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            access = auditors_access(self._ground, uow, actor)
            areas = access.areas()
            return Offered(
                choices=offered_to(uow, self._ground.register, self._ground.steps, access),
                campaigns={
                    one.id: Label(vi=one.name_vi, en=one.name_en or one.name_vi)
                    for one in uow.campaigns.all()
                    if any(_offers(uow, area, one) for area in areas)
                },
            )

    def export(self, actor: Actor, name: str, asked: Asked, format: Format, locale: str = "vi") -> Export:
        """The whole answer with a signed manifest; it is recorded before anybody gets it. Raises as `ask`."""
        self._ground.pace.take(actor.user_id, "export", EXPORTS_A_MINUTE)
        question, now = _question(name), self._ground.clock.now()
        with self._ground.units.reading() as uow:
            scene = self._scene(uow, actor)
            lines, total = question.lines(scene, asked, Page(limit=MAX_ROWS))
            check_number(total)
            by = provenance(actor, auditors(scene.access), now, new_id())
        taken = Taken(name, format, locale, by=by, query=asked.said)
        header = tuple(translated(locale, title) for title in question.columns)
        export, manifest = taken.write(header, _rows(lines, locale), self._keys, now)
        fact = AnswerExported(question=name, rows=export.rows, format=format, query=taken.query, manifest=manifest)
        with self._ground.units() as uow:
            note(uow, by, fact)
            uow.commit()
        return export

    def _scene(self, uow: UnitOfWork, actor: Actor) -> Scene:
        return Scene(
            ground=self._ground,
            uow=uow,
            access=auditors_access(self._ground, uow, actor),
            names=EventNames(self._ground, uow),
            thresholds=self._thresholds,
        )


def _offers(uow: UnitOfWork, area: CaseArea, campaign: CampaignRecord) -> bool:
    if area.campaign_ids is not None and campaign.id not in area.campaign_ids:
        return False
    reached = frozenset(area.unit_ids)
    return campaign.province in reached or bool(reached & {one.unit_id for one in uow.campaigns.units(campaign.id)})


def _question(name: str) -> Question:
    if name not in QUESTIONS:
        raise NotFound()
    return QUESTIONS[name]


def _rows(lines: Sequence[tuple[Cell, ...]], locale: str) -> Iterator[Row]:
    for line in lines:
        yield tuple(_written(cell, locale) for cell in line)


def _written(cell: Cell, locale: str) -> Written:
    if isinstance(cell, CaseNamed):
        return cell.key
    if isinstance(cell, Label):
        return cell.vi if locale.startswith("vi") else cell.en or cell.vi
    return cell
