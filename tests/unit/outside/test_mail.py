"""What a mail is: to one address, with one id a thing, and plainly no answer of a person."""

from datetime import UTC, datetime

import pytest

from workflow.errors import ConfigurationError, InvalidInput
from workflow.outside.mail import SmtpMailer, public_url_of
from workflow.ports import Mail, mail_address

NOW = datetime(2023, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["an@minhhoa.vn", "tran.an+so@mail.minhhoa.gov.vn", "x@localhost", "a_b-c@x.y", "AN@MINHHOA.VN"]
)
def test_one_plain_address_is_one(text: str) -> None:
    assert mail_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a,b@minhhoa.vn",
        "a@minhhoa.vn,b@minhhoa.vn",
        "a@minhhoa.vn; b@minhhoa.vn",
        "a b@minhhoa.vn",
        "An <an@minhhoa.vn>",
        "<an@minhhoa.vn>",
        "an(so)@minhhoa.vn",
        '"a,b"@minhhoa.vn',
        "an@minhhoa.vn\nBcc: x@y.vn",
        "an@minhhoa.vn\r\n",
        "an@minhhoa..vn",
        "an@-minhhoa.vn",
        "an@[127.0.0.1]",
        "an@@minhhoa.vn",
        "nhóm:an@minhhoa.vn;",
        "an@",
        "@minhhoa.vn",
        "an",
        "",
        "an\u202e@minhhoa.vn",
        f"{'a' * 65}@minhhoa.vn",
        f"a@{'b' * 250}.vn",
    ],
)
def test_what_is_not_one_plain_address_is_none(text: str) -> None:
    assert mail_address(text) is None
    with pytest.raises(InvalidInput):
        Mail(to=text, subject="s", text="t", key="k", at=NOW)


def test_ids_stand_in_the_senders_own_domain() -> None:
    assert SmtpMailer(host="h", sender="Công nhận <congnhan@example.org>").domain == "example.org"


@pytest.mark.parametrize(
    "address", ["congnhan.vn", "ftp://congnhan.vn", "https://", "https://a b", "https://u:p@x.vn", "https://x.vn/?q=1"]
)
def test_an_address_of_pages_is_checked(address: str) -> None:
    with pytest.raises(ConfigurationError):
        public_url_of({"PUBLIC_URL": address})


def test_the_address_of_pages_may_be_left_out_or_end_with_a_slash() -> None:
    assert public_url_of({}) is None
    assert public_url_of({"PUBLIC_URL": "https://congnhan.vn/app/"}) == "https://congnhan.vn/app"
