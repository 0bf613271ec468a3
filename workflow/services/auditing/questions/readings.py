"""What was read and taken out, by whom: the events that record it, over cases and over everything else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from workflow.errors import N_
from workflow.model.user_task import Label
from workflow.organisation.permissions import INSPECTION
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell, Scene, period
from workflow.services.auditing.questions.scope import auditors
from workflow.services.auditing.vocabulary import GROUP, name_of, types_of
from workflow.store.auditing import EventFilter
from workflow.store.rows import Page


class Readings:
    """Each line is one event that records a reading or a file that was taken out."""

    name: ClassVar[str] = "da-doc"
    title: ClassVar[str] = N_("What was read and taken out")
    about: ClassVar[str] = N_(
        "Cases and files that somebody opened who takes no part in the case (once an hour and person), bundles, exports, reports and samples: who, when, in which "
        "role, by which conditions."
    )
    columns: ClassVar[tuple[str, ...]] = (
        N_("Time"),
        N_("Who"),
        N_("Role"),
        N_("Organisation"),
        N_("Kind of event"),
        N_("Case"),
        N_("Description"),
        N_("Conditions"),
    )
    filters: ClassVar[tuple[str, ...]] = (
        "unit",
        "actor",
        "organisation",
        "procedure",
        "campaign",
        "since_on",
        "until_on",
    )

    def lines(self, scene: Scene, asked: Asked, page: Page) -> tuple[Sequence[tuple[Cell, ...]], int]:
        """The newest first. An inspection team sees what concerns the cases of its scope; an auditor also what is of no case."""
        since, until = period(asked)
        where = EventFilter(
            types=types_of(f"{GROUP}reading"),
            actors=scene.people(asked.actor),
            organisations=scene.organisations(asked.organisation),
            since=since,
            until=until,
        )
        events, total = scene.uow.events.search(_bounded(scene, asked, where), page)
        lines: list[tuple[Cell, ...]] = []
        for event, entry in zip(events, scene.narrator().tell(events), strict=True):
            kind = Label(vi=name_of(event.type, "vi"), en=name_of(event.type, "en"))
            lines.append(
                (
                    entry.at,
                    entry.actor,
                    entry.role_label,
                    entry.organisation,
                    kind,
                    CaseNamed(entry.case.id, entry.case.business_key) if entry.case else None,
                    entry.said,
                    _conditions(event.payload),
                )
            )
        return lines, total


def _bounded(scene: Scene, asked: Asked, where: EventFilter) -> EventFilter:
    by = auditors(scene.access)
    of_cases = asked.unit or asked.procedure or asked.campaign or by is None or by.role == INSPECTION
    if of_cases:
        return replace(where, cases=scene.cases(asked))
    units = scene.access.units("audit")
    if units >= {one.id for one in scene.access.tree.all()}:
        return where
    return replace(where, unit_ids=units, organisation_ids=units)


def _conditions(payload: object) -> str:
    found = payload.get("query") if isinstance(payload, dict) else None
    return "; ".join(f"{name}: {value}" for name, value in sorted(found.items())) if isinstance(found, dict) else ""
