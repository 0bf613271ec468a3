"""Secrets are sealed with a key that lies beside the database, not in it."""

import stat
from pathlib import Path

import pytest

from workflow.errors import ConfigurationError
from workflow.outside.keys import read_or_make
from workflow.services.accounts.credentials import Vault


def test_what_was_sealed_is_opened_with_the_same_key_only(tmp_path: Path) -> None:
    key = read_or_make(tmp_path / "vault.key", Vault.new_key)
    sealed = Vault(key).seal("secret")

    assert "secret" not in sealed
    assert Vault(read_or_make(tmp_path / "vault.key", Vault.new_key)).open(sealed) == "secret"
    with pytest.raises(ConfigurationError):
        Vault(read_or_make(tmp_path / "other.key", Vault.new_key)).open(sealed)


def test_the_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    read_or_make(tmp_path / "vault.key", Vault.new_key)

    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600


def test_a_text_for_the_browser_is_good_for_its_time_only(tmp_path: Path) -> None:
    vault = Vault(read_or_make(tmp_path / "vault.key", Vault.new_key))
    sealed = vault.seal_for("text", 1_000)

    assert vault.open_within(sealed, 300, 1_300) == "text"
    assert vault.open_within(sealed, 300, 1_301) is None
    assert vault.open_within(sealed[:-2] + "AA", 300, 1_000) is None
    assert vault.open_within("", 300, 1_000) is None
