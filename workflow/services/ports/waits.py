"""What cases wait for from outside themselves: messages and signals, so that a delivery finds its receivers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import rfc8785

from workflow.feel.values import coerce, to_json


def key_text(key: Any) -> str:
    """A correlation key as one text, the same for equal FEEL values."""
    return rfc8785.dumps(to_json(coerce(key))).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRecord:
    """A projection of one subscription. `kind`: message or signal. `key`: canonical JSON of the correlation key, None for any."""

    case_id: str
    subscription_id: str
    province: str
    kind: str
    name: str
    key: str | None = None
    node_id: str
    since_at: datetime


class Waits(Protocol):
    def add(self, waits: Sequence[WaitRecord]) -> None: ...

    def remove(self, case_id: str, subscription_ids: Collection[str]) -> None: ...

    def for_message(self, province: str, name: str, key: str) -> Sequence[WaitRecord]:
        """Waits for the message with this key or any, in active cases of the province, the longest waiting first; at most 20."""

    def cases_for_signal(self, province: str, name: str) -> Sequence[str]:
        """Ids of the cases of the province in which something waits for the signal."""

    def of_case(self, case_id: str) -> Sequence[WaitRecord]: ...
