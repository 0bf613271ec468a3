"""Recusals: each person has a reason of their own, and stays recused at the step until that is lifted with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workflow.errors import N_
from workflow.model.user_task import Quorum
from workflow.packages.package import ProcedurePackage
from workflow.services.casework.fields import LONGEST, FieldProblem
from workflow.spelling import entered, legible, length

RECUSALS = "recusals"
"""Under this name the result of a session's opening lists who was ever recused at the step."""
LEAST = 10

_WHY = N_("Say why %(who)s is recused, in at least %(least)s characters, for this person alone.")
_STANDS = N_(
    "%(who)s was recused at an earlier opening (%(reason)s): name them among the recused again, or say in at least %(least)s "
    "characters why that no longer holds."
)
_TOO_LONG = N_("At most %(longest)s characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """`lifted`: why it no longer holds; None while it stands."""

    person: str
    reason: str
    lifted: str | None = None

    def as_variables(self) -> dict[str, Any]:
        return {"person": self.person, "reason": self.reason, "lifted": self.lifted}


def reason_field(field: str, person: str) -> str:
    """The entry of that field for one person."""
    return f"{field}:{person}"


def recorded(result: Any, recused: str, reasons: str | None) -> list[Recusal]:
    """What the result of an opening says; of one from before each had a reason of their own, all share the text."""
    if not isinstance(result, Mapping):
        return []
    listed = result.get(RECUSALS)
    if isinstance(listed, list | tuple):
        return [
            Recusal(person=str(one["person"]), reason=str(one.get("reason") or ""), lifted=one.get("lifted"))
            for one in listed
            if isinstance(one, Mapping) and one.get("person")
        ]
    shared = str(result.get(reasons or "") or "")
    chosen = result.get(recused)
    people = chosen if isinstance(chosen, list | tuple) else ()
    return [Recusal(person=one, reason=shared) for one in people if isinstance(one, str)]


def at_step(package: ProcedurePackage, node_id: str, variables: Mapping[str, Any], rule: Quorum) -> list[Recusal]:
    """Who was ever recused at the step, whatever it was called in the versions that the case ran on before."""
    if rule.recused is None:
        return []
    if node_id in variables:
        return recorded(variables[node_id], rule.recused, rule.reasons)
    now = {key for process in package.bpmn.processes.values() for key in process.user_tasks}
    return [
        found
        for former in reversed(package.former)
        for process in former.bpmn.processes.values()
        for key, task in process.user_tasks.items()
        if key not in now and (before := task.spec.quorum) is not None and before.recused is not None
        for found in recorded(variables.get(key), before.recused, before.reasons)
    ]


@dataclass(slots=True)
class Opening:
    """What an opening makes of the recusals. `entries` are what was entered, by the fields' names."""

    rule: Quorum
    earlier: Sequence[Recusal]
    ticked: Sequence[str]
    entries: Mapping[str, Any]
    names: Mapping[str, str]

    def outcome(self) -> tuple[list[Recusal], list[Recusal], list[FieldProblem]]:
        """All that were ever recused, those that this opening lifts, and what is wrong."""
        latest = {one.person: one for one in self.earlier}
        standing = {person: one for person, one in latest.items() if one.lifted is None}
        asked = [one for one in self.ticked if one not in standing] + [
            one for one in standing if one not in self.ticked
        ]
        problems: list[FieldProblem] = []
        lifted = []
        for person in dict.fromkeys([*self.ticked, *standing]):
            before = standing.get(person)
            reason = self._reason(person, alone=asked == [person])
            kept = before is not None and person in self.ticked and not reason
            problems += () if kept else self._faults(person, reason, before if person not in self.ticked else None)
            if before is not None and person not in self.ticked:
                latest[person] = replace(before, lifted=reason)
                lifted.append(latest[person])
            elif not kept:
                latest[person] = Recusal(person=person, reason=reason)
        return list(latest.values()), lifted, problems

    def carried(self) -> list[Recusal]:
        """All that stand where the session is not opened: nothing is lifted by putting it off."""
        latest = {one.person: one for one in self.earlier}
        for person in self.ticked:
            if person not in latest or latest[person].lifted is not None:
                latest[person] = Recusal(person=person, reason=self._reason(person, alone=len(self.ticked) == 1))
        return list(latest.values())

    def told(self, recusals: Iterable[Recusal]) -> str | None:
        """The reasons as the text of the field, a line a person; None where nobody is recused."""
        lines = [(one.person, one.reason) for one in recusals if one.lifted is None]
        if len(lines) == 1:
            return lines[0][1] or None
        return "\n".join(f"{self.names.get(person, person)}: {reason}" for person, reason in lines) or None

    def _reason(self, person: str, *, alone: bool) -> str:
        """One's own; what was entered for everybody holds where it concerns one person only."""
        field = str(self.rule.reasons)
        own = self.entries.get(reason_field(field, person))
        shared = self.entries.get(field) if alone else None
        text = own if isinstance(own, str) and entered(own) else shared
        return entered(text) if isinstance(text, str) else ""

    def _faults(self, person: str, reason: str, lifts: Recusal | None) -> list[FieldProblem]:
        at, who = reason_field(str(self.rule.reasons), person), self.names.get(person, person)
        if length(reason) > LONGEST["text"]:
            return [FieldProblem(field_id=at, template=_TOO_LONG, params={"longest": LONGEST["text"]})]
        if legible(reason) >= LEAST:
            return []
        if lifts is not None:
            params = {"who": who, "least": LEAST, "reason": lifts.reason or "–"}
            return [FieldProblem(field_id=at, template=_STANDS, params=params)]
        return [FieldProblem(field_id=at, template=_WHY, params={"who": who, "least": LEAST})]
