"""Hashing of passwords: bcrypt as streamlit-authenticator does it.

Only its hashing module is loaded, from its file: importing the package would bring Streamlit and register a component,
which takes seconds, and complaints on the terminal, wherever no page is being drawn.
"""

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Protocol, cast


class BcryptPasswords:
    """`Passwords` of core.accounts. A call takes about 0.2 s."""

    def hash(self, password: str) -> str:
        return _hasher().hash(password)

    def match(self, password: str, password_hash: str) -> bool:
        return _hasher().check_pw(password, password_hash)


class _Hasher(Protocol):
    """`streamlit_authenticator.utilities.hasher.Hasher`; it ships no types."""

    def hash(self, password: str) -> str: ...
    def check_pw(self, password: str, hashed_password: str) -> bool: ...


@cache
def _hasher() -> _Hasher:
    package = PathFinder.find_spec("streamlit_authenticator")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("streamlit-authenticator is not installed", name="streamlit_authenticator")
    spec = spec_from_file_location("paddock_hasher", Path(package.origin).parent / "utilities" / "hasher.py")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("streamlit-authenticator has no hasher", name="streamlit_authenticator")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(_Hasher, module.Hasher)
