"""Identifiers made by the program, so that no database sequence is shared between provinces."""

import uuid_utils


def new_id() -> str:
    """Return a UUIDv7 as 36 characters: it sorts by the time it was made."""
    return str(uuid_utils.uuid7())
