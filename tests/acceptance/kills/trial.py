"""People at work while processes are killed; then, when all is settled, what is left of it."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from threading import Event, Thread

import sqlalchemy as sa

from tests.acceptance.kills.installation import READER, Installation, Letterbox, letterbox
from tests.acceptance.kills.ledger import Balance, Ledger, balance
from tests.acceptance.kills.person import PATIENCE, Person
from tests.acceptance.kills.site import COMMANDS, Running, running
from tests.support.running import Process, eventually
from workflow.audit.facts.casework import CommentAdded
from workflow.outside.clock import clock_of
from workflow.store.auditing import events
from workflow.store.cases import cases
from workflow.store.database import Engine, create_engine
from workflow.store.jobs import jobs
from workflow.store.notifications import notifications
from workflow.store.tasks import user_tasks

LONGEST_PAUSE = 3.0
"""Seconds between a start and the next kill, at most."""
_TRACE = re.compile(r"^Traceback .*\n(?:[ \t].*\n)*(\S.*)$", re.MULTILINE)
_LINK = re.compile(r"/thong-bao/([0-9a-f-]{36})")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`left`: whatever else is not as it should be, a line each."""

    kills: dict[str, int]
    ledger: Ledger
    balance: Balance
    left: list[str]
    verified: bool
    seconds: float
    away: list[float]
    waits: list[float]
    letters: int
    repeated: int

    @property
    def good(self) -> bool:
        found = self.balance
        return self.verified and not (found.lost or found.doubled or found.denied or self.left or self.ledger.faults)

    def told(self) -> Iterator[str]:
        """What came of it; the last line says it all."""
        acts, acknowledged = self.ledger.acts, self.ledger.acknowledged
        for name, lines in vars(self.balance).items():
            yield from (f"{name}: {line}" for line in lines)
        yield from (f"fault: {line}" for line in self.ledger.faults)
        yield from (f"left: {line}" for line in self.left)
        kinds = Counter(act.kind for act in acknowledged)
        yield "acts: " + ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
        refused = Counter(f"{act.kind} {act.answer}" for act in acts if not act.done)
        yield f"refused: {sum(refused.values())} {dict(refused.most_common(5))}"
        yield f"sent again after the connection broke: {sum(1 for act in acts if act.broke)}"
        yield f"mails: {self.letters}, of them sent once more: {self.repeated}"
        yield f"web back after: {_spread(self.away)}; a job in a killed worker's hands went on after: {_spread(self.waits)}"
        web, worker = self.kills["web"], self.kills["worker"]
        yield f"seconds: {self.seconds:.0f}"
        yield (
            f"kills: {web + worker} (web {web}, worker {worker}), acknowledged: {len(acknowledged)}, "
            f"lost: {len(self.balance.lost)}, doubled: {len(self.balance.doubled)}, "
            f"verified: {'yes' if self.verified else 'no'}"
        )


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.1f} s (median of {len(ordered)}), {ordered[-1]:.1f} s (longest)"


def trial(place: Installation, kills: int, seed: int) -> Outcome:
    """Kill that many times while people work; return what is left of it all."""
    begun, random, ledger, stopping = time.monotonic(), Random(seed), Ledger(), Event()
    engine = create_engine(place.url).execution_options(reading=True)  # never the one writer whom others wait for
    try:
        with letterbox() as (box, mail_port):
            with running(place, engine, mail_port) as site:
                people = list(_people(place, site.port, ledger, random, stopping))
                threads = [Thread(target=one.run, name=one.login, daemon=True) for one in people]
                for thread in threads:
                    thread.start()
                left = []
                try:
                    _attack(site, kills, random, lambda: len(ledger.acknowledged))
                except KeyboardInterrupt:
                    print("enough: what has been done so far is looked at", flush=True)
                except AssertionError as error:
                    left.append(f"killing ended early: {error}")
                finally:
                    stopping.set()
                for thread in threads:
                    thread.join(timeout=PATIENCE)
                left += [f"{thread.name} does not come to an end" for thread in threads if thread.is_alive()]
                _settle(engine, place, left)  # what was returned is in its author's hands by then
                for one in people:
                    if not one.case:
                        one.put_all_back()
                _settle(engine, place, left)
                left += _errors(site)
            left += [*_left(engine), *_untold(engine, place, box)]
            found = balance(ledger, engine)
            verified = _verified(place)
            ids = [one[0] for one in box.letters]
    finally:
        engine.dispose()
    return Outcome(
        kills=site.kills,
        ledger=ledger,
        balance=found,
        left=left,
        verified=verified,
        seconds=time.monotonic() - begun,
        away=site.away,
        waits=site.watch.waits,
        letters=len(ids),
        repeated=len(ids) - len(set(ids)),
    )


