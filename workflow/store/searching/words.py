"""The words of cases and events, in tables of their own with an index of words: FTS5 on SQLite, GIN on PostgreSQL.

Both get words that Python has folded and neither folds, splits or joins anything: FTS5's `ascii` takes every sign beyond ASCII as part of a
word, and PostgreSQL gets its lexemes without a parser. A query asks the index where few rows have its words; where many have, it
reads along whatever else narrows it and looks at each row's words. Both ways find the same.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from workflow.audit.payload import payload_from_text
from workflow.spelling import kept_words, order, sought, words
from workflow.store.columns import COMPUTED, Id, cache, metadata
from workflow.store.rows import insert_for

ROW_REBUILT_BY = "NameWords.rebuild"
FEW = 5000
"""So many rows with the words of a query are fetched from the index; with more of them the query is asked the other way."""
MOST_HITS = 1000
"""Of a query by words no more rows than these are counted."""
_LEXEMES = "array_to_tsvector(string_to_array(ltrim(folded_words), ' '))"


def _table(name: str, key: str, rebuilt_by: str) -> sa.Table:
    """No foreign key: what can be thrown away holds on to nothing."""
    lexemes = sa.Index(f"ix_{name}_lexemes", sa.text(_LEXEMES), postgresql_using="gin").ddl_if(dialect="postgresql")
    return sa.Table(
        name,
        metadata,
        cache("words_key", sa.Integer, rebuilt_by=rebuilt_by, primary_key=True),
        cache(key, Id, rebuilt_by=rebuilt_by, nullable=False, unique=True),
        cache("folded_words", sa.Text, rebuilt_by=rebuilt_by, nullable=False),
        lexemes,
    )


case_words = _table("case_words", "worded_case", "CaseWords.rebuild")
event_words = _table("event_words", "worded_event", "EventWords.rebuild")
_INDEXED = ("case_words", "event_words")
_INDICES = tuple(f"{name}_index" for name in _INDEXED)
"""FTS5's tables, beside which it has some of its own: SQLAlchemy knows none of them."""


def is_known(_object: object, name: str | None, type_: str, *_rest: object) -> bool:
    """Whether Alembic compares something with the tables that the program knows: all but what FTS5 keeps."""
    return type_ != "table" or not str(name).startswith(_INDICES)


def _triggers(name: str) -> tuple[str, str, str]:
    gone = f"""INSERT INTO {name}_index ({name}_index, rowid, folded_words)
VALUES ('delete', OLD.words_key, OLD.folded_words);"""  # noqa: S608 - a constant
    added = f"INSERT INTO {name}_index (rowid, folded_words) VALUES (NEW.words_key, NEW.folded_words);"  # noqa: S608 - a constant
    return (
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {name}\nBEGIN {added} END",
        f"CREATE TRIGGER {name}_gone AFTER DELETE ON {name}\nBEGIN {gone} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE ON {name}\nBEGIN {gone}\n{added} END",
    )


TRIGGERS = tuple(statement for name in _INDEXED for statement in _triggers(name))
"""They keep SQLite's index beside the table: whoever writes words, by whatever statement, writes both."""


def words_column(*names: str) -> sa.Column[Any]:
    """The words of a row's own texts: computed of what is inserted, and of a record that is saved."""
    return _computed("folded_words", sa.Text(), lambda given: kept_words(*(given.get(name) for name in names)))


def order_column(name: str) -> sa.Column[Any]:
    """The place of a row's name in the Vietnamese alphabet, compared sign by sign on both databases; computed as words are."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return _computed("name_order", text, lambda given: order(given.get(name) or ""))


def _computed(name: str, type_: Any, compute: Callable[[Mapping[str, Any]], str]) -> sa.Column[Any]:
    def of_inserted(context: Any) -> str:
        return compute(context.get_current_parameters(isolate_multiinsert_groups=True))

    column = cache(name, type_, rebuilt_by=ROW_REBUILT_BY, nullable=False, server_default="", default=of_inserted)
    column.info[COMPUTED] = compute
    return column


def contains(column: sa.ColumnElement[str], wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether each of the words (see `workflow.spelling.sought`) begins a word that the column keeps; none of them is sought: no."""
    if not wanted:
        return sa.false()
    return sa.and_(*(column.like(f"% {word}%") for word in wanted))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How a query is narrowed to what has its words: to the few rows that have these ids, or by looking at every row's words."""

    ids: Collection[str] | None
    wanted: Sequence[str]


