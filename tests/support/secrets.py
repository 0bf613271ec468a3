"""The secret of installations in tests: what the units of work of a test seal, an application on the same database must know."""

from pathlib import Path

from workflow.audit.row_seal import SealKey
from workflow.outside.keys import SealMarkFile

VAULT_KEY = b"dGVzdHMgaGF2ZSBhIHNlY3JldCBvZiB0aGVpciBvd24="


def keep(data: Path) -> None:
    """Put the secret where an application on this data directory looks for it."""
    (data / "keys").mkdir(parents=True, exist_ok=True)
    (data / "keys" / "vault.key").write_bytes(VAULT_KEY)


def mark_of(data: Path) -> SealMarkFile:
    """What is kept outside the database of how its book of seals began."""
    return SealMarkFile(data / "keys", lambda: SealKey.derived((data / "keys" / "vault.key").read_bytes()))


def no_mark(data: Path) -> SealMarkFile:
    """The same where services are wired by hand: there is no file."""
    return SealMarkFile(data / "keys", lambda: SealKey.derived(VAULT_KEY))
