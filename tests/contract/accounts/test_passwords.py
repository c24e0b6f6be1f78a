"""The slow hashing, as the portal uses it."""

import pytest

from core.io.passwords import BcryptPasswords


@pytest.mark.parametrize("password", ["slow in, fast out", "ü" * 36, "x" * 72, "a\x00b"])
def test_a_password_matches_its_own_hash_and_no_other(password: str) -> None:
    passwords = BcryptPasswords()

    hashed = passwords.hash(password)

    assert hashed.startswith("$2b$12$")
    assert passwords.match(password, hashed)
    assert not passwords.match(password[:-1], hashed)
