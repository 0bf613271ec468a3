"""How long one waits after failures."""

from datetime import timedelta

from workflow.services.accounts.attempts import Limit, code_limits, sign_in_limits


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    limit = Limit(key="x", free=4)

    waits = [limit.wait(failures).total_seconds() for failures in range(20)]

    assert waits[:5] == [0, 0, 0, 0, 0]
    assert waits[5:10] == [1, 2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=15).total_seconds()


def test_keys_hold_no_login_and_fit_their_column() -> None:
    keys = [limit.key for limit in sign_in_limits("Mat-Khau-Cua-Toi", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff")]

    assert all("mat" not in key.casefold() and len(key) <= 160 for key in keys)


def test_capital_letters_and_neighbouring_ipv6_addresses_share_a_key() -> None:
    assert sign_in_limits("Admin", "2001:db8::1") == sign_in_limits("admin", "2001:db8::2")
    assert sign_in_limits("admin", "192.0.2.1") != sign_in_limits("admin", "192.0.2.2")
    assert sign_in_limits("admin", "no address")[1].key == "address:unknown"
    assert code_limits("u1", "192.0.2.1")[0] == code_limits("u1", "198.51.100.1")[0]
