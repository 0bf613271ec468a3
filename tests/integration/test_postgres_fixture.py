"""The PostgreSQL fixture gives real, separate databases, and copies of a template."""

import psycopg
import pytest

from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgresql


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_a_copy_has_what_the_template_had_and_then_goes_its_own_way(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    run(template, "CREATE TABLE unit (name text); INSERT INTO unit VALUES ('Hoằng Hóa')")

    copy = postgres_server.create_database(template)
    run(copy, "INSERT INTO unit VALUES ('Thiệu Hóa')")

    assert run(copy, "SELECT count(*) FROM unit") == [(2,)]
    assert run(template, "SELECT count(*) FROM unit") == [(1,)]


def test_an_empty_database_is_empty_and_speaks_utf8(postgres_url: str) -> None:
    assert run(postgres_url, "SHOW server_encoding") == [("UTF8",)]
    assert run(postgres_url, "SELECT count(*) FROM pg_stat_user_tables") == [(0,)]
