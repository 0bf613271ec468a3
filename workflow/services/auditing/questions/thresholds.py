"""From when on something is worth a look: numbers that are data, in `definitions/audit.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import time

from workflow.errors import N_, ConfigurationError

FILE = "audit.toml"
_WRONG = N_("%(file)s: %(problem)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`fresh_days`: how long a power or a way in is new. The night: from `night_from` to `night_until`, local time."""

    fresh_days: int = 7
    night_from: time = time(20)
    night_until: time = time(6)

    def is_night(self, moment: time) -> bool:
        """Whether the local time of day lies in the night, which may go over midnight."""
        first, last = self.night_from, self.night_until
        return first <= moment < last if first <= last else moment >= first or moment < last


def load_thresholds(content: bytes) -> Thresholds:
    """Read the file. Raises `ConfigurationError`."""
    try:
        table = tomllib.loads(content.decode())["conduct"]
        found = Thresholds(
            fresh_days=table["fresh_days"],
            night_from=time.fromisoformat(table["night_from"]),
            night_until=time.fromisoformat(table["night_until"]),
        )
    except (UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(_WRONG, file=FILE, problem=str(error)) from error
    if type(found.fresh_days) is not int or found.fresh_days < 0:
        raise ConfigurationError(_WRONG, file=FILE, problem="fresh_days")
    return found
