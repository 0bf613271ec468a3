"""Texts are found by their words and ordered by the Vietnamese alphabet: what is computed of them is kept beside them."""

import sqlalchemy as sa
from alembic import op

from workflow.store.searching.words import fill_case_words, fill_event_words, fill_names

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_PREFIXES = {"case_words": ", prefix='1 2 3 4'", "event_words": ""}


def _index(name: str) -> tuple[str, ...]:
    gone = f"""INSERT INTO {name}_index ({name}_index, rowid, folded_words)
VALUES ('delete', OLD.words_key, OLD.folded_words);"""  # noqa: S608 - a constant
    added = f"INSERT INTO {name}_index (rowid, folded_words) VALUES (NEW.words_key, NEW.folded_words);"  # noqa: S608 - a constant
    return (
        f"""CREATE VIRTUAL TABLE {name}_index USING fts5(folded_words, content='{name}', content_rowid='words_key',
tokenize='ascii', detail=none, columnsize=0{_PREFIXES[name]})""",
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {name}\nBEGIN {added} END",
        f"CREATE TRIGGER {name}_gone AFTER DELETE ON {name}\nBEGIN {gone} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE ON {name}\nBEGIN {gone}\n{added} END",
    )


def _words_of(name: str, subject: str) -> None:
    op.create_table(
        name,
        sa.Column("words_key", sa.Integer(), nullable=False),
        sa.Column(subject, sa.String(length=36), nullable=False),
        sa.Column("folded_words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("words_key", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(subject, name=op.f(f"uq_{name}_{subject}")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _index(name):
            op.execute(statement)


def upgrade() -> None:
    for table in ("organisations", "users"):
        op.add_column(table, sa.Column("folded_words", sa.Text(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("name_order", _ORDER, nullable=False, server_default=""))
    op.create_index("ix_users_name_order", "users", ["name_order", "id"])
    _words_of("case_words", "worded_case")
    _words_of("event_words", "worded_event")
    connection = op.get_bind()
    fill_names(connection)
    fill_case_words(connection)
    fill_event_words(connection)
    if connection.dialect.name == "postgresql":
        for name in _PREFIXES:
            op.execute(
                f"CREATE INDEX ix_{name}_lexemes ON {name}"
                " USING gin (array_to_tsvector(string_to_array(ltrim(folded_words), ' ')))"
            )


def downgrade() -> None:
    for name in _PREFIXES:
        if op.get_bind().dialect.name == "sqlite":
            for what in ("added", "gone", "changed"):
                op.execute(f"DROP TRIGGER {name}_{what}")
            op.execute(f"DROP TABLE {name}_index")
        op.drop_table(name)
    op.drop_index("ix_users_name_order", table_name="users")
    for table in ("users", "organisations"):
        op.drop_column(table, "name_order")
        op.drop_column(table, "folded_words")
