"""What `procedure.toml` says, as frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from workflow.model.user_task import Label

SYSTEM_ROLES = frozenset({"administrator", "definition-reviewer", "auditor", "inspection-team", "manager"})
"""Roles of the installation; a procedure may name them but not define them."""

RECORD_RESULT = "record-result"
KNOWN_HANDLERS = frozenset({"notify", RECORD_RESULT})
"""The service handlers that the application registers; an installation with more passes its own set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of the procedure. `body`: the kind of body whose people hold it, or `subject` for the unit itself.

    `of`: the key of another procedure whose role of this id it is.
    """

    id: str
    label: Label
    body: str = ""
    description: str = ""
    permissions: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage as pages show it."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """A day that returns every year; `years` holds exceptions.

    `before`: the last valid day is the day before `month_day` ("trước ngày"). `remind`: working days before, `WT5D`, or
    empty. `escalate_to`: `role` or `role@jurisdiction`, or empty. `day_off`: whether a last day that is not worked moves.
    `late`: whether a task that hangs on it may still be completed afterwards.
    """

    id: str
    label: Label
    month_day: str
    semantics: Literal["before", "on-or-before"] = "on-or-before"
    remind: str = ""
    escalate_to: str = ""
    years: Mapping[int, str] = field(default_factory=dict)
    day_off: Literal["keep", "next", "previous"] = "keep"
    late: Literal["allowed", "refused"] = "allowed"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The whole of `procedure.toml`. `covers`: the numbers that the procedures of the sources have in their list, such as `P09`."""

    key: str
    version_label: str
    process: str
    title: Label
    effective_from: date
    effective_to: date | None = None
    legal_basis: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    province_scope: tuple[str, ...] = ()
    business_key: str = "{key}-{year}-{number:04}"
    subject_kinds: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    deadlines: Mapping[str, DeadlineRule] = field(default_factory=dict)
    minutes_name_votes: bool = True
    office_closes: time = time(17, 0)
    timezone: str = "Asia/Ho_Chi_Minh"
