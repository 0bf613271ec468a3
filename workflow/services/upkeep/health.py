"""Whether the installation is ready for work: its database, its revision, a worker that lives."""

import socket
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from time import monotonic

from workflow.errors import WorkflowError
from workflow.ids import new_id
from workflow.ports import Clock
from workflow.services.ground.ground import Ground
from workflow.store.database import newest_revision
from workflow.store.upkeep import WorkerRecord

SEEN_WITHIN = timedelta(seconds=60)
_FORGOTTEN_AFTER = timedelta(days=1)
_FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    database: bool = False
    revision: bool = False
    worker: bool = False

    @property
    def ready(self) -> bool:
        return self.database and self.revision and self.worker


class HealthService:
    """Cheap, however often it is asked: the database is asked once a second at most."""

    def __init__(self, ground: Ground, devices: Clock) -> None:
        self._ground = ground
        self._devices = devices
        self._lock = Lock()
        self._known: tuple[float, Readiness] | None = None

    def ready(self) -> Readiness:
        """How it stands; never raises."""
        with self._lock:
            if self._known is None or monotonic() - self._known[0] > _FRESH_SECONDS:
                self._known = (monotonic(), self._look())
            return self._known[1]

    def _look(self) -> Readiness:
        try:
            with self._ground.units.reading() as uow:
                if uow.revision != newest_revision():
                    return Readiness(database=True)
                lives = bool(uow.workers.seen(self._devices.now() - SEEN_WITHIN))
                return Readiness(database=True, revision=True, worker=lives)
        except WorkflowError:
            return Readiness()


class WorkerLife:
    """One worker's word that it lives, in our time even where a demonstration's clock is another."""

    def __init__(self, ground: Ground, devices: Clock) -> None:
        self._ground = ground
        self._devices = devices
        self._id = new_id()
        self._started_at = devices.now()

    def beat(self) -> None:
        """Called every few seconds; where somebody else writes at this moment, the next one will do."""
        now = self._devices.now()
        with self._ground.units(waits=False) as uow:
            uow.workers.beat(
                WorkerRecord(
                    worker_key=self._id,
                    host_name=socket.gethostname()[:255],
                    alive_since=self._started_at,
                    alive_at=now,
                )
            )
            uow.workers.drop_before(now - _FORGOTTEN_AFTER)
            uow.commit()

    def end(self) -> None:
        """It ends as it was told to: it is no longer looked for."""
        with self._ground.units() as uow:
            uow.workers.gone(self._id)
            uow.commit()
