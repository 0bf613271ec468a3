"""The secret of installations in tests: what the units of work of a test seal, an application on the same database must know."""

from pathlib import Path

VAULT_KEY = b"dGVzdHMgaGF2ZSBhIHNlY3JldCBvZiB0aGVpciBvd24="


def keep(data: Path) -> None:
    """Put the secret where an application on this data directory looks for it."""
    (data / "keys").mkdir(parents=True, exist_ok=True)
    (data / "keys" / "vault.key").write_bytes(VAULT_KEY)
