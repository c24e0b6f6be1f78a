"""What a person can put right.

Each error says what happened and the remedy. Pages show both, the API turns the type into a status; nobody else
catches `PortalError`. Anything that is not one of these is a bug and travels to the log with its traceback.
"""


class PortalError(Exception):
    """Something went wrong that the reader can mend."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class BadInput(PortalError):
    """What was typed or sent cannot be understood."""


class NotFound(PortalError):
    """The thing asked for does not exist, or not for this reader."""


class NotSignedIn(PortalError):
    """No valid sign-in or token came with the request."""


class NotAllowed(PortalError):
    """The account's role, its token's scope or its membership does not cover this."""


class Conflict(PortalError):
    """Somebody else was first, or the same request came with another content.

    `current` is the thing as it stands now, for a program that wants to show both versions.
    """

    def __init__(self, what: str, remedy: str, current: object = None) -> None:
        super().__init__(what, remedy)
        self.current = current


class StaleSession(Conflict):
    """The write names a race session that is not the active one of its circuit, or is sealed."""


class UnreadableFile(PortalError):
    """No reader understands this file."""


class TooOften(PortalError):
    """More requests came in a minute than one may send; `wait_s` says when to come again."""

    def __init__(self, what: str, remedy: str, wait_s: int) -> None:
        super().__init__(what, remedy)
        self.wait_s = wait_s


class Unavailable(PortalError):
    """A part Paddock stands on (database, bus, disk) does not answer."""
