"""Evidence and papers of the dossier: taken in, checked by content, stored by hash, given out as attachments."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ClassVar

from workflow.alphabets import file_name
from workflow.audit.facts.casework import EvidenceAdded, EvidenceWithdrawn
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.packages.tasks import spec_of
from workflow.services.casework.assessments import settle_asked
from workflow.services.casework.files.ends import heic, jpeg, pdf, png
from workflow.services.casework.files.office import OPEN_DOCUMENT, OPEN_XML, office
from workflow.services.casework.files.refusals import other
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.veil import veil_over
from workflow.services.casework.sheets import criteria_set_of
from workflow.services.casework.situations import TaskSituation
from workflow.services.casework.tasks import TaskService, note_entry
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import Command
from workflow.store.casework import EvidenceRecord, UnitCase
from workflow.store.criteria.offers import OfferedFile
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

MEGABYTE = 1024 * 1024
MAX_SIZE = 20 * MEGABYTE
MAX_FILES_A_CASE = 1_000
MAX_FILES_A_PLACE = 100
"""For one criterion, or one paper of the dossier."""
ALLOWED = {
    ".pdf": ({"application/pdf"}, pdf),
    ".jpg": ({"image/jpeg"}, jpeg),
    ".jpeg": ({"image/jpeg"}, jpeg),
    ".png": ({"image/png"}, png),
    ".heic": ({"image/heic", "image/heif"}, heic),
    ".heif": ({"image/heic", "image/heif"}, heic),
    ".docx": ({OPEN_XML["word/"]}, office),
    ".xlsx": ({OPEN_XML["xl/"]}, office),
    ".pptx": ({OPEN_XML["ppt/"]}, office),
    ".odt": ({OPEN_DOCUMENT + "text"}, office),
    ".ods": ({OPEN_DOCUMENT + "spreadsheet"}, office),
}
"""Ending → what the content must be, and who looks into it. Old binary office files are left out: they cannot be told from ones with macros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence(Command):
    """A file for a criterion or for a paper of the dossier (exactly one of the two).

    `same_as`: an earlier file of the case whose content is to be used here once more; `taken_over`: one of those that the unit sent for
    the same criterion in an earlier year. `content` is then left out.
    """

    A_MINUTE: ClassVar[int] = 120

    task_id: str
    filename: str
    content: bytes = field(default=b"", repr=False)
    criterion_id: str | None = None
    paper_id: str | None = None
    same_as: str | None = None
    taken_over: str | None = None


