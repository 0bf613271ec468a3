"""Asking the unit to explain single criteria, with days of their own, while the dossier stays where it is; and its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from workflow.audit.facts.casework import EvidenceAdded
from workflow.audit.facts.criteria import InquiryAnswered, InquiryLapsed, InquiryMade, InquiryRecalled
from workflow.calendar.deadlines import Remaining, remaining
from workflow.calendar.working_time import parse_working_time
from workflow.errors import N_, InvalidInput, NotFound, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.criterion_row import CRITERION_ROW, RowContext
from workflow.lifecycle.inquiry import INQUIRY, OF_UNIT, OPEN, InquiryContext
from workflow.model.user_task import Label, UserTaskSpec
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.organisation.records import Organisation
from workflow.packages.tasks import spec_of
from workflow.recognition.criteria import Criterion
from workflow.runtime.jobs import Runner
from workflow.runtime.recorder import Provenance
from workflow.services.casework.cases import applicants
from workflow.services.casework.criteria.asked import LAPSE, close, due_after, lapse_job
from workflow.services.casework.criteria.past import LOOKED_BACK
from workflow.services.casework.evidence import MAX_FILES_A_PLACE, checked_type, clean_filename, told_of
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.veil import veil_over
from workflow.services.casework.sheets import read_sheet
from workflow.services.casework.tasks import TaskService, note_entry
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import Command
from workflow.services.ground.labels import node_label
from workflow.services.ground.people import user_names
from workflow.spelling import entered, length
from workflow.store.casework import EvidenceRecord, UnitCase
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork

LONGEST = 5_000
MOST_DAYS = 30
MOST_FILES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AskUnit(Command):
    """Ask about one row. `days`: working days for the answer, None for what the task's definition gives."""

    A_MINUTE: ClassVar[int] = 30

    task_id: str
    criterion_id: str
    text: str
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInquiry(Command):
    """Words, files, or both."""

    A_MINUTE: ClassVar[int] = 20

    inquiry_id: str
    text: str = ""
    files: Sequence[SentFile] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallInquiry(Command):
    """Ask no longer."""

    inquiry_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryView:
    """Everything a page shows of one. `may_answer`: the reader acts for the unit, and it still waits. `files`: those of the answer."""

    inquiry: InquiryRecord
    case: UnitCase
    unit: Organisation
    criterion: Criterion
    task: Label
    body: Organisation | None
    files: Sequence[EvidenceRecord]
    names: Mapping[str, str]
    remaining: Remaining | None
    may_answer: bool
    of_unit: bool
    stands_still: bool


def days_of(spec: UserTaskSpec) -> int | None:
    """How many working days the unit has, unless whoever asks gives others; None where the definition has nobody ask at this task."""
    return parse_working_time(spec.answer_within).days if spec.answer_within else None


