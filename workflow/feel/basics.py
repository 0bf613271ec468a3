"""What the other modules build values from: the number context and the duration of years and months."""

from dataclasses import dataclass
from decimal import Context, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from workflow.errors import N_, BudgetSpent

MAX_ITEMS = 100_000
MAX_TEXT = 1_000_000

DECIMAL128 = Context(prec=34, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow])
_MOST_MONTHS = 10**18
"""More than any two dates are apart."""


@dataclass(frozen=True, slots=True, order=True)
class YearMonthDuration:
    """A years and months duration, in whole months; negative ones go back in time."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > _MOST_MONTHS:
            raise OverflowError("the duration is too long")

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = f"{years}Y" * bool(years) + f"{months}M" * bool(months)
        return f"{'-' if self.months < 0 else ''}P{text or '0M'}"


TOO_LARGE = N_("It was stopped because it makes a value that is too large.")


def weigh(value: Any) -> Any:
    """The value itself, when all it holds, shared parts counted each time, is within the bound; else BudgetSpent.

    A few contexts that hold one another twice can stand for more than any memory; this counts before anything is copied.
    """
    heft(value)
    return value


def heft(value: Any) -> int:
    """How many values it holds, fifty characters counted as one, as `weigh` counts them; raises BudgetSpent."""
    items = texts = 0
    stack = [value]
    while stack:
        part = stack.pop()
        items += 1
        if isinstance(part, str):
            texts += len(part)
        elif isinstance(part, list):
            stack.extend(part)
        elif isinstance(part, dict):
            stack.extend(part.values())
        if items > MAX_ITEMS or texts > MAX_TEXT or len(stack) > MAX_ITEMS:
            raise BudgetSpent(TOO_LARGE)
    return items + texts // 50
