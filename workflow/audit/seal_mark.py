"""What is kept beside the keys, outside the database, of the book of seals: how it began, and how far the database has come.

Who can write to the database alone can throw the whole book away, but cannot make this forget it.
"""

import json
from dataclasses import asdict, dataclass
from typing import Self

from workflow.audit.row_seal import SealKey


class MarkDamaged(ValueError):
    """It was changed, or made with another key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealMark:
    """Revisions of the database are compared as texts: all have four digits."""

    event: str = ""
    """The id of the event that tells how the book began; empty until it has."""
    hash: str = ""
    """That event's hash."""
    revision: str = ""
    """The highest one that the database has reached, with all that had to be sealed anew on the way."""
    pending: tuple[str, ...] = ()
    """Revisions that were gone through and whose rows are still to be sealed."""
    behind: str = ""
    """The oldest revision that was gone through although it had been before; empty where there was none."""

    def to_bytes(self, key: SealKey) -> bytes:
        """As a file holds it."""
        text = json.dumps(asdict(self), sort_keys=True)
        return json.dumps({"mark": text, "mac": key.mark_mac(text)}).encode("ascii")

    @classmethod
    def from_bytes(cls, stored: bytes, key: SealKey) -> Self:
        """Read it. Raises `MarkDamaged`."""
        try:
            outer = json.loads(stored)
            text, mac = str(outer["mark"]), outer["mac"]
            if mac != key.mark_mac(text):
                raise MarkDamaged
            inner = json.loads(text)
            return cls(**{**inner, "pending": tuple(inner["pending"])})
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise MarkDamaged from error
