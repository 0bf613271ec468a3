"""What a password must be, and that a hash is checked without telling who exists."""

import pytest
from argon2 import PasswordHasher

from workflow.errors import InvalidInput
from workflow.services.accounts.credentials import HASHER, Passwords, check_password
from workflow.store.accounts import NO_PASSWORD

REAL = HASHER
"""What people's passwords are hashed with, as it was before the tests took a quicker one."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize("password", ["Correct horse battery", "Núi cao biển rộng 19", "tR8-pQx2-mnV5"])
def test_a_long_password_that_is_no_cliche_is_accepted(password: str) -> None:
    check_password(password, "uy-vien")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "uy-vien-2023!!",
        "UY-VIEN 2023 x",
        "Password1234",
        "1234567890ab",
        "ababababab ab",
        "matkhau-12345",
        "x" * 257,
    ],
)
def test_a_password_that_others_would_guess_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        check_password(password, "uy-vien")


def test_only_the_right_password_of_an_existing_account_fits() -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash("Correct horse battery")

    assert passwords.verify(stored, "Correct horse battery")
    assert not passwords.verify(stored, "correct horse battery")
    assert not passwords.verify(None, "Correct horse battery")
    assert not passwords.verify("no hash", "Correct horse battery")
    assert not passwords.verify(NO_PASSWORD, "Correct horse battery")
    assert not passwords.verify(NO_PASSWORD, NO_PASSWORD)


def test_a_hash_of_another_cost_is_outdated() -> None:
    stored = Passwords(CHEAP).hash("Correct horse battery")

    assert not Passwords(CHEAP).is_outdated(stored)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).is_outdated(stored)


def test_a_guess_costs_what_rfc_9106_asks_of_machines_with_little_memory() -> None:
    assert REAL.time_cost >= 3
    assert REAL.memory_cost >= 64 * 1024
