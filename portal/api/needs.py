"""What every API route declares: the one right it needs. The gate has found out who is asking; this asks the policy.

    def list_circuits(identity: Annotated[Identity, Depends(needs(Right.READ_TIMING))]) -> list[Circuit]: ...

A test reads the declared rights from the routes and tries each of them with each role.
"""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from core.accounts.model import Identity, Right
from core.accounts.policy import demand
from core.errors import NotSignedIn


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency of a route; its value is who is asking."""

    right: Right

    async def __call__(self, connection: HTTPConnection) -> Identity:
        identity = who(connection)
        demand(identity, self.right)
        return identity


def needs(right: Right) -> Needs:
    return Needs(right)


def who(connection: HTTPConnection) -> Identity:
    """Who is asking, as the gate found it."""
    identity = connection.scope.get("paddock_identity")
    if not isinstance(identity, Identity):
        raise NotSignedIn("Nobody is signed in.", "Sign in, or send a token.")
    return identity
