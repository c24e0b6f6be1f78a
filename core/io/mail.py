"""Mail that leaves the house: plain text by SMTP, for anchors that are to be kept elsewhere.

`smtp://user:password@mail.example.org:587` speaks TLS as soon as the server offers it, `smtps://…:465` from the start.
A password is only sent over TLS.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from core.errors import Unavailable

_PATIENCE_S = 15
_PORTS = {"smtp": 25, "smtps": 465}


class Mail:
    """`Post` of the integrity desk; without an address or recipients nothing can be sent."""

    def __init__(self, url: str | None, recipients: str) -> None:
        self._url = url
        named = tuple(part.strip() for part in recipients.split(",") if part.strip())
        self.recipients = named if url else ()

    def send(self, subject: str, text: str) -> None:
        """Hand the letter to the mail server.

        Raises:
            Unavailable: no server is set, or it did not take the letter; with its own words.
        """
        if self._url is None or not self.recipients:
            raise Unavailable("No mail server is set.", "Set PADDOCK_SMTP_URL and PADDOCK_ANCHOR_MAIL_TO.")
        address = urlsplit(self._url)
        try:
            with _connected(address) as server:
                server.send_message(_letter(address, self.recipients, subject, text))
        except (OSError, smtplib.SMTPException) as error:
            said = " ".join(str(error).split())
            raise Unavailable(
                f"The mail was not sent: {said}", "Check PADDOCK_SMTP_URL and the mail server."
            ) from error


def _letter(address: SplitResult, recipients: tuple[str, ...], subject: str, text: str) -> EmailMessage:
    user = unquote(address.username or "")
    letter = EmailMessage()
    letter["Subject"] = " ".join(subject.split())
    letter["From"] = user if "@" in user else recipients[0]
    letter["To"] = ", ".join(recipients)
    letter.set_content(text)
    return letter


@contextmanager
def _connected(address: SplitResult) -> Iterator[smtplib.SMTP]:
    host, port = address.hostname or "", address.port or _PORTS.get(address.scheme, 25)
    trusted = ssl.create_default_context()
    if address.scheme == "smtps":
        with smtplib.SMTP_SSL(host, port, timeout=_PATIENCE_S, context=trusted) as server:
            _sign_in(server, address)
            yield server
        return
    with smtplib.SMTP(host, port, timeout=_PATIENCE_S) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
            server.ehlo()
        elif address.username:
            raise smtplib.SMTPException("the server offers no TLS, and a password is not sent without")
        _sign_in(server, address)
        yield server


def _sign_in(server: smtplib.SMTP, address: SplitResult) -> None:
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