class FileUsedAlready(InvalidInput):
    """The same file stands for something else in this case. Choose another one, or say that it is to be used here as well."""

    def __init__(self, files: tuple[EvidenceRecord, ...] = (), filename: str = "") -> None:
        super().__init__()
        self.files = files
        self.filename = filename


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEvidence(Command):
    evidence_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A stored file: always given out as an attachment."""

    record: EvidenceRecord
    content: BinaryIO


_PLACE_IS_FULL = N_("There are %(number)s files here already. Withdraw one, or put several into one document.")


class EvidenceService:
    """Only the assignee of a task adds or withdraws; whoever may see the case may download."""

    def __init__(self, ground: CaseGround, tasks: TaskService) -> None:
        self._ground = ground
        self._tasks = tasks

    def add(self, actor: Actor, command: AddEvidence) -> EvidenceRecord:
        """Check, store and record a file.

        Raises `InvalidInput` for a kind, size or name that is not accepted, `FileUsedAlready` for one that the case has or had.
        """
        with self._ground.units.reading() as uow:
            _, former, origin = self._for_assignee(uow, self._ground.access(uow, actor), command)
        filename = clean_filename(origin.file.filename if origin is not None else command.filename)
        if former is None:
            media_type = checked_type(filename, command.content)
            # A large file is written before the transaction that others wait for; without its record it is nothing.
            sha256, size = self._ground.blobs.put(command.content), len(command.content)
        else:
            media_type = checked_ending(filename, former.media_type)
            sha256, size = former.sha256, former.size

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            access = self._ground.access(uow, actor)
            found, _, origin = self._for_assignee(uow, access, command)
            here = (command.criterion_id, command.paper_id)
            every = uow.evidence.of_content(found.case.id, sha256, Page(limit=MAX_FILES_A_CASE))
            used = tuple(one for one in every if (one.criterion_id, one.paper_id) != here)
            known = self._shown(uow, access, found.case, used)  # whoever works beside others is not told of theirs
            if known and former is None:
                raise FileUsedAlready(known, filename)
            if command.taken_over and any(one.withdrawn_at is None for one in every if one not in used):
                raise InvalidInput(N_("This file is there already."))
            record = EvidenceRecord(
                id=new_id(),
                case_id=found.case.id,
                task_id=found.task.id,
                criterion_id=command.criterion_id,
                paper_id=command.paper_id,
                sha256=sha256,
                filename=filename,
                media_type=media_type,
                size=size,
                organisation_id=found.task.organisation_id,
                uploaded_by=actor.user_id,
                uploaded_at=access.now,
            )
            uow.evidence.add(record)
            by = provenance(actor, found.assignment, access.now, command.command_id)
            note_entry(uow, found.task, by)
            settle_asked(uow, found, command.criterion_id, by)
            self._ground.steps.note(
                uow, found.case, by, EvidenceAdded(**told_of(record), **_same(used), **_origin(origin))
            )
            return {"evidence_id": record.id}

        return self._stored(self._ground.carry_out(actor, command, work))

    def _for_assignee(
        self, uow: UnitOfWork, access: Access, command: AddEvidence
    ) -> tuple[TaskSituation, EvidenceRecord | None, OfferedFile | None]:
        """The task, the file of this very case or of an earlier year that is to be used once more, and where the latter comes from."""
        found = self._ground.situation(uow, access, command.task_id)
        self._tasks.require_assignee(uow, access, found)
        _check_place(found, command)
        files, here = uow.evidence.of_case(found.case.id), (command.criterion_id, command.paper_id)
        if len(files) >= MAX_FILES_A_CASE:
            raise InvalidInput(N_("This case already has %(number)s files."), number=MAX_FILES_A_CASE)
        if sum((one.criterion_id, one.paper_id) == here for one in files) >= MAX_FILES_A_PLACE:
            raise InvalidInput(_PLACE_IS_FULL, number=MAX_FILES_A_PLACE)
        former = uow.evidence.get(command.same_as) if command.same_as else None
        if former is not None and (
            former.case_id != found.case.id or not self._shown(uow, access, found.case, [former])
        ):
            raise NotFound()
        if command.taken_over is None:
            return found, former, None
        origin = next(
            (one for one in offered(uow, found, command.criterion_id) if one.file.id == command.taken_over), None
        )
        if origin is None:
            raise NotFound()
        return found, origin.file, origin

    def withdraw(self, actor: Actor, command: WithdrawEvidence) -> EvidenceRecord:
        """Take a file out of the case; its content and the record of it stay for the audit."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            access = self._ground.access(uow, actor)
            record = uow.evidence.get(command.evidence_id)
            case = self._ground.visible_case(uow, access, record.case_id)
            found = self._holding(uow, access, case, record)
            if found is None:
                raise PermissionDenied(N_("Only the body that added this file may withdraw it, while it has a task."))
            self._tasks.require_assignee(uow, access, found)
            uow.evidence.withdraw(record.id, access.now)
            by = provenance(actor, found.assignment, access.now, command.command_id)
            note_entry(uow, found.task, by)
            settle_asked(uow, found, record.criterion_id, by)
            self._ground.steps.note(uow, case, by, EvidenceWithdrawn(**told_of(record), by_task=found.task.id))
            return {"evidence_id": record.id}

        return self._stored(self._ground.carry_out(actor, command, work))

    def _holding(self, uow: UnitOfWork, access: Access, case: UnitCase, record: EvidenceRecord) -> TaskSituation | None:
        """The open task of the body that added the file which the actor has, or stands in for who has."""
        mine = {access.actor.user_id, *(one.via_deputy_of for one in access.actor.assignments)}
        for task in uow.tasks.open_of_case(case.id):
            if task.assignee_id in mine and task.organisation_id == record.organisation_id:
                found = self._ground.situation(uow, access, task.id)
                if found.context.is_assignee:
                    return found
        return None

    def _stored(self, done: Mapping[str, Any]) -> EvidenceRecord:
        with self._ground.units.reading() as uow:
            return uow.evidence.get(str(done["evidence_id"]))

    def of_the_same_content(self, actor: Actor, evidence_id: str, case_id: str) -> tuple[EvidenceRecord, ...]:
        """The case's files with the content of this one, withdrawn ones among them, in the order in which they came.

        Raises `NotFound` for a file that is not there, not of this case or not the actor's to see.
        """
        case, record = readable(self._ground, actor, evidence_id)
        if case.id != case_id:
            raise NotFound()
        with self._ground.units.reading() as uow:
            every = uow.evidence.of_content(case.id, record.sha256, Page(limit=MAX_FILES_A_CASE))
            return self._shown(uow, self._ground.access(uow, actor), uow.unit_cases.get(case.id), every)

    def _shown(
        self, uow: UnitOfWork, access: Access, case: UnitCase, files: Sequence[EvidenceRecord]
    ) -> tuple[EvidenceRecord, ...]:
        """Those of the files that are not of others' sheets in a round that is closed to the actor yet."""
        return tuple(veil_over(uow, self._ground.version(uow, case).package, case, access).files(files))

    def download(self, actor: Actor, evidence_id: str) -> Download:
        """Raise `NotFound` for what is not there or not the actor's to see."""
        _, record = readable(self._ground, actor, evidence_id)
        return Download(record=record, content=self._ground.blobs.open(record.sha256))


