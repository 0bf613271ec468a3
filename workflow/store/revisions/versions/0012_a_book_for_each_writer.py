"""Every writer has a book of seals of its own, so that none waits for another. The pages there are become the book of an old writer."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OLD_WRITER = "00000000-0000-0000-0000-000000000000"


def _set_aside() -> None:
    op.rename_table("row_seals", "row_seals_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE row_seals_before RENAME CONSTRAINT pk_row_seals TO pk_row_seals_before")


def upgrade() -> None:
    _set_aside()
    op.create_table(
        "row_seals",
        sa.Column("writer", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("follows", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("writer", "number", name=op.f("pk_row_seals")),
    )
    op.execute(
        "INSERT INTO row_seals (writer, number, stamp, key_id, follows, body, mac)"  # noqa: S608 - a constant
        f" SELECT '{_OLD_WRITER}', number, number, key_id, '', body, mac FROM row_seals_before ORDER BY number"
    )
    op.drop_table("row_seals_before")
    op.create_index("ix_row_seals_stamp", "row_seals", ["stamp"])


def downgrade() -> None:
    """Pages that were written since are lost: what they name has to be sealed anew."""
    op.drop_index("ix_row_seals_stamp", table_name="row_seals")
    _set_aside()
    op.create_table(
        "row_seals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_row_seals")),
    )
    op.execute(
        "INSERT INTO row_seals (number, key_id, body, mac)"  # noqa: S608 - a constant
        f" SELECT number, key_id, body, mac FROM row_seals_before WHERE writer = '{_OLD_WRITER}'"
    )
    op.drop_table("row_seals_before")
