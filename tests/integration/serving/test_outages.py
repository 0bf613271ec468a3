"""The database locked, gone, unusable; a worker killed: people are told, nothing is lost, and it comes back by itself."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.integration.serving.conftest import PASSWORD, Installed
from tests.support.house import Model
from tests.support.postgres import PostgresServer, start_server
from tests.support.running import Browser, Process, eventually, serving
from workflow.audit.row_seal import SealKey
from workflow.errors import Unavailable
from workflow.ids import new_id
from workflow.outside.clock import clock_of
from workflow.runtime.jobs import LEASE
from workflow.store.columns import Instant
from workflow.store.database import bring_up_to_date, create_engine
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitsOfWork
from workflow.worker import PAUSE

UNIT = "donvi.minhhoa"


def url_of(place: Installed) -> str:
    return place.url or f"sqlite:///{place.data / 'congnhan.sqlite3'}"


@pytest.fixture(params=["sqlite_place", pytest.param("postgres_place", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest) -> Installed:
    found: Installed = request.getfixturevalue(request.param)
    return found


def units_of(place: Installed, engine: sa.Engine) -> UnitsOfWork:
    """The installation's own: its rows are sealed by its key."""
    return UnitsOfWork(engine, SealKey.derived((place.data / "keys" / "vault.key").read_bytes()))


def checkpoint_job(units: UnitsOfWork, at: datetime) -> str:
    """Machine work that needs nothing but the database."""
    job = JobRecord(id=new_id(), kind="checkpoint", payload={"kind": "hourly"}, run_at=at, created_at=at)
    with units() as uow:
        uow.jobs.add([job])
        uow.commit()
    return job.id


def is_done(units: UnitsOfWork, job_id: str) -> bool:
    with units.reading() as uow:
        return uow.jobs.get(job_id) is None


def test_the_jobs_of_a_killed_worker_are_taken_over_within_fifteen_seconds(place: Installed) -> None:
    engine = create_engine(url_of(place))
    units, now = units_of(place, engine), clock_of(place.data).now()
    job_id = checkpoint_job(units, now)
    with units() as uow:  # what a worker does first; this one is killed at that moment
        assert job_id in [job.id for job in uow.jobs.claim(now, now + LEASE, 50)]
        uow.commit()

    with Process(command=("worker",), data=place.data, url=place.url):
        assert eventually(lambda: is_done(units, job_id))
    engine.dispose()
    assert LEASE.total_seconds() + PAUSE < 15  # the start of the process is no part of it


def test_another_worker_takes_over_within_fifteen_seconds_of_a_kill(place: Installed) -> None:
    engine = create_engine(url_of(place))
    units = units_of(place, engine)
    with Process(command=("worker",), data=place.data, url=place.url) as lives:
        assert eventually(lambda: seen(units) == 1)
        now = clock_of(place.data).now()
        job_id = checkpoint_job(units, now + timedelta(days=1))
        with units() as uow:  # claimed at this very moment by one that is killed
            uow._connection.execute(
                sa.text("UPDATE jobs SET run_at = :due, locked_until = :until, attempts = 1 WHERE id = :id").bindparams(
                    sa.bindparam("due", now, type_=Instant),
                    sa.bindparam("until", now + LEASE, type_=Instant),
                    id=job_id,
                )
            )
            uow.commit()
        begun = time.monotonic()
        assert eventually(lambda: is_done(units, job_id))
        assert LEASE.total_seconds() - 2 < time.monotonic() - begun < 15
        assert lives.runs
    engine.dispose()


def test_a_worker_that_is_told_to_end_gives_back_what_it_has_not_begun(place: Installed) -> None:
    engine = create_engine(url_of(place))
    units = units_of(place, engine)
    with Process(command=("worker",), data=place.data, url=place.url) as worker:
        job_id = checkpoint_job(units, clock_of(place.data).now())
        assert eventually(lambda: is_done(units, job_id))
        assert eventually(lambda: seen(units) == 1)
        worker.ask_to_end()
        assert eventually(lambda: not worker.runs)
        assert worker.popen.returncode == 0
    assert seen(units) == 0
    with units.reading() as uow:
        held = uow._connection.exec_driver_sql("SELECT count(*) FROM jobs WHERE locked_until IS NOT NULL").scalar()
    engine.dispose()
    assert held == 0


