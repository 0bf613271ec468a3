"""One file a subject: its tables, its rows as frozen records, its queries. Only this package imports SQLAlchemy.

The unit of work gives one transaction; `revisions/` holds the Alembic revisions. What a record means is decided in `services`, not here.
"""
