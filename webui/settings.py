"""What the web application must be told, checked once at the start."""

from dataclasses import dataclass, field

from workflow.errors import N_, ConfigurationError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Settings of the web application.

    `secret_key` signs sessions and forms. `https` says that people reach the site over HTTPS, so that cookies are marked
    Secure. `max_upload_bytes` bounds a whole request. `demonstration` shows the banner about demonstration data.
    `examples` adds the page of examples at /mau, for who builds pages.
    """

    secret_key: str = field(repr=False)
    https: bool = False
    max_upload_bytes: int = 32 * MEBIBYTE
    demonstration: bool = False
    examples: bool = False

    def __post_init__(self) -> None:
        if len(self.secret_key) < 32:
            raise ConfigurationError(N_("The secret key needs at least 32 characters."))
