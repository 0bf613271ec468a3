"""What happens to the audit itself: checkpoints, keys, what was read and what was taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from workflow.audit.facts.fact import ABSENT, Absent, Fact
from workflow.errors import N_
from workflow.model.event_fields import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFact(Fact):
    family: ClassVar[str] = "The audit itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveringFact(AuditFact):
    """The checkpoint that it names covers it, so that the checkpoint cannot go without a trace. Older events name none."""

    checkpoint_id: str | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRequested(CoveringFact):
    sentence: ClassVar[str] = N_("%(actor)s asked for a signed checkpoint.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSigned(CoveringFact):
    """`kind`: hourly, daily or on demand; older ones are daily.

    `seals`: `books`, writer → number and MAC of the last page of each book that was written in lately, and `stamp`, the highest one;
    from the time before there were books of writers, `number` and `mac` of the newest page.
    """

    sentence: ClassVar[str] = N_("A checkpoint was signed.")
    detail: ClassVar[bool] = True

    kind: str | Absent = ABSENT
    seals: Mapping[str, Any] | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsTakenOver(AuditFact):
    """Rows were sealed as they stood: nothing is proved of what happened to them before.

    `why`: first (the book of seals was begun) or upgrade (a revision of the database rewrote them). `tables`: table → number of rows.
    """

    sentence: ClassVar[str] = N_("%(rows)s rows of the database were sealed as they stood (revision %(revision)s).")

    why: str
    revision: str
    rows: int
    tables: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditKeyRotated(CoveringFact):
    """`old` and `new`: ids of keys."""

    sentence: ClassVar[str] = N_("%(actor)s replaced the key that signs checkpoints.")

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBundled(CoveringFact):
    sentence: ClassVar[str] = N_("%(actor)s had the case written to a bundle.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRequested(CoveringFact):
    """Of anything but a case. `kind` and `subject`: of what."""

    sentence: ClassVar[str] = N_("%(actor)s had a bundle written for verification elsewhere.")

    kind: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleWritten(AuditFact):
    """What was really written: `manifest` is the SHA-256 of the signed list of all `files`, `size` their bytes together."""

    sentence: ClassVar[str] = N_("%(actor)s received a bundle of %(files)s files.")

    kind: str
    subject: str
    manifest: str
    files: int
    size: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRequested(AuditFact):
    sentence: ClassVar[str] = N_("%(actor)s asked for everything to be verified.")

    verification_id: str
    anchors: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReported(AuditFact):
    """`report_sha256`: the signed report, which is kept; `head`: the root over all streams as they were found."""

    sentence: ClassVar[str] = N_("A verification over %(events)s events was reported; faults: %(breaches)s.")

    verification_id: str
    verified: bool
    events: int
    breaches: int
    head: str
    report_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRead(AuditFact):
    """Somebody who takes no part in the case looked at it."""

    sentence: ClassVar[str] = N_("%(actor)s read the case.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead(AuditFact):
    """Somebody who takes no part in the case opened a file of it, or downloaded it."""

    sentence: ClassVar[str] = N_("%(actor)s opened or downloaded the file “%(filename)s”.")

    evidence_id: str
    task_id: str
    evidence_sha256: str
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsExported(AuditFact):
    """`rows`: what was really written; `manifest`: the SHA-256 of the signed list of the file."""

    sentence: ClassVar[str] = N_("%(actor)s exported %(rows)s events.")

    rows: int
    format: str
    query: Mapping[str, str]
    manifest: str | Absent = ABSENT


QUESTIONS: Mapping[str, str] = {
    "tre-han": N_("Late steps"),
    "khong-nen": N_("Acts to be looked at"),
    "doi-chieu": N_("Levels side by side"),
    "da-doc": N_("What was read and taken out"),
}
"""The questions of auditors whose answers can be taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerExported(AuditFact):
    """The answer to a question over many cases; as `EventsExported`."""

    sentence: ClassVar[str] = N_("%(actor)s exported the report “%(question)s”, %(rows)s lines.")

    question: Annotated[str, Words(QUESTIONS)]
    rows: int
    format: str
    query: Mapping[str, str]
    manifest: str | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDrawn(AuditFact):
    """`query`: what bounded the cases drawn from, `population` of them, whose sorted numbers have the hash `population_sha256`.

    `cases`: the numbers of those drawn, in order. `algorithm` `sha256-1`: by the SHA-256 of seed, line end and number, the smallest first.
    """

    sentence: ClassVar[str] = N_(
        "%(actor)s drew a random sample of %(size)s out of %(population)s cases (seed %(seed)s)."
    )

    sample: str
    seed: str
    algorithm: str
    query: Mapping[str, str]
    population: int
    population_sha256: str
    size: int
    cases: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesExported(AuditFact):
    """As `EventsExported`."""

    sentence: ClassVar[str] = N_("%(actor)s exported %(rows)s cases.")

    rows: int
    format: str
    text: str | None
    manifest: str | Absent = ABSENT
