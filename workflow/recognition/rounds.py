"""A round is one thing: a vote, a team's findings. Several people do one task at once or one after another, each a part of it.

One person has one part in a round. Whoever has or had a part, or has written into one, gets no other; a deputy and the person
stood in for count as one for what they do together. Until the round closes, it is told that somebody has done their part, not how.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One person's connection with one instance of a round: they had it, or (`entered`) have written into it or completed it."""

    task_id: str
    user_id: str
    entered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The instances of one task that several people do, in one execution of it."""

    id: str
    node_id: str
    parts: tuple[Part, ...]
    done: frozenset[str] = frozenset()
    """Who has done their part, and those on whose behalf it was done."""

    def elsewhere(self, task_id: str, people: Collection[str], *, holder: str | None) -> str | None:
        """Whoever of `people` has a part other than this task and may therefore not have, or go on with, this one.

        `holder` is who was given this task. What they do in it is theirs to do unless they have already entered something in
        another; everybody else comes to it anew, and for them it is enough that they had another.
        """
        for person in people:
            for part in self.parts:
                other = part.user_id == person and part.task_id != task_id
                if other and (part.entered or person != holder):
                    return person
        return None


def unfit_voters(voters: Iterable[str], tied: Collection[str]) -> tuple[str, ...]:
    """Those who would vote on a unit that they are tied to: they must be recused instead."""
    return tuple(voter for voter in voters if voter in tied)
