"""What happens to the versions of a procedure, from draft to retirement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.audit.facts.fact import ABSENT, Absent, Audience, Fact, part
from workflow.errors import N_
from workflow.model.event_fields import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureFact(Fact):
    family: ClassVar[str] = "Procedures"

    version_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCreated(ProcedureFact):
    """`files`: path → SHA-256."""

    sentence: ClassVar[str] = N_("%(actor)s created version %(version)s of the procedure.")

    new: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def version(self) -> str | None:
        return part(self.new, "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFileChanged(ProcedureFact):
    """`old` and `new`: the file's SHA-256."""

    sentence: ClassVar[str] = N_("%(actor)s changed the file %(path)s of a draft.")

    path: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFileRemoved(ProcedureFact):
    sentence: ClassVar[str] = N_("%(actor)s removed the file %(path)s from a draft.")

    path: str
    old: str
    new: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChecked(ProcedureFact):
    """`sha256` of the files, `surroundings`: of the calendar and the organisations, `result`: of what the check found."""

    sentence: ClassVar[str] = N_("Version %(version)s was checked: %(errors)s faults, %(warnings)s remarks.")

    version: int
    sha256: str
    surroundings: str
    errors: int
    warnings: int
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMoved(ProcedureFact):
    """A step of the version's lifecycle: `old` and `new` state, and the files as they stood."""

    version: int
    old: str
    new: str
    sha256: str
    files: Mapping[str, str]
    reason: Remark | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSubmitted(VersionMoved):
    sentence: ClassVar[str] = N_("%(actor)s submitted version %(version)s for review.")
    notice: ClassVar[str] = N_("Version %(version)s of “%(procedure)s” waits for your review.")
    who: ClassVar[tuple[Audience, ...]] = ("reviewers",)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionReturned(VersionMoved):
    sentence: ClassVar[str] = N_("%(actor)s returned version %(version)s to its author. %(reason)s")
    notice: ClassVar[str] = N_("Version %(version)s of “%(procedure)s” has been returned to you.")
    who: ClassVar[tuple[Audience, ...]] = ("submitter",)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished(VersionMoved):
    """`roles`: role → what assignments call it from then on.

    `confirmed`: what holders of roles that other procedures use too gained, as the publisher confirmed it.
    """

    sentence: ClassVar[str] = N_("%(actor)s published version %(version)s.")
    notice: ClassVar[str] = N_("Version %(version)s of “%(procedure)s” has been published.")
    who: ClassVar[tuple[Audience, ...]] = ("submitter",)

    roles: Mapping[str, str] | Absent = ABSENT
    confirmed: Sequence[Mapping[str, Any]] | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRetired(VersionMoved):
    sentence: ClassVar[str] = N_("%(actor)s retired version %(version)s. %(reason)s")
