"""Remarks of those who work on a case, about the case or about one criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from workflow.audit.facts.casework import CommentAdded
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import provenance
from workflow.services.ground.idempotence import Command
from workflow.services.ground.people import user_names
from workflow.services.notifications.audiences import mentions
from workflow.spelling import entered, length
from workflow.store.casework import UnitCase
from workflow.store.people.comments import CommentRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

LONGEST = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment(Command):
    A_MINUTE: ClassVar[int] = 20
    case_id: str
    text: str
    criterion_id: str | None = None
    task_id: str | None = None
    for_unit: bool = False
    """Whether the people of the subject unit read it too. What they write themselves, they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """One page of a case's remarks, the newest last; `total`: of all that the reader may see."""

    shown: Sequence[CommentRecord]
    total: int
    names: Mapping[str, str]


class CommentService:
    """Whoever takes part in a case may comment; an auditor only reads. A remark is for those who handle the case, unless it is marked."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def add(self, actor: Actor, command: AddComment) -> CommentRecord:
        """Raises `InvalidInput` for an empty or too long text, `PermissionDenied` for who may only read."""
        text = entered(command.text)
        if not text:
            raise InvalidInput(N_("Write something first."))
        if length(text) > LONGEST:
            raise InvalidInput(N_("At most %(longest)s characters."), longest=LONGEST)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            access = self._ground.access(uow, actor)
            case = self._ground.visible_case(uow, access, command.case_id)
            assignment = access.assignment("act", case) or access.assignment("manage_tasks", case)
            if assignment is None:
                raise PermissionDenied(N_("You may read this case but not write in it."))
            self._check_place(uow, case, command)
            for_unit = command.for_unit or access.is_of_unit(case)
            record = CommentRecord(
                id=new_id(),
                case_id=case.id,
                task_id=command.task_id,
                criterion_id=command.criterion_id,
                organisation_id=assignment.organisation_id,
                author_id=actor.user_id,
                at=access.now,
                text=text,
                for_unit=for_unit,
            )
            uow.comments.add(record)
            fact = CommentAdded(
                comment_id=record.id,
                task_id=record.task_id,
                criterion_id=record.criterion_id,
                text=text,
                for_unit=for_unit,
            )
            by = provenance(actor, assignment, access.now, command.command_id)
            self._ground.steps.note(uow, case, by, fact)
            return {"comment_id": record.id}

        added = self._ground.carry_out(actor, command, work)
        with self._ground.units.reading() as uow:
            return uow.comments.get(str(added["comment_id"]))

    def read(self, actor: Actor, case_id: str, page: Page, criterion_id: str | None = None) -> Remarks:
        """The remarks on the case, or on one criterion, that the actor may read, counted from the newest.

        The people of its unit read only those that are for them too. Raises `NotFound` for a case that the actor may not see.
        """
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            case = self._ground.visible_case(uow, access, case_id)
            of_unit = access.is_of_unit(case)
            shown, total = uow.comments.page(case.id, page, criterion_id=criterion_id, for_unit_only=of_unit)
            return Remarks(shown=shown, total=total, names=user_names(uow, [one.author_id for one in shown]))

    def unreached(self, actor: Actor, record: CommentRecord) -> tuple[str, ...]:
        """What a remark names by `@` and nobody was told of: no such user, or one who may not read it."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            case = self._ground.visible_case(uow, access, record.case_id)
            internal = not record.for_unit
            named = mentions(uow, access.tree, case, record.text, access.now, internal=internal)
        return tuple(name for name, people in named.items() if not people)

    def _check_place(self, uow: UnitOfWork, case: UnitCase, command: AddComment) -> None:
        """The task and the criterion that are named belong to the case. Raises `NotFound`."""
        if command.task_id is not None and uow.tasks.get(command.task_id).case_id != case.id:
            raise NotFound()
        sets = self._ground.version(uow, case).package.criteria_sets.values()
        if command.criterion_id is not None and not any(command.criterion_id in one.criteria for one in sets):
            raise NotFound()
