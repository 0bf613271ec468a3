"""Cases, accounts and organisations are found by words and ordered by the Vietnamese alphabet: the same on both databases, and as Python says."""

import random
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings, strategies as st

from tests.support.postgres import PostgresServer
from workflow.spelling import kept_words, order
from workflow.store.accounts import Accounts, UserFilter, users
from workflow.store.database import bring_up_to_date, create_engine
from workflow.store.rows import Page
from workflow.store.searching.words import case_words, contains, having, narrowing

WHEN = datetime(2023, 1, 1, tzinfo=UTC)
NAMES = (
    "Xã Thọ Thanh",
    "Xã Thọ Thế",
    "Trường Đại học Hồng Đức",
    "Hong Duc University",
    "Huyện Thường Xuân",
    "Hội An",
    "I.18",
    "DH-2023-0007",
)
SIGNS = "aăâáàảãạbdđeêiouưƯĐÂ ÔỚ\u0301\u0323\u0302  .-\"*()'%_:^|!&\\\t\n0189İßﬁ½Ａ"
text = st.one_of(
    st.sampled_from(NAMES),
    st.text(SIGNS, max_size=12),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)
names = st.lists(st.tuples(text, text), min_size=1, max_size=8)


def words_of(text: str) -> list[str]:
    """The definition, in as few words as it has: marks off, `đ` as `d`, one case, runs of letters and digits."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold()).replace("đ", "d")
    bare = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    return "".join(sign if sign.isalnum() else " " for sign in bare).split()


def is_found(query: str, *texts: str) -> bool:
    held = [word for one in texts for word in words_of(one)]
    wanted = words_of(query)
    return bool(wanted) and all(any(word.startswith(begins) for word in held) for begins in wanted)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('words') / 'words.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    engine = create_engine(url)
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Words may be kept here of cases that there are not."""
    with engine.connect().execution_options(reading=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        else:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN")
        yield connection


@given(held=names, query=text)
@example(held=[("Xã Thọ Thanh", "DH-2023-0007")], query="thanh  tho")
@example(held=[("Xã Thọ Thanh", "DH-2023-0007")], query="0007")
@example(held=[("Đại học", "")], query='dai OR "')
@example(held=[("a", "b")], query="\u0301")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_databases_find_what_the_definition_says(
    connection: sa.Connection, held: list[tuple[str, str]], query: str
) -> None:
    expected = {f"case-{place}" for place, texts in enumerate(held) if is_found(query, *texts)}
    with connection.begin_nested() as attempt:
        connection.execute(
            sa.insert(case_words),
            [{"worded_case": f"case-{place}", "folded_words": kept_words(*texts)} for place, texts in enumerate(held)],
        )
        found = narrowing(connection, case_words, query)
        read = sa.select(case_words.c.worded_case).where(contains(case_words.c.folded_words, found.wanted))
        along = set(connection.scalars(read))
        attempt.rollback()

    assert set(found.ids or ()) == expected
    assert along == expected, "the other way, for what many rows have, finds the same"


@pytest.mark.parametrize("query", ["xã", "xã số", "xã số 77", "77", "commune 1 w3", "sô 299 xa", "xã 1000"])
def test_words_that_most_rows_have_are_looked_at_in_the_rows_and_find_the_same(
    connection: sa.Connection, query: str
) -> None:
    held = [(f"Xã số {place}", f"Commune {place} w{place % 7}") for place in range(300)]
    rows = [{"worded_case": f"case-{place}", "folded_words": kept_words(*texts)} for place, texts in enumerate(held)]
    with connection.begin_nested() as attempt:
        connection.execute(sa.insert(case_words), rows)
        subject = case_words.c.worded_case
        found = set(connection.scalars(sa.select(subject).where(having(connection, case_words, subject, query))))
        common = narrowing(connection, case_words, query).ids is None
        attempt.rollback()

    assert found == {f"case-{place}" for place, texts in enumerate(held) if is_found(query, *texts)}
    assert common == (query in ("xã", "xã số"))


@given(held=st.lists(text, max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_databases_order_accounts_by_the_vietnamese_alphabet(connection: sa.Connection, held: list[str]) -> None:
    rows = [
        {"id": f"{place:036}", "login": f"user{place}", "name": name, "password_hash": "-", "created_at": WHEN}
        for place, name in enumerate(held)
    ]
    with connection.begin_nested() as attempt:
        if rows:
            connection.execute(sa.insert(users), random.Random(1).sample(rows, len(rows)))
        found, total = Accounts(connection).search(UserFilter(), Page(limit=100))
        attempt.rollback()

    assert total == len(held)
    assert [one.name for one in found] == [
        one["name"] for one in sorted(rows, key=lambda one: (order(one["name"]), one["id"]))
    ]
