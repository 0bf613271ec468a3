"""What makes columns anew that are declared as caches: by the name that stands at the column."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from workflow.store.unit_of_work import UnitOfWork


def _forget_workers(uow: UnitOfWork) -> None:
    """Each worker that lives writes its own row again within seconds."""
    uow.workers.drop_before(datetime.max.replace(tzinfo=UTC))


REBUILDERS: Mapping[str, Callable[[UnitOfWork], None]] = {
    "WorkerLife.beat": _forget_workers,
    "CaseWords.rebuild": lambda uow: uow.words.rebuild_cases(),
    "EventWords.rebuild": lambda uow: uow.words.rebuild_events(),
    "NameWords.rebuild": lambda uow: uow.words.rebuild_names(),
}
"""Name → what throws the cache away, after which it is made anew."""
