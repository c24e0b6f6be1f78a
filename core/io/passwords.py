"""Hashing of passwords: bcrypt as streamlit-authenticator does it.

Its package brings Streamlit with it, so it is imported when the first password is hashed: workers never do that.
"""


class BcryptPasswords:
    """`Passwords` of core.accounts. A call takes about 0.2 s."""

    def hash(self, password: str) -> str:
        from streamlit_authenticator.utilities.hasher import Hasher  # type: ignore[import-untyped] # it ships no types

        return str(Hasher.hash(password))

    def match(self, password: str, password_hash: str) -> bool:
        from streamlit_authenticator.utilities.hasher import Hasher

        return bool(Hasher.check_pw(password, password_hash))
