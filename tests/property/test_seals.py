"""The text of a row that is sealed: the same from what is written as from what the database gives back."""

import json
from datetime import UTC
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from hypothesis import given, strategies as st

from workflow.store.columns import Encoded, Instant, JsonText, bound
from workflow.store.sealing.canonical import text_found, text_of, written

TABLE = sa.Table(
    "kept",
    sa.MetaData(),
    bound("id", sa.String(36), primary_key=True),
    bound("name", sa.String(400)),
    bound("count", sa.Integer),
    bound("open", sa.Boolean),
    bound("at", Instant),
    bound("data", JsonText),
)


class State(StrEnum):
    OPEN = "open"


texts = st.text() | st.just(State.OPEN) | st.just("\ud83d")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
rows = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "name": st.none() | texts,
        "count": st.none() | st.integers(),
        "open": st.none() | st.booleans(),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "data": st.none() | json_values,
    }
)


@given(rows)
def test_a_row_seals_as_it_is_read_back(row: dict[str, Any]) -> None:
    stored = dict(row, data=None if row["data"] is None else plain(row["data"]))

    found = text_found(TABLE, [stored[one.name] for one in written(TABLE)])

    assert text_of(TABLE, row) == found
    assert text_of(TABLE, dict(row, data=stored["data"] and Encoded(stored["data"]))) == found


def plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
