"""Whether a committee may decide: who counts for the quorum, and who may then vote.

The plan of 2023 asks for minutes of a meeting but prints no quorum and no majority. The share is therefore data of the
procedure; how its votes are counted, and what carries, stands in the conditions of its BPMN.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.errors import N_, InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumResult:
    """`present` counts those who are there and not recused; `voters` are they, in the order of the roster."""

    roster: int
    present: int
    recused: int
    needed: int
    met: bool
    voters: tuple[str, ...]

    def as_variables(self) -> dict[str, int | bool]:
        """The `quorum` context that a procedure's conditions read."""
        return {"present": self.present, "roster": self.roster, "needed": self.needed, "met": self.met}


def quorum(
    roster: Iterable[str], present: Iterable[str], recused: Iterable[str], numerator: int, denominator: int
) -> QuorumResult:
    """Say whether enough of `roster` are present and not recused: at least `numerator`/`denominator` of it, rounded up.

    A recused member counts for nothing, but stays in the roster that the share is taken of. Raises `InvalidInput` for
    an empty roster, for people outside the roster and for a share outside 0 < share ≤ 1.
    """
    members = tuple(dict.fromkeys(roster))
    there, out = set(present), set(recused)
    if not members:
        raise InvalidInput(N_("The committee's roster is empty."))
    if not 0 < numerator <= denominator:
        raise InvalidInput(
            N_("A quorum of %(share)s is not a share between 0 and 1."), share=f"{numerator}/{denominator}"
        )
    strangers = sorted((there | out) - set(members))
    if strangers:
        raise InvalidInput(N_("%(who)s does not belong to the roster of this session."), who=strangers[0])
    voters = tuple(member for member in members if member in there - out)
    needed = -(-len(members) * numerator // denominator)
    return QuorumResult(
        roster=len(members),
        present=len(voters),
        recused=len(out),
        needed=needed,
        met=len(voters) >= needed,
        voters=voters,
    )
