"""The installation as it runs: `congnhan serve` with its worker and a `congnhan worker` beside it; killed, and started again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import sqlalchemy as sa

from tests.acceptance.kills.installation import Installation
from tests.acceptance.kills.person import PATIENCE
from tests.support.running import Process, Site, eventually, free_port
from workflow.store.database import Engine
from workflow.store.jobs import jobs
from workflow.store.upkeep import workers

COMMANDS = {"web": "serve", "worker": "worker"}
ALIVE_SECONDS = 6
EVERY = 0.1


@dataclass(kw_only=True)
class Watch:
    """How long jobs that were in hand at a kill stayed in hand: until they were done, given back, or claimed by another worker."""

    engine: Engine
    waits: list[float] = field(default_factory=list)
    open: dict[tuple[str, int], float] = field(default_factory=dict)
    _ended: Event = field(default_factory=Event)

    def killed(self) -> None:
        """Remember what is in hand at this moment."""
        now = time.monotonic()
        self.open = dict.fromkeys(self.held(), now) | self.open

    def held(self) -> set[tuple[str, int]]:
        """(job, the number of times that it was claimed) of what a worker has claimed."""
        query = sa.select(jobs.c.id, jobs.c.attempts).where(jobs.c.locked_until.is_not(None))
        with self.engine.connect() as connection:
            return {(row.id, row.attempts) for row in connection.execute(query)}

    def look(self) -> None:
        if self.open:
            still, now = self.held(), time.monotonic()
            for gone in self.open.keys() - still:
                self.waits.append(now - self.open.pop(gone))

    def run(self) -> None:
        while not self._ended.wait(EVERY):
            self.look()

    def end(self) -> None:
        self._ended.set()


@dataclass(kw_only=True)
class Running:
    """The two processes, each by what it is."""

    place: Installation
    engine: Engine
    port: int
    mail_port: int
    watch: Watch
    processes: dict[str, Process] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COMMANDS, 0))
    away: list[float] = field(default_factory=list)
    """Seconds from each kill of the web until it answered again."""

    def start(self, what: str) -> None:
        """Start it, and wait until the web answers, or the worker has said that it lives; in a crowd it may not come to say so."""
        known = self._seen()
        options = ("--port", str(self.port)) if what == "web" else ()
        environment = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail_port),
            "SMTP_SENDER": "congnhan@example.org",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }
        command = (COMMANDS[what], *options)
        process = Process(command=command, data=self.place.data, url=self.place.own_url, environment=environment)
        self.processes[what] = process
        site = Site(process=process, port=self.port)
        if what == "web":
            assert eventually(lambda: not process.runs or site.status("/dang-nhap") == 200, PATIENCE), (
                "it does not answer"
            )
        else:
            eventually(lambda: not process.runs or bool(self._seen() - known), ALIVE_SECONDS)
        assert process.runs, process.said

    def kill(self, what: str) -> None:
        """As if the machine had lost its power; then start it again."""
        begun = time.monotonic()
        self.processes[what].kill()
        self.watch.killed()
        self.kills[what] += 1
        self.start(what)
        if what == "web":
            self.away.append(time.monotonic() - begun)

    def _seen(self) -> set[str]:
        with self.engine.connect() as connection:
            return set(connection.scalars(sa.select(workers.c.worker_key)))

    @property
    def said(self) -> str:
        """What all processes said, those that were killed too."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in self.place.data.glob("*.log"))


@contextmanager
def running(place: Installation, engine: Engine, mail_port: int) -> Iterator[Running]:
    """Both at work. Told to end at the end, they have thirty seconds."""
    watch = Watch(engine=engine)
    found = Running(place=place, engine=engine, port=free_port(), mail_port=mail_port, watch=watch)
    watcher = Thread(target=watch.run, daemon=True)
    try:
        for what in COMMANDS:
            found.start(what)
        watcher.start()
        yield found
        for process in found.processes.values():
            process.ask_to_end()
        for process in found.processes.values():
            assert eventually(lambda process=process: not process.runs, PATIENCE), "it does not end"
    finally:
        watch.end()
        for process in found.processes.values():
            process.__exit__()