def narrowing(connection: sa.Connection, table: sa.Table, text: str) -> Narrowing:
    """How to find the cases or events that have the words of the text. Raises `InvalidInput` for too many words."""
    wanted = sought(text)
    if not wanted:
        return Narrowing((), wanted)
    rare = _rare(connection, table, wanted)
    if not rare:
        return Narrowing(None, wanted)
    found = connection.scalars(_few(connection, table, rare, [word for word in wanted if word not in rare])).all()
    return Narrowing(found if len(found) <= FEW else None, wanted)


def _few(connection: sa.Connection, table: sa.Table, rare: Sequence[str], rest: Sequence[str]) -> sa.Select[Any]:
    """What the index has under the rare words; whether it has the rest is looked at row by row."""
    query = sa.select(_subject(table))
    if connection.dialect.name == "sqlite":
        # A word in quotes is one word and no sign of FTS5's language; there is none in it, for it is letters and digits.
        phrase = " ".join(f'"{word}"*' for word in rare)
        index = sa.table(f"{table.name}_index", sa.column("rowid"))
        query = query.select_from(index).join(table, table.c.words_key == index.c.rowid)
        query = query.where(sa.literal_column(index.name).op("MATCH")(phrase)).limit(FEW + 1)
        return query.where(contains(table.c.folded_words, rest)) if rest else query
    asked = sa.cast(sa.literal(" & ".join(f"'{word}':*" for word in rare)), TSQUERY)
    # Apart, so that the planner does not take a few rows for a reason to read all of them.
    hits = query.add_columns(table.c.folded_words).where(sa.literal_column(_LEXEMES).op("@@")(asked))
    found = hits.cte("hits").prefix_with("MATERIALIZED")
    return sa.select(found.c[0]).where(contains(found.c.folded_words, rest) if rest else sa.true()).limit(FEW + 1)


_SAMPLE = 100
_COMMON = 0.2


def _rare(connection: sa.Connection, table: sa.Table, wanted: Sequence[str]) -> Sequence[str]:
    """The words that are worth asking the index for, by the newest rows: it reads all there is of each, be it a million rows."""
    newest = sa.select(table.c.folded_words).order_by(table.c.words_key.desc()).limit(_SAMPLE)
    kept = connection.scalars(newest).all()
    if len(kept) < _SAMPLE:
        return wanted
    return [word for word in wanted if sum(f" {word}" in one for one in kept) < _COMMON * _SAMPLE]


def _subject(table: sa.Table) -> sa.Column[Any]:
    """The column that says whose words they are."""
    return table.columns[1]


def having(connection: sa.Connection, table: sa.Table, subject: sa.Column[Any], text: str) -> sa.ColumnElement[bool]:
    """The condition that a case or event, of the id `subject`, has the words of the text. Raises as `narrowing`."""
    found = narrowing(connection, table, text)
    if found.ids is not None:
        return subject.in_(found.ids)
    return sa.exists().where(_subject(table) == subject, contains(table.c.folded_words, found.wanted))


class Words:
    """Keeps words in step with what they are of, and makes them anew."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add_case(self, case_id: str, business_key: str, unit_id: str | None) -> None:
        """Keep the words of a new case that runs for a unit."""
        if unit_id is None:
            return
        names = self._connection.execute(_NAMES, {"of_unit": unit_id}).first() or ()
        self._connection.execute(
            sa.insert(case_words).values(worded_case=case_id, folded_words=kept_words(business_key, *names))
        )

    def rename_unit(self, unit_id: str) -> None:
        """The unit has another name: so have its cases."""
        names = self._connection.execute(_NAMES, {"of_unit": unit_id}).first() or ()
        keys = self._connection.execute(_KEYS, {"of_unit": unit_id}).all()
        changed = [{"of_case": one.id, "now": kept_words(one.business_key, *names)} for one in keys]
        for start in range(0, len(changed), _BATCH):
            self._connection.execute(_CHANGE, changed[start : start + _BATCH])

    def wordless_events(self) -> Sequence[tuple[str, Any]]:
        """(id, content) of the next events whose words are not kept yet, a batch at most.

        An event may be committed after others that were begun later: what is no older than the last `_LATE` that were kept is looked at.
        """
        newest = sa.select(event_words.c.worded_event).order_by(event_words.c.words_key.desc()).limit(_LATE)
        known = self._connection.scalars(newest).all()
        after = min(known) if len(known) == _LATE else ""
        kept = sa.exists().where(event_words.c.worded_event == _events.c.id)
        query = sa.select(_events.c.id, _events.c.payload).where(_events.c.id > after, ~kept)
        return [(one.id, one.payload) for one in self._connection.execute(query.order_by(_events.c.id).limit(_BATCH))]

    def add_events(self, told: Sequence[tuple[str, Any]]) -> None:
        """Keep the words of these events; somebody else may have done so in the meantime. A damaged one is found by no word."""
        rows = [
            {
                "worded_event": id_,
                "folded_words": words_of_payload(payload_from_text(text) if isinstance(text, str) else None),
            }
            for id_, text in told
        ]
        if rows:
            self._connection.execute(insert_for(self._connection, event_words).on_conflict_do_nothing(), rows)

    def rebuild_events(self) -> None:
        """Throw away what is kept of events, and keep it anew."""
        self._connection.execute(sa.delete(event_words))
        fill_event_words(self._connection)

    def rebuild_names(self) -> None:
        """Compute the words and the order of every organisation and account anew."""
        fill_names(self._connection)

    def rebuild_cases(self) -> None:
        """Throw away what is kept of cases, and keep it anew."""
        self._connection.execute(sa.delete(case_words))
        fill_case_words(self._connection)


_BATCH = 2000
MOST_KEPT = 1000
"""More words of one event than these are not found by."""
_LATE = 5000
_events = sa.table("events", *map(sa.column, ("id", "payload")))


def words_of_payload(payload: Any) -> str:
    """The words of every text and number that an event holds, as far as `MOST_KEPT`; not those of its fields' names."""
    waiting, texts = [payload], []
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += reversed(list(one.values()))
        elif isinstance(one, list | tuple):
            waiting += reversed(one)
        elif isinstance(one, str | int | float | Decimal) and not isinstance(one, bool):
            texts.append(str(one))
    return "".join(f" {word}" for word in words(*texts)[:MOST_KEPT])


