"""The database's own refusal to change what is recorded: a fence against mistakes, beside the proof that the hashes give.

`events` takes new rows only. Of `checkpoints` only the leaves of hourly ones may be let go. The Alembic migration that
creates the tables carries a frozen copy of these statements.
"""

import sqlalchemy as sa

_SIGNED = ("id", "kind", "at", "body", "signature")

SQLITE = (
    """CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events take new rows only'); END""",
    """CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events take new rows only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER events_no_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND seq = NEW.seq)
OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'events take new rows only'); END""",
    f"""CREATE TRIGGER checkpoints_no_update BEFORE UPDATE OF {", ".join(_SIGNED)} ON checkpoints
BEGIN SELECT RAISE(ABORT, 'a signed checkpoint does not change'); END""",
    """CREATE TRIGGER checkpoints_keep_leaves BEFORE UPDATE OF leaves ON checkpoints
WHEN OLD.kind <> 'hourly' OR length(NEW.leaves) > 0
BEGIN SELECT RAISE(ABORT, 'only hourly checkpoints let go of their leaves'); END""",
    """CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are kept for ever'); END""",
    """CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'checkpoints are kept for ever'); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' keeps what is recorded; ' || TG_OP || ' is refused',
    ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER events_no_change BEFORE DELETE OR UPDATE ON events
FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    "CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints FOR EACH ROW WHEN ("
    + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _SIGNED)
    + " OR (OLD.leaves IS DISTINCT FROM NEW.leaves AND (OLD.kind <> 'hourly' OR length(NEW.leaves) > 0)))"
    " EXECUTE FUNCTION audit_refuse()",
    """CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER checkpoints_no_truncate BEFORE TRUNCATE ON checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
)

DROP_SQLITE = tuple(f"DROP TRIGGER {statement.split()[2]}" for statement in SQLITE)

DROP_POSTGRESQL = (
    *(f"DROP TRIGGER {s.split()[2]} ON {s.split()[2].partition('_')[0]}" for s in POSTGRESQL[1:]),
    "DROP FUNCTION audit_refuse()",
)


def install(connection: sa.Connection) -> None:
    """Create the triggers in a database that has the tables and not yet the triggers."""
    for statement in POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE:
        connection.exec_driver_sql(statement)


def remove(connection: sa.Connection) -> None:
    """Take the triggers away again: for a migration that rebuilds the tables, and for tests that tamper."""
    for statement in DROP_POSTGRESQL if connection.dialect.name == "postgresql" else DROP_SQLITE:
        connection.exec_driver_sql(statement)
