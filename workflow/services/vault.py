"""Keeps small secrets encrypted with the installation's own key, which lies in the data directory and not in the database."""

from cryptography.fernet import Fernet, InvalidToken

from workflow.errors import N_, ConfigurationError

_UNREADABLE = N_("The key in %(path)s does not open what the database holds. Restore the key that belongs to it.")


class Vault:
    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    @staticmethod
    def new_key() -> bytes:
        """A fresh key."""
        return Fernet.generate_key()

    def seal(self, secret: str) -> str:
        """Return the secret encrypted."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the secret. Raises `ConfigurationError` when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise ConfigurationError(_UNREADABLE, path="vault.key") from error

    def seal_for(self, text: str, at: int) -> str:
        """Return a text that a browser may carry but not read or change; `at` in seconds since 1970."""
        return self._fernet.encrypt_at_time(text.encode(), at).decode()

    def open_within(self, sealed: str, seconds: int, at: int) -> str | None:
        """Return the text if it was sealed at most `seconds` before `at`, else None."""
        try:
            return self._fernet.decrypt_at_time(sealed, seconds, at).decode()
        except (InvalidToken, ValueError):
            return None