def seen(units: UnitsOfWork) -> int:
    with units.reading() as uow:
        return len(uow.workers.seen(datetime(2020, 1, 1, tzinfo=UTC)))


def test_a_locked_database_is_waited_for_then_said_and_reading_goes_on(sqlite_place: Installed) -> None:
    with serving(sqlite_place.data, "--without-worker") as site:
        browser = Browser(port=site.port)
        assert browser.sign_in(UNIT, PASSWORD).status == 303
        other = sqlite3.connect(sqlite_place.data / "congnhan.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        begun = time.monotonic()
        stranger = Browser(port=site.port)
        refused = stranger.sign_in("danhgia.minhhoa", PASSWORD)
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) >= 1
        assert "Lúc này hệ thống đang quá tải" in refused.text
        assert 'value="danhgia.minhhoa"' in refused.text
        assert time.monotonic() - begun < 25
        for path in ("/nhiem-vu", "/ho-so", "/healthz"):
            assert browser.get(path).status == 200

        other.execute("ROLLBACK")
        other.close()
        assert stranger.sign_in("danhgia.minhhoa", PASSWORD).status == 303


@pytest.fixture
def own_server(
    postgres_model: Model, postgres_server: PostgresServer, tmp_path: Path
) -> Iterator[tuple[PostgresServer, Installed]]:
    """A server of one's own, which may be stopped, with a copy of the installation."""
    server = start_server(durable=True)
    try:
        url = server.create_database()
        shutil.copytree(postgres_model.data, tmp_path / "data")
        place = Installed(data=tmp_path / "data", url=url, campaign_id="")
        yield server, place
    finally:
        server.stop()


@pytest.mark.postgresql
def test_a_database_that_is_gone_is_waited_for_by_all_and_comes_back(
    own_server: tuple[PostgresServer, Installed],
) -> None:
    server, place = own_server
    engine = create_engine(str(place.url))
    units = units_of(place, engine)
    with (
        serving(place.data, "--without-worker", url=place.url) as site,
        Process(command=("worker",), data=place.data, url=place.url) as worker,
    ):
        assert eventually(lambda: site.status("/readyz") == 200)
        server.halt()
        assert eventually(lambda: site.status("/dang-nhap") == 200)  # asks nothing of the database
        assert site.status("/healthz") == 200
        assert eventually(lambda: site.status("/readyz") == 503)
        refused = Browser(port=site.port).sign_in(UNIT, PASSWORD)
        assert refused.status == 503
        assert int(refused.headers["Retry-After"]) >= 1
        assert "không kết nối được cơ sở dữ liệu" in refused.text
        with Process(command=("worker",), data=place.data, url=place.url) as late:
            assert eventually(lambda: "waiting for the database" in late.said)

            server.resume()
            assert eventually(lambda: site.status("/readyz") == 200)
            job_id = checkpoint_job(units, clock_of(place.data).now())
            assert eventually(lambda: is_done(units, job_id))
            assert worker.runs
            assert late.runs
            assert eventually(lambda: seen(units) == 2)
    engine.dispose()


@pytest.mark.postgresql
def test_a_database_that_cannot_hold_vietnamese_is_refused_with_a_sentence(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    name = f"ascii_{new_id().replace('-', '')}"
    with psycopg.connect(postgres_server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0".encode())
    for url, said in (
        (postgres_server.url(name), "SQL_ASCII"),
        (postgres_server.url("khong_co"), "does not exist"),
        ("mysql://x@y/z", "DATABASE_URL"),
        ("nonsense", "DATABASE_URL"),
    ):
        with Process(command=("setup",), data=tmp_path, url=url) as setup:
            assert setup.popen.wait(60) == 1
            assert said in setup.said
            assert "Traceback" not in setup.said


def test_what_is_no_directory_to_write_to_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with Process(command=("setup", "--data", str(tmp_path / "file" / "data")), data=tmp_path) as setup:
        assert setup.popen.wait(60) != 0
        assert "Traceback" not in setup.said


def test_a_database_that_is_gone_at_the_start_is_no_fault_of_the_program(tmp_path: Path) -> None:
    engine = create_engine(f"postgresql://x@/y?host={tmp_path}")
    with pytest.raises(Unavailable):
        bring_up_to_date(engine)
    with pytest.raises(Unavailable), UnitsOfWork(engine, SealKey.derived(b"a secret of tests")).reading():
        pass
