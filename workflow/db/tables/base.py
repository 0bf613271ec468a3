"""The one MetaData, with names for every constraint so that migrations can refer to them."""

import sqlalchemy as sa

KEPT = {"kept": True}
"""`info` of a column that saving a record leaves alone: it never changes, or has a statement of its own.

SQLite rewrites every index and checks every foreign key of the columns that an update names, changed or not.
"""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
