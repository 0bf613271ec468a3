"""What happens when running cases move to another version of their procedure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.audit.facts.fact import Audience, Fact
from workflow.errors import N_
from workflow.model.event_fields import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingFact(Fact):
    family: ClassVar[str] = "Moving running cases"

    migration_id: str
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStarted(MovingFact):
    """`number` cases are to move from version `old` to `new`."""

    sentence: ClassVar[str] = N_("%(actor)s had running cases moved to another version: %(number)s. Reason: %(reason)s")

    mapping: Mapping[str, Any]
    number: int
    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationCancelled(MovingFact):
    sentence: ClassVar[str] = N_("%(actor)s left out the cases that had not been moved yet: %(number)s.")

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRevertRequested(MovingFact):
    sentence: ClassVar[str] = N_("%(actor)s had moved cases taken back: %(number)s. Reason: %(reason)s")

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMigrated(MovingFact):
    """The new version's files are named by hash, as those of the first are where the case was opened."""

    sentence: ClassVar[str] = N_("%(actor)s had the case moved to version %(version)s. Reason: %(reason)s")
    notice: ClassVar[str] = N_(
        "The case of %(unit)s (%(business_key)s) goes on by version %(version)s of its procedure."
    )
    who: ClassVar[tuple[Audience, ...]] = ("handlers",)
    unsettles: ClassVar[bool] = True

    old: int
    new: int
    version: int
    mapping: Mapping[str, Any]
    definition_sha256: Mapping[str, str]
    criteria_sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMigrationReverted(MovingFact):
    sentence: ClassVar[str] = N_("%(actor)s had the case taken back to version %(version)s. Reason: %(reason)s")
    notice: ClassVar[str] = N_(
        "The case of %(unit)s (%(business_key)s) goes on by version %(version)s of its procedure."
    )
    who: ClassVar[tuple[Audience, ...]] = ("handlers",)
    unsettles: ClassVar[bool] = True

    old: int
    new: int
    version: int
