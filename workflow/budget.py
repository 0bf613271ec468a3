"""One budget a run: how much evaluating, searching and simulating may cost together before it is stopped with a sentence.

A run is a step of a case, a check of a package, a step of a trial, a page. Whoever begins one opens a budget (`within`);
whatever works below spends from the innermost one without being handed it. A budget within another spends from both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

from workflow.errors import N_, BudgetSpent

TOO_MANY_STEPS = N_("It was stopped because it takes more than %(most)s steps.")
TOO_LONG = N_("It was stopped because it takes longer than %(most)s seconds.")
TOO_LARGE = N_("It was stopped because what it makes is larger than %(most)s values.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """`steps` of evaluation, `seconds` of time, `size`: values that the results hold together."""

    steps: int
    seconds: float
    size: int = 1_000_000


STEP = Allowance(steps=3_000_000, seconds=60)
"""One step of a running case. Its time is ample: waiting for the database, which is no fault of the procedure, is a part of it."""
CHECK = Allowance(steps=5_000_000, seconds=20)
"""All checks and saved tests of a package together, and a simulation on the command line."""
PAGE = Allowance(steps=2_000_000, seconds=6)
"""What is worked out for one answer to a browser and changes nothing: a step of a trial, a comparison."""


class Budget:
    """What is left of an allowance."""

    __slots__ = ("_allowance", "_outer", "_size", "_steps", "_until", "spent")

    def __init__(self, allowance: Allowance, outer: "Budget | None" = None) -> None:
        self._allowance = allowance
        self._outer = outer
        self._steps = allowance.steps
        self._size = allowance.size
        self._until = monotonic() + allowance.seconds
        self.spent: BudgetSpent | None = None
        """Why there is nothing left, here or outside; None while there is."""

    def spend(self, steps: int = 0, *, size: int = 0) -> None:
        """Pay for work that was done or is about to be. Raises `BudgetSpent`, from then on each time."""
        try:
            self._pay(steps, size)
        except BudgetSpent as spent:
            self.spent = spent
            raise

    def _pay(self, steps: int, size: int) -> None:
        self._steps -= steps
        self._size -= size
        if self._steps < 0:
            raise BudgetSpent(TOO_MANY_STEPS, most=self._allowance.steps)
        if self._size < 0:
            raise BudgetSpent(TOO_LARGE, most=self._allowance.size)
        if monotonic() > self._until:
            raise BudgetSpent(TOO_LONG, most=f"{self._allowance.seconds:g}")
        if self._outer is not None:
            self._outer.spend(steps, size=size)

    @property
    def seconds(self) -> float:
        """How much time is left, here and outside."""
        own = max(0.0, self._until - monotonic())
        return own if self._outer is None else min(own, self._outer.seconds)


_open: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current() -> Budget | None:
    """The innermost budget that is open, if one is."""
    return _open.get()


def spend(steps: int = 1) -> None:
    """Pay from the innermost budget; without one nothing is counted. Raises `BudgetSpent`."""
    budget = _open.get()
    if budget is not None:
        budget.spend(steps)


@contextmanager
def within(allowance: Allowance) -> Iterator[Budget]:
    """Do what follows within the allowance, and within the budget that is open already."""
    budget = Budget(allowance, _open.get())
    token = _open.set(budget)
    try:
        yield budget
    finally:
        _open.reset(token)