class InquiryService:
    """Who works on a task asks; only officers of the unit answer. Raises `NotFound` for what the actor may not see."""

    def __init__(self, ground: CaseGround, tasks: TaskService) -> None:
        self._ground = ground
        self._tasks = tasks

    def runners(self) -> dict[str, Runner]:
        """Runner by kind of job."""
        return {LAPSE: self.lapse}

    def ask(self, actor: Actor, command: AskUnit) -> str:
        """Ask, and return the inquiry's id: the row waits from now on. Raises `RowRefused`, `InvalidInput`, and refusals of the task."""

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            self._tasks.require_assignee(uow, access, found)
            task, case, spec = found.task, found.case, spec_of(found.package, found.task.node_id)
            sheet = read_sheet(uow, found.package, case, task)
            row = sheet.rows.get(command.criterion_id)
            if row is None:
                raise NotFound()
            if task.organisation_id == case.unit_id:
                raise InvalidInput(N_("This is the unit's own sheet: there is nobody to ask."))
            given = days_of(spec)
            if given is None:
                raise InvalidInput(N_("In this procedure the unit is asked nothing at this step."))
            text = _checked(command.text)
            context = replace(sheet.context(row.criterion_id), question=text)
            state = CRITERION_ROW.move(row.state, "ask", context)
            days = given if command.days is None else command.days
            if not 1 <= days <= MOST_DAYS:
                raise InvalidInput(N_("Give from 1 to %(most)s working days."), most=MOST_DAYS)
            inquiry = InquiryRecord(
                id=new_id(),
                case_id=case.id,
                task_id=task.id,
                criterion_id=row.criterion_id,
                state=OPEN,
                text=text,
                organisation_id=task.organisation_id,
                asked_at=access.now,
                asked_by=actor.user_id,
                due_at=due_after(self._ground.register.calendar(uow), access.now, days),
            )
            uow.inquiries.add([inquiry])
            uow.criterion_rows.save([replace(row, state=state, decided_at=None, decided_by=None, batch=None)])
            uow.jobs.add([lapse_job(inquiry, case, access.now)])
            by = provenance(actor, found.assignment, access.now, command.command_id)
            note_entry(uow, task, by)
            fact = InquiryMade(**_named(inquiry), text=text, due_at=_instant(inquiry.due_at))
            self._ground.steps.note(uow, case, by, fact)
            return {"inquiry_id": inquiry.id}

        return str(self._ground.carry_out(actor, command, work)["inquiry_id"])

    def answer(self, actor: Actor, command: AnswerInquiry) -> None:
        """Answer for the unit: the row can be decided again. Raises `InvalidInput` for a file that is not taken, refusals that say who could."""
        with self._ground.units.reading() as uow:
            self._answering(uow, self._ground.access(uow, actor), command)
        if len(command.files) > MOST_FILES:
            raise InvalidInput(N_("At most %(number)s files at once."), number=MOST_FILES)
        text = entered(command.text)
        if length(text) > LONGEST:
            raise InvalidInput(N_("At most %(longest)s characters."), longest=LONGEST)
        files = [(one, clean_filename(one.filename)) for one in command.files]
        kinds = [checked_type(name, one.content) for one, name in files]
        # Large files are written before the transaction that others wait for; without their records they are nothing.
        stored = [
            (name, kind, self._ground.blobs.put(one.content), len(one.content))
            for (one, name), kind in zip(files, kinds, strict=True)
        ]

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            inquiry, case, context, seat = self._answering(uow, access, command)
            by = provenance(actor, seat, access.now, command.command_id)
            records = self._added(uow, case, inquiry, stored, by)
            closed = close(uow, replace(inquiry, answer=text, files=[one.id for one in records]), "answer", context, by)
            self._seen_again(uow, closed)
            told = InquiryAnswered(**_named(closed), text=text, files=[one.sha256 for one in records])
            self._ground.steps.note(uow, case, by, *(EvidenceAdded(**told_of(one)) for one in records), told)
            return {"inquiry_id": closed.id}

        self._ground.carry_out(actor, command, work)

    def recall(self, actor: Actor, command: RecallInquiry) -> None:
        """Ask no longer: only whoever has the task that asked."""

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            inquiry = uow.inquiries.get(command.inquiry_id)
            found = self._ground.situation(uow, access, inquiry.task_id)
            self._tasks.require_assignee(uow, access, found)
            by = provenance(actor, found.assignment, access.now, command.command_id)
            closed = close(uow, inquiry, "recall", InquiryContext(), by)
            self._seen_again(uow, closed)
            self._ground.steps.note(uow, found.case, by, InquiryRecalled(**_named(closed)))
            return {"inquiry_id": closed.id}

        self._ground.carry_out(actor, command, work)

    def lapse(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """The days are over: the row can be decided again. Where the task that asked has gone, nobody is told."""
        inquiry = uow.inquiries.get(job.payload["inquiry_id"])
        if inquiry.state != OPEN:
            return
        if uow.tasks.get(inquiry.task_id).ended_at is not None:
            close(uow, inquiry, "recall", InquiryContext(), by)
            return
        is_due = inquiry.due_at is not None and inquiry.due_at <= by.at
        closed = close(uow, inquiry, "lapse", InquiryContext(is_due=is_due), by)
        self._seen_again(uow, closed)
        self._ground.steps.note(uow, uow.unit_cases.get(inquiry.case_id), by, InquiryLapsed(**_named(closed)))

    def view(self, actor: Actor, inquiry_id: str) -> InquiryView:
        """Raise `NotFound` for one of a case that the actor may not see, or that is withheld from them."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            inquiry = uow.inquiries.get(inquiry_id)
            case = self._ground.visible_case(uow, access, inquiry.case_id)
            package = self._ground.version(uow, case).package
            if not veil_over(uow, package, case, access).inquiries([inquiry]):
                raise NotFound()
            task = uow.tasks.get(inquiry.task_id)
            criteria = package.criteria_sets[task.criteria_set or ""].criteria
            waits = inquiry.state == OPEN and task.ended_at is None and case.ended_at is None
            calendar = self._ground.register.calendar(uow)
            held = set(inquiry.files)
            return InquiryView(
                inquiry=inquiry,
                case=case.shown,
                unit=access.tree.get(case.unit_id),
                criterion=criteria[inquiry.criterion_id],
                task=node_label(package, task.node_id),
                body=access.tree.get(inquiry.organisation_id) if inquiry.organisation_id else None,
                files=[one for one in uow.evidence.of_case(case.id) if one.id in held] if held else (),
                names=user_names(uow, [inquiry.asked_by, inquiry.closed_by]),
                remaining=remaining(calendar, access.now, inquiry.due_at) if waits and inquiry.due_at else None,
                may_answer=waits and case.status != "suspended" and _officer(access, case) is not None,
                of_unit=access.is_of_unit(case),
                stands_still=waits and case.status == "suspended",
            )

    def _answering(
        self, uow: UnitOfWork, access: Access, command: AnswerInquiry
    ) -> tuple[InquiryRecord, UnitCase, InquiryContext, Assignment | None]:
        """What is to be answered, and in which seat. Raises `NotFound` and, for whoever may not, the refusal."""
        inquiry = uow.inquiries.get(command.inquiry_id)
        case = self._ground.visible_case(uow, access, inquiry.case_id)
        package = self._ground.version(uow, case).package
        if not veil_over(uow, package, case, access).inquiries([inquiry]):
            raise NotFound()
        seat, task = _officer(access, case), uow.tasks.get(inquiry.task_id)
        context = InquiryContext(
            of_unit=seat is not None,
            runs=case.status == "active" and task.ended_at is None,
            words=command.text,
            files=len(command.files),
        )
        try:
            INQUIRY.move(inquiry.state, "answer", context)
        except TransitionRefused as refusal:
            if refusal.guard == OF_UNIT.name:
                refusal.who_can_act = applicants(self._ground, uow, access, case)
            raise
        return inquiry, case, context, seat

    def _added(
        self,
        uow: UnitOfWork,
        case: UnitCase,
        inquiry: InquiryRecord,
        stored: Sequence[tuple[str, str, str, int]],
        by: Provenance,
    ) -> list[EvidenceRecord]:
        """The files of the answer as the unit's evidence: they belong to the dossier that it sent, not to the sheet that asked."""
        _, sent = uow.assessments.beside(case.id, inquiry.task_id, LOOKED_BACK)
        task_id = next((one.task_id for one in sent if one.organisation_id == case.unit_id), inquiry.task_id)
        here = sum(one.criterion_id == inquiry.criterion_id for one in uow.evidence.of_case(case.id))
        if stored and here + len(stored) > MAX_FILES_A_PLACE:
            raise InvalidInput(
                N_("There are %(number)s files here already. Withdraw one, or put several into one document."),
                number=here,
            )
        records = [
            EvidenceRecord(
                id=new_id(),
                case_id=case.id,
                task_id=task_id,
                criterion_id=inquiry.criterion_id,
                sha256=sha256,
                filename=name,
                media_type=kind,
                size=size,
                organisation_id=case.unit_id,
                uploaded_by=by.actor,
                uploaded_at=by.at,
            )
            for name, kind, sha256, size in stored
        ]
        for one in records:
            uow.evidence.add(one)
        if records:
            note_entry(uow, uow.tasks.get(task_id), by)
        return records

    def _seen_again(self, uow: UnitOfWork, inquiry: InquiryRecord) -> None:
        """The row that waited can be decided again."""
        row = uow.criterion_rows.of_tasks([inquiry.task_id])[inquiry.task_id][inquiry.criterion_id]
        state = CRITERION_ROW.move(row.state, "answer", RowContext(criterion_id=inquiry.criterion_id))
        uow.criterion_rows.save([replace(row, state=state)])


def _officer(access: Access, case: UnitCase) -> Assignment | None:
    """The seat in which the actor acts for the unit itself; None where they do not."""
    held = (one for one in access.actor.assignments if one.organisation_id == case.unit_id)
    return next((one for one in held if one.role not in SYSTEM_ROLES), None)


def _checked(words: str) -> str:
    """Raise `InvalidInput` for more than fits; that something is asked is the row's own rule."""
    text = entered(words)
    if length(text) > LONGEST:
        raise InvalidInput(N_("At most %(longest)s characters."), longest=LONGEST)
    return text


def _named(one: InquiryRecord) -> dict[str, str]:
    return {"inquiry_id": one.id, "task_id": one.task_id, "criterion_id": one.criterion_id}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
