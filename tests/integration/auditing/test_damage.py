"""Whatever is damaged, verification names it and goes on with the rest; and it needs nothing but reading."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from tests.integration.auditing.tampering_scene import scene
from tests.support.clock import FixedClock
from tests.support.secrets import keep
from tests.support.tampering import Tampering, proved_tables
from tests.support.world import World
from workflow.audit.breach import BreachKind as Kind
from workflow.bootstrap import build

pytestmark = pytest.mark.timeout(300)
LATER = "UPDATE users SET login = 'khac' WHERE login = 'can-bo'"
"""Another fault, which has to be named as well."""


@pytest.fixture
def tampering(engine: sa.Engine, clock: FixedClock, world: World, tmp_path: Path) -> Tampering:
    keep(tmp_path)
    return scene(engine, clock, world, tmp_path)


def test_each_damage_is_named_and_the_next_one_too(tampering: Tampering) -> None:
    damages = {
        "DROP TABLE evidence": (Kind.SCHEMA, "evidence"),
        "DROP TABLE notifications": (Kind.SCHEMA, "notifications"),
        "ALTER TABLE comments DROP COLUMN text": (Kind.SCHEMA, "comments.text"),
        "ALTER TABLE checkpoints RENAME TO others": (Kind.SCHEMA, "checkpoints"),
        "UPDATE alembic_version SET version_num = '0001'": (Kind.SCHEMA, "alembic_version"),
        "UPDATE cases SET state = '{'": (Kind.ROW_CHANGED, "cases"),
        "UPDATE cases SET state = '[]'": (Kind.ROW_CHANGED, "cases"),
        "UPDATE campaigns SET deadlines = 'x'": (Kind.ROW_CHANGED, "campaigns"),
        "UPDATE row_seals SET body = '[1]' WHERE number = 2": (Kind.SEAL_CHANGED, "row_seals"),
        "DELETE FROM row_seals": (Kind.SEAL_GONE, "row_seals"),
        "UPDATE row_seals SET key_id = 'another'": (Kind.SEAL_KEY, "row_seals"),
        "DELETE FROM stream_heads": (Kind.ROW_GONE, "stream_heads"),
    }
    for statement, (kind, place) in damages.items():
        with tampering.opened() as attack:
            attack._connection.exec_driver_sql(statement)
            attack._connection.exec_driver_sql(LATER)
            faults = attack.faults()

        assert [one for one in faults if one.kind is kind and one.stream.startswith(place)], (statement, faults)
        assert [one for one in faults if one.stream.startswith(("users", "accounts"))], (statement, faults)


@pytest.mark.parametrize("seed", range(3))
def test_random_damage_never_stops_it(tampering: Tampering, engine: sa.Engine, seed: int) -> None:
    random = Random(seed)
    rubbish = ["x'ff00'", "'{'", "''", "NULL", "'x'", "'[[]]'", "3.5", "-1", "'2023-02-30'", "'9999999999999999999'"]
    with tampering.opened() as attack:
        for _ in range(12):
            table = random.choice(proved_tables())
            column = random.choice(list(table.columns))
            value = random.choice(rubbish)
            savepoint = attack._connection.begin_nested()
            try:
                with attack._unguarded():
                    attack._connection.exec_driver_sql(f'UPDATE "{table.name}" SET "{column.name}" = {value}')  # noqa: S608
            except sa.exc.DBAPIError:
                savepoint.rollback()  # the database itself refuses it
                continue
            savepoint.commit()
        faults = attack.faults()

    assert faults
    assert all(str(fault) for fault in faults)


@pytest.mark.parametrize("log", [False, True], ids=["whole", "with a log"])
def test_verifying_only_reads(log: bool) -> None:
    """As somebody who may write nowhere there, with SQLite's log beside the database and without it."""
    with TemporaryDirectory() as name:  # the one of pytest is closed to others
        data = Path(name) / "data"
        container = build(data)
        if log:
            kept = data / "kept-wal"
            shutil.copyfile(data / "congnhan.sqlite3-wal", kept)
        container.close()
        if log:
            kept.rename(data / "congnhan.sqlite3-wal")
        for place in (Path(name), *Path(name).rglob("*")):
            place.chmod(0o555 if place.is_dir() else 0o444)
        before = _fingerprint(data)
        command = [sys.executable, "-c", "from workflow.cli.main import main; main()"]

        done = _without_writing([*command, "audit", "verify", "--data", str(data)])

        assert done.returncode == 0, done.stderr
        assert "OK:" in done.stdout
        assert _fingerprint(data) == before
        for place in (Path(name), *Path(name).rglob("*")):
            place.chmod(0o755)


def _fingerprint(data: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(data.rglob("*")) if path.is_file()
    }


def _without_writing(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """As one for whom the permissions of files count, which they do not for root."""
    lost = "-dac_override,-dac_read_search"
    less = ["setpriv", f"--bounding-set={lost}", f"--inh-caps={lost}"] if os.geteuid() == 0 else []
    return subprocess.run([*less, *command], capture_output=True, text=True, check=False, timeout=120)