def _people(place: Installation, port: int, ledger: Ledger, random: Random, stopping: Event) -> Iterator[Person]:
    for login in (*place.workers, *place.cases):
        yield Person(
            login=login,
            port=port,
            ledger=ledger,
            random=Random(random.random()),
            figures=place.figures,
            mentions=READER,
            stopping=stopping,
            pilot=place.workers.get(login, ""),
            case=place.cases.get(login, ""),
        )


def _attack(site: Running, kills: int, random: Random, acknowledged: Callable[[], int]) -> None:
    """Each kill at a moment of its own; every other one of a worker waits until it has a job in its hands."""
    for number in range(kills):
        before = acknowledged()
        assert eventually(lambda before=before: acknowledged() > before, PATIENCE), "nothing more is done"
        pause, what = random.uniform(0, LONGEST_PAUSE), random.choice(sorted(COMMANDS))
        in_hand = random.random() < 0.5
        time.sleep(pause)
        if in_hand:
            eventually(site.watch.held, 2, 0.005)
        site.kill(what)
        if (number + 1) % 10 == 0:
            print(f"{number + 1} kills, {acknowledged()} acknowledged", flush=True)


def _due(engine: Engine, place: Installation) -> list[str]:
    waiting = sa.select(jobs.c.kind).where(jobs.c.failed_at.is_(None), jobs.c.run_at <= clock_of(place.data).now())
    with engine.connect() as connection:
        return list(connection.scalars(waiting))


def _settle(engine: Engine, place: Installation, left: list[str]) -> None:
    """Wait until all machine work that is due is done."""
    if not eventually(lambda: not _due(engine, place), PATIENCE):
        left.append(f"jobs are due and not done: {_due(engine, place)}")


def _errors(site: Running) -> Iterator[str]:
    """What the processes did not foresee, by the last line of each trace."""
    for trace in set(_TRACE.findall(site.said)):
        yield f"an error in the log: {trace}"


def _left(engine: Engine) -> Iterator[str]:
    """What nobody should find afterwards."""
    with engine.connect() as connection:
        for job in connection.execute(sa.select(jobs.c.kind, jobs.c.last_error).where(jobs.c.failed_at.is_not(None))):
            yield f"a job of the kind {job.kind} was given up: {job.last_error}"
        for key in connection.scalars(sa.select(cases.c.business_key).where(cases.c.open_incidents > 0)):
            yield f"case {key} has an incident"
        still = sa.select(user_tasks.c.id, user_tasks.c.node_id, user_tasks.c.case_id, user_tasks.c.assignee_id)
        a_case: Counter[str] = Counter()
        for task in connection.execute(still.where(user_tasks.c.ended_at.is_(None))):
            a_case[task.case_id] += 1
            if task.assignee_id is not None:
                yield f"task {task.id} ({task.node_id}) is still in the hands of {task.assignee_id}"
        for case in connection.scalars(sa.select(cases.c.id).where(cases.c.ended_at.is_(None))):
            if a_case[case] != 1:
                yield f"case {case} has {a_case[case]} open tasks"
        if engine.dialect.name == "sqlite":
            yield from (one for one in connection.exec_driver_sql("PRAGMA integrity_check").scalars() if one != "ok")


def _untold(engine: Engine, place: Installation, box: Letterbox) -> Iterator[str]:
    """Each remark is told to whom it names, once; of each notification there is a mail, one thing however often it was sent."""
    mails: dict[str, set[str]] = defaultdict(set)
    for message_id, to, text in box.letters:
        found = _LINK.search(text)
        mails[found[1] if found else text].add(f"{message_id} {to}")
    with engine.connect() as connection:
        named = sa.select(sa.func.count()).where(
            events.c.type == CommentAdded.__name__, events.c.payload.contains(f"@{READER}")
        )
        told = sa.select(sa.func.count()).where(
            notifications.c.user_id == place.reader, notifications.c.template == CommentAdded.notice
        )
        remarks, heard = connection.scalar(named), connection.scalar(told)
        if remarks != heard:
            yield f"{remarks} remarks name {READER}, who was told {heard} times"
        to_mail = sa.select(notifications.c.id, notifications.c.user_id)
        ids = set(place.told)
        for one in connection.execute(to_mail.where(notifications.c.user_id.in_(place.mailboxes))):
            if one.id in place.told:
                continue
            ids.add(one.id)
            if len(mails[one.id]) != 1:
                yield f"of notification {one.id} there are {len(mails[one.id])} mails"
        for stray in mails.keys() - ids:
            yield f"a mail of no notification: {stray}"


def _verified(place: Installation) -> bool:
    with Process(command=("audit", "verify"), data=place.data, url=place.own_url) as verify:
        verify.popen.wait(PATIENCE)
        print(verify.said.strip().splitlines()[0] if verify.said.strip() else "audit verify said nothing")
        return verify.popen.returncode == 0 and "OK:" in verify.said
