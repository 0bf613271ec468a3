"""What changed between two versions of a procedure, for the person who is asked to publish the second."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workflow.packages.facts import Subject, Thing, facts_of
from workflow.packages.package import ProcedurePackage


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `what` is the changed property, such as `outcomes.return.reason`; empty for added and removed things.

    `id`: of a BPMN element as it stands in the diagram; of a criterion `<set>/<criterion>`; of a rule `<decision>/<rule>`.
    """

    kind: Literal["added", "removed", "changed"]
    subject: Subject
    id: str
    name: str = ""
    what: str = ""
    old: str = ""
    new: str = ""


def compare(old: ProcedurePackage, new: ProcedurePackage) -> list[Change]:
    """Every difference, in the order of the new version; what it no longer has comes last.

    The drawing alone (positions, colours) and the order of things in a file are no difference; the order of stages and of
    decision rules is.
    """
    before, after = facts_of(old), facts_of(new)
    changes: list[Change] = []
    for (subject, key), thing in after.items():
        former = before.get((subject, key))
        if former is None:
            changes.append(Change(kind="added", subject=subject, id=key, name=thing.name))
        else:
            changes += _changed(subject, key, former, thing)
    for (subject, key), thing in before.items():
        if (subject, key) not in after:
            changes.append(Change(kind="removed", subject=subject, id=key, name=thing.name))
    return changes


def _changed(subject: Subject, key: str, former: Thing, thing: Thing) -> Iterator[Change]:
    names = dict.fromkeys([*thing.properties, *former.properties])
    for what in names:
        old, new = former.properties.get(what, ""), thing.properties.get(what, "")
        if old != new:
            yield Change(kind="changed", subject=subject, id=key, name=thing.name, what=what, old=old, new=new)
