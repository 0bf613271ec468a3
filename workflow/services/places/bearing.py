"""What a change of the organisations is for cases that run: the tree is read at a case's own date, so only what reaches back to it counts.

Who decides on a case must not be one person's choice while it runs. Two things stay one person's: what begins after the dates of all
running cases, and a body newly added where a case has none (nobody holds a role there yet, and giving one takes a second person).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.audit.facts.places import RunningCasesTurned, first_of
from workflow.errors import N_, InvalidInput, NotFound
from workflow.organisation.candidates import SUBJECT, resolve_body
from workflow.organisation.records import LEVELS
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.runtime.programs import Programs
from workflow.runtime.recorder import Provenance, record
from workflow.services.ground.labels import called
from workflow.services.ground.register import tree_of
from workflow.store.casework import RunningCase
from workflow.store.unit_of_work import UnitOfWork

_LEVELS = (*LEVELS, "managing")
_NAMED = re.compile(rf"[a-z][a-z0-9-]*@(?:{'|'.join(_LEVELS)})\b")
_REACHES_BACK = N_(
    "This reaches back to the date of running cases: %(number)s (%(cases)s) would come before another body (%(bodies)s). One person "
    "alone may not choose who decides on a running case. Let the change begin after the date of these cases; or whoever keeps the "
    "server makes it with “congnhan organisations … --reaches-back”, and the managers of the cases are told."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A running case for which a jurisdiction means another body than before; None where it means none."""

    case: RunningCase
    old: str | None
    new: str | None
    names: str


class Bearing:
    """Compares the tree as it was with the tree as this transaction has made it."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def turns(self, uow: UnitOfWork, before: OrganisationTree) -> Sequence[Turn]:
        """What running cases get another body, for whatever jurisdiction their version names. Cheap where nothing reaches back."""
        running = uow.unit_cases.running()
        after = tree_of(uow)
        days = before.may_differ(after, {case.on for case in running})
        named: dict[tuple[str, str], frozenset[str]] = {}
        known: dict[tuple[str, date, str, str], Sequence[tuple[str | None, str | None]]] = {}
        found = []
        for case in running:
            if case.on not in days:
                continue
            ground = (case.version_id, case.campaign_id)
            if ground not in named:
                package = self._programs.get(uow, case.version_id).package
                named[ground] = jurisdictions(package, _escalations(uow, case.campaign_id))
            place = (case.unit_id, case.on, *ground)
            if place not in known:
                known[place] = list(dict.fromkeys(_differences(before, after, named[ground], case)))
            found += [
                Turn(case=case, old=old, new=new, names=f"{_name(before, old)} → {_name(after, new)}")
                for old, new in known[place]
            ]
        return found

    def note(self, uow: UnitOfWork, turns: Sequence[Turn], organisation_id: str, by: Provenance) -> None:
        """Record what running cases got another body, in the stream of the organisation that was changed."""
        if not turns:
            return
        numbers = list(dict.fromkeys(turn.case.business_key for turn in turns))
        pairs = Counter((turn.old, turn.new) for turn in turns)
        fact = RunningCasesTurned(
            number=len(numbers),
            cases=numbers,
            units=list(dict.fromkeys(turn.case.unit_id for turn in turns)),
            bodies=[{"old": old, "new": new, "cases": count} for (old, new), count in pairs.items()],
        )
        record(uow, f"organisation:{organisation_id}", [fact], by)


def check_turns(turns: Sequence[Turn], *, added: Collection[str]) -> None:
    """Raise `InvalidInput` unless all that happens is that bodies just added are there for cases that had none."""
    refused = [turn for turn in turns if turn.old is not None or turn.new not in added]
    if refused:
        numbers = list(dict.fromkeys(turn.case.business_key for turn in refused))
        bodies = list(dict.fromkeys(turn.names for turn in refused))
        raise InvalidInput(_REACHES_BACK, number=len(numbers), cases=first_of(numbers), bodies=first_of(bodies))


def jurisdictions(package: ProcedurePackage, escalations: Iterable[str] = ()) -> frozenset[str]:
    """Every jurisdiction that a task or deadline of the version may come to name.

    Those written anywhere in its files, in tables and expressions too; and the bodies of its roles at every level, which an
    expression may put together. `escalations`: what the campaign's deadlines say.
    """
    written = {
        found
        for text in (*(content.decode("utf-8", "ignore") for content in package.files.values()), *escalations)
        for found in _NAMED.findall(text)
    }
    bodies = {role.body for role in package.roles.values() if role.body and role.body != SUBJECT}
    return frozenset(written | {f"{body}@{level}" for body in bodies for level in _LEVELS})


def _escalations(uow: UnitOfWork, campaign_id: str) -> list[str]:
    deadlines = uow.campaigns.get(campaign_id).deadlines.values()
    return [str(deadline.get("escalate_to") or "").partition("@")[2] for deadline in deadlines]


def _differences(
    before: OrganisationTree, after: OrganisationTree, named: Collection[str], case: RunningCase
) -> Iterator[tuple[str | None, str | None]]:
    for jurisdiction in sorted(named):
        old, new = (_body(tree, jurisdiction, case) for tree in (before, after))
        if old != new:
            yield old, new


def _body(tree: OrganisationTree, jurisdiction: str, case: RunningCase) -> str | None:
    try:
        return resolve_body(tree, jurisdiction, case.unit_id, case.on)
    except (NotFound, InvalidInput):
        return None


def _name(tree: OrganisationTree, organisation_id: str | None) -> str:
    return called(tree.get(organisation_id)) if organisation_id is not None else "–"