def fill_event_words(connection: sa.Connection) -> None:
    """Keep the words of every event, in batches: there are none yet."""
    query, last = sa.select(_events.c.id, _events.c.payload).order_by(_events.c.id).limit(_BATCH), ""
    while rows := connection.execute(query.where(_events.c.id > last)).all():
        last = rows[-1].id
        Words(connection).add_events([(one.id, one.payload) for one in rows])


_CHANGE = (
    sa.update(case_words)
    .where(case_words.c.worded_case == sa.bindparam("of_case"), case_words.c.folded_words != sa.bindparam("now"))
    .values(folded_words=sa.bindparam("now"))
)
_organisations = sa.table("organisations", *map(sa.column, ("id", "name_vi", "name_en")))
_cases = sa.table("cases", *map(sa.column, ("id", "business_key", "unit_id")))
_NAMES = sa.select(_organisations.c.name_vi, _organisations.c.name_en).where(
    _organisations.c.id == sa.bindparam("of_unit")
)
_KEYS = sa.select(_cases.c.id, _cases.c.business_key).where(_cases.c.unit_id == sa.bindparam("of_unit"))


def fill_case_words(connection: sa.Connection) -> None:
    """Keep the words of every case that runs for a unit, in batches: there are none yet."""
    query = (
        sa.select(_cases.c.id, _cases.c.business_key, _organisations.c.name_vi, _organisations.c.name_en)
        .join(_organisations, _organisations.c.id == _cases.c.unit_id)
        .order_by(_cases.c.id)
        .limit(_BATCH)
    )
    last = ""
    while rows := connection.execute(query.where(_cases.c.id > last)).all():
        last = rows[-1].id
        connection.execute(
            sa.insert(case_words),
            [{"worded_case": case_id, "folded_words": kept_words(*texts)} for case_id, *texts in rows],
        )


def fill_names(connection: sa.Connection) -> None:
    """Compute the words and the order of every organisation and account, in batches."""
    _fill(connection, "organisations", ("name_vi", "name_en", "code"), "name_vi")
    _fill(connection, "users", ("name", "login"), "name")


def _fill(connection: sa.Connection, table: str, texts: Sequence[str], name: str) -> None:
    known = sa.table(table, *map(sa.column, ("id", *texts, "folded_words", "name_order")))
    change = (
        sa.update(known)
        .where(known.c.id == sa.bindparam("of_row"))
        .values(folded_words=sa.bindparam("words"), name_order=sa.bindparam("place"))
    )
    query = sa.select(known.c.id, *(known.c[text] for text in texts)).order_by(known.c.id).limit(_BATCH)
    last = ""
    while rows := connection.execute(query.where(known.c.id > last)).mappings().all():
        last = rows[-1]["id"]
        connection.execute(
            change,
            [
                {
                    "of_row": row["id"],
                    "words": kept_words(*(row[text] for text in texts)),
                    "place": order(row[name] or ""),
                }
                for row in rows
            ],
        )
