"""What a case waits for from outside itself, kept beside its state so that deliveries find it."""

from datetime import datetime
from typing import Any

from workflow.engine import events as ev
from workflow.engine.migration_events import ProcessMigrated, ProcessRestored
from workflow.engine.state import ProcessState, Subscription
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork
from workflow.store.waits import WaitRecord, key_text

_BEGUN = (ev.MessageSubscribed, ev.SignalSubscribed)
_OVER = (ev.MessageCorrelated, ev.SignalCaught, ev.SubscriptionCancelled)


class Listening:
    """Gathers the waits that begin and end in one step."""

    def __init__(self) -> None:
        self._begun: dict[str, None] = {}
        self._over: list[str] = []
        self._anew = False

    def apply(self, event: ev.Event) -> None:
        """Take one event into account."""
        if isinstance(event, _BEGUN):
            self._begun[event.subscription_id] = None
        elif isinstance(event, _OVER):
            if event.subscription_id in self._begun:
                del self._begun[event.subscription_id]
            else:
                self._over.append(event.subscription_id)
        elif isinstance(event, ProcessMigrated | ProcessRestored):
            self._anew = True

    def write(self, uow: UnitOfWork, state: ProcessState, case: CaseRecord, now: datetime) -> None:
        """Write what has changed; a state that was moved to another version, or restored, is written down anew."""
        since: dict[str, datetime] = {}
        if self._anew:
            since = {wait.subscription_id: wait.since_at for wait in uow.waits.of_case(case.id)}
            uow.waits.remove(case.id, since)
            self._begun = dict.fromkeys(state.subscriptions)
        else:
            uow.waits.remove(case.id, self._over)
        found = [state.subscriptions[key] for key in self._begun if key in state.subscriptions]
        uow.waits.add([_wait(case, one, since.get(one.id, now)) for one in found if one.kind != "condition"])


def _wait(case: CaseRecord, subscription: Subscription, now: datetime) -> WaitRecord:
    key: Any = subscription.key
    return WaitRecord(
        case_id=case.id,
        subscription_id=subscription.id,
        province=case.province,
        kind=subscription.kind,
        node_id=subscription.node_id,
        name=subscription.name,
        key=None if key is None else key_text(key),
        since_at=now,
    )
