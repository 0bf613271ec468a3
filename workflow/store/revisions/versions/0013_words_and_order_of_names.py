"""Texts are found by their words and ordered by the Vietnamese alphabet: what is computed of them is kept beside them."""

import sqlalchemy as sa
from alembic import op

from workflow.store.searching.words import fill_case_words, fill_names

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ORDER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SQLITE = (
    """CREATE VIRTUAL TABLE case_words_index USING fts5(folded_words, content='case_words', content_rowid='words_key',
tokenize='ascii', detail=none, columnsize=0, prefix='1 2 3 4')""",
    """CREATE TRIGGER case_words_added AFTER INSERT ON case_words
BEGIN INSERT INTO case_words_index (rowid, folded_words) VALUES (NEW.words_key, NEW.folded_words); END""",
    """CREATE TRIGGER case_words_gone AFTER DELETE ON case_words
BEGIN INSERT INTO case_words_index (case_words_index, rowid, folded_words)
VALUES ('delete', OLD.words_key, OLD.folded_words); END""",
    """CREATE TRIGGER case_words_changed AFTER UPDATE ON case_words
BEGIN INSERT INTO case_words_index (case_words_index, rowid, folded_words)
VALUES ('delete', OLD.words_key, OLD.folded_words);
INSERT INTO case_words_index (rowid, folded_words) VALUES (NEW.words_key, NEW.folded_words); END""",
)


def upgrade() -> None:
    for table in ("organisations", "users"):
        op.add_column(table, sa.Column("folded_words", sa.Text(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("name_order", _ORDER, nullable=False, server_default=""))
    op.create_index("ix_users_name_order", "users", ["name_order", "id"])
    op.create_table(
        "case_words",
        sa.Column("words_key", sa.Integer(), nullable=False),
        sa.Column("worded_case", sa.String(length=36), nullable=False),
        sa.Column("folded_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["worded_case"], ["cases.id"], name=op.f("fk_case_words_worded_case")),
        sa.PrimaryKeyConstraint("words_key", name=op.f("pk_case_words")),
        sa.UniqueConstraint("worded_case", name=op.f("uq_case_words_worded_case")),
    )
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
    fill_names(connection)
    fill_case_words(connection)
    if connection.dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_case_words_lexemes ON case_words"
            " USING gin (array_to_tsvector(string_to_array(ltrim(folded_words), ' ')))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "gone", "changed"):
            op.execute(f"DROP TRIGGER case_words_{name}")
        op.execute("DROP TABLE case_words_index")
    op.drop_table("case_words")
    op.drop_index("ix_users_name_order", table_name="users")
    for table in ("users", "organisations"):
        op.drop_column(table, "name_order")
        op.drop_column(table, "folded_words")
