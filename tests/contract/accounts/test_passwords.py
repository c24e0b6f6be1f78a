"""The slow hashing, as the portal uses it."""

import subprocess
import sys

import pytest

from core.io.passwords import BcryptPasswords


@pytest.mark.parametrize("password", ["slow in, fast out", "ü" * 36, "x" * 72, "a\x00b"])
def test_a_password_matches_its_own_hash_and_no_other(password: str) -> None:
    passwords = BcryptPasswords()

    hashed = passwords.hash(password)

    assert hashed.startswith("$2b$12$")
    assert passwords.match(password, hashed)
    assert not passwords.match(password[:-1], hashed)


def test_hashing_does_not_bring_streamlit_along() -> None:
    script = (
        "import sys; from core.io.passwords import BcryptPasswords; BcryptPasswords().hash('x' * 10); "
        "sys.exit('streamlit' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
