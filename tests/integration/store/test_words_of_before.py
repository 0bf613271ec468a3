"""A database from before texts were found by their words, with rows in it, finds and orders them once it has been brought up to date."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from tests.support.postgres import PostgresServer
from workflow.spelling import kept_words, order
from workflow.store.database import bring_up_to_date, configuration, create_engine
from workflow.store.searching.words import case_words, event_words, narrowing

BEFORE = "0012"
WHEN = datetime(2023, 1, 1, tzinfo=UTC)
UNITS = {"xa-a": ("Xã Thọ Thanh", "Tho Thanh commune"), "xa-b": ("Xã Đông Đô", "Dong Do commune")}
PEOPLE = ("Đỗ An", "Dương Bình", "Ân", "", "  ", "Nguyễn \u0301 Văn\tƯớc", "ﬁ ½ Ａ")
MANY = 2_100
"""More than are filled at once."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """At the revision before, with organisations, accounts, cases and events."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), BEFORE)
    with engine.connect() as connection:
        _without_foreign_keys(connection)
        tables = sa.MetaData()
        tables.reflect(connection, only=["organisations", "users", "cases", "events"])
        _fill(connection, tables)
        connection.commit()
    yield engine
    engine.dispose()


def _without_foreign_keys(connection: sa.Connection) -> None:
    """What the rows hang on is not looked at here."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    connection.exec_driver_sql("ROLLBACK")
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _fill(connection: sa.Connection, tables: sa.MetaData) -> None:
    units = [{"id": key, "code": key, "name_vi": vi, "name_en": en} for key, (vi, en) in UNITS.items()]
    people = [{"id": f"{place:036}", "login": f"nguoi{place}", "name": name} for place, name in enumerate(PEOPLE)]
    people += [{"id": f"m{place:035}", "login": f"them{place}", "name": f"Người {place}"} for place in range(MANY)]
    cases = [
        {"id": f"{place:036}", "business_key": f"DH-2023-{place:04}", "unit_id": unit}
        for place, unit in enumerate(UNITS)
    ]
    events = [{"id": "e", "stream": "s", "seq": 1, "payload": '{"reason": "Thiếu biên bản", "n": 17}'}]
    for name, rows in (("organisations", units), ("users", people), ("cases", cases), ("events", events)):
        table = tables.tables[name]
        connection.execute(sa.insert(table), [_whole(table, row) for row in rows])


def _whole(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with something in each column that must not be empty."""
    needed = [one for one in table.columns if not one.nullable and one.server_default is None and one.name not in row]
    return {**{one.name: _something(one.type) for one in needed}, **row}


def _something(kind: sa.types.TypeEngine[Any]) -> Any:
    match kind:
        case sa.Boolean():
            return False
        case sa.Integer() | sa.Numeric():
            return 1
        case sa.DateTime():
            return WHEN
        case sa.Date():
            return date(2023, 1, 1)
        case sa.LargeBinary():
            return b"x"
        case _:
            return "x"


def test_every_row_is_found_and_has_its_place(old: sa.Engine) -> None:
    bring_up_to_date(old)

    with old.connect() as connection:
        people = connection.execute(sa.text("SELECT name, login, folded_words, name_order FROM users")).all()
        units = connection.execute(sa.text("SELECT id, code, folded_words, name_order FROM organisations")).all()
        assert len(people) == len(PEOPLE) + MANY
        assert {one.login for one in people if one.folded_words != kept_words(one.name, one.login)} == set()
        assert {one.login for one in people if one.name_order != order(one.name)} == set()
        for one in units:
            assert (one.folded_words, one.name_order) == (
                kept_words(*UNITS[one.id], one.code),
                order(UNITS[one.id][0]),
            )
        for query, place in (("thanh tho", 0), ("dong commune", 1), ("0001", 1)):
            assert list(narrowing(connection, case_words, query).ids or ()) == [f"{place:036}"], query
        assert list(narrowing(connection, event_words, "bien ban 17").ids or ()) == ["e"]


def test_it_can_be_taken_back_and_brought_up_again(old: sa.Engine) -> None:
    bring_up_to_date(old)
    with old.begin() as connection:
        command.downgrade(configuration(connection), BEFORE)

    bring_up_to_date(old)

    with old.connect() as connection:
        assert list(narrowing(connection, case_words, "thanh tho").ids or ()) == [f"{0:036}"]