def readable(ground: CaseGround, actor: Actor, evidence_id: str) -> tuple[UnitCase, EvidenceRecord]:
    """The file and its case. Raises `NotFound` for what is not there or not the actor's to see."""
    with ground.units.reading() as uow:
        record = uow.evidence.get(evidence_id)
        access = ground.access(uow, actor)
        case = ground.visible_case(uow, access, record.case_id)
        if not veil_over(uow, ground.version(uow, case).package, case, access).files([record]):
            raise NotFound()
    return case.shown, record


def _check_place(found: TaskSituation, command: AddEvidence) -> None:
    """The file belongs to one criterion of the task's set, or to one paper that the task asks for."""
    if (command.criterion_id is None) == (command.paper_id is None):
        raise InvalidInput(N_("Say which criterion or which paper the file is for."))
    if (
        command.criterion_id is not None
        and command.criterion_id not in criteria_set_of(found.package, found.task).criteria
    ):
        raise NotFound()
    papers = {paper.id for paper in spec_of(found.package, found.task.node_id).papers}
    if command.paper_id is not None and command.paper_id not in papers:
        raise NotFound()


def clean_filename(name: str) -> str:
    """The name without folders or signs that a file system or a header could take amiss. Raises `InvalidInput`."""
    text = file_name(unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2])
    stem, dot, ending = text.rpartition(".")
    if not dot or not stem:
        raise InvalidInput(N_("The file's name needs an ending such as .pdf: name it anew and send that."))
    return f"{stem}.{ending[:10]}"


def checked_type(filename: str, content: bytes) -> str:
    """Return the media type that the content really is. Raises `InvalidInput` unless name and content agree and nothing in it could run."""
    if not content:
        raise InvalidInput(N_("The file is empty: choose another one."))
    if len(content) > MAX_SIZE:
        raise InvalidInput(
            N_("The file is larger than %(megabytes)s MB: make it smaller or send it in parts."),
            megabytes=MAX_SIZE // MEGABYTE,
        )
    ending = _ending(filename)
    return checked_ending(filename, ALLOWED[ending][1](content, ending))


def checked_ending(filename: str, actual: str) -> str:
    """Return the media type `actual` that the content really is. Raises `InvalidInput` unless the name's ending agrees."""
    ending = _ending(filename)
    if actual not in ALLOWED[ending][0]:
        raise other(ending)
    return actual


def _ending(filename: str) -> str:
    ending = "." + filename.rpartition(".")[2].lower()
    if ending not in ALLOWED:
        raise InvalidInput(
            N_("Files of this kind (%(ending)s) are not taken: send one of these kinds instead: %(accepted)s."),
            ending=ending,
            accepted=", ".join(sorted(ALLOWED)),
        )
    return ending


def offered(uow: UnitOfWork, found: TaskSituation, criterion_id: str | None) -> Sequence[OfferedFile]:
    """What the unit, at its own sheet, may take over for the criterion from an earlier year; nothing for anybody else."""
    task, case = found.task, found.case
    if (
        criterion_id is None
        or task.organisation_id != case.unit_id
        or spec_of(found.package, task.node_id).compare_with
    ):
        return ()
    campaign = uow.campaigns.get(case.campaign_id)
    return uow.offers.of(case.unit_id, campaign.key, campaign.year, criterion_id)


def _origin(one: OfferedFile | None) -> dict[str, Any]:
    return {"taken_from": {"evidence_id": one.file.id, "case": one.business_key, "year": one.year}} if one else {}


def _same(used: tuple[EvidenceRecord, ...]) -> dict[str, Any]:
    return {"same_as": [one.id for one in used]} if used else {}


def told_of(record: EvidenceRecord) -> dict[str, Any]:
    """A file as facts tell it."""
    return {
        "evidence_id": record.id,
        "task_id": record.task_id,
        "criterion_id": record.criterion_id,
        "paper_id": record.paper_id,
        "evidence_sha256": record.sha256,
        "filename": record.filename,
        "media_type": record.media_type,
        "size": record.size,
    }
