"""The karting app's Firestore: its collection `circuits`, read whole and written document by document.

This module needs the extra `paddock[firebase]` and takes a second to load: only `core.io.runtime` imports it, and only
when it is needed. `FIRESTORE_EMULATOR_HOST` (the library's own variable) leads to a server without credentials.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import Any

import firebase_admin  # type: ignore[import-untyped]  # the library has no types
from firebase_admin import credentials, firestore
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, GoogleAPIError, NotFound
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import SERVER_TIMESTAMP, Client, DocumentSnapshot

from core.errors import Conflict, Unavailable
from core.timing.app_circuits.model import COLUMNS, Change, Document, Facts, Field

COLLECTION = "circuits"
PATIENCE_S = 10.0

_NAMES = {Field.NAME: "nom", Field.PAGE: "liveTimingUrl", Field.ADDRESS: "wssUrl"}


class FirestoreCircuits:
    """`AppCircuits` on Firestore; shared between threads.

    Args:
        project: the Firebase project's id.
        key_file: a service account's key; None for the credentials of the machine.
        emulated: the server asks for no credentials.

    Raises:
        Unavailable: the key file cannot be used.
    """

    def __init__(self, project: str, key_file: Path | None, *, emulated: bool = False) -> None:
        self._project = project
        self._credential = _Nobody() if emulated else _credential(key_file)

    def all(self) -> tuple[Document, ...]:
        """Every circuit of the app.

        Raises:
            Unavailable: Firestore does not answer, or not to us.
        """
        with _answering():
            snapshots = self._client.collection(COLLECTION).stream(timeout=PATIENCE_S)
            return tuple(_document(snapshot) for snapshot in snapshots)

    def write(self, change: Change) -> None:
        """Change a document as it was read, or make one.

        Raises:
            Conflict: somebody has changed it since, or made it.
            Unavailable: Firestore does not answer, or not to us.
        """
        with _answering():
            reference = self._client.collection(COLLECTION).document(change.document_id)
            fields = {**_fields(change), "updatedAt": SERVER_TIMESTAMP}
            if change.version is None:
                reference.create({**fields, "createdAt": SERVER_TIMESTAMP}, timeout=PATIENCE_S)
                return
            current = reference.get(timeout=PATIENCE_S)
            if not current.exists or _version(current) != change.version:
                raise _changed()
            as_read = self._client.write_option(last_update_time=current.update_time)
            reference.update(fields, option=as_read, timeout=PATIENCE_S)

    @cached_property
    def _client(self) -> Client:
        app = firebase_admin.initialize_app(
            self._credential, {"projectId": self._project}, name=f"paddock-{token_hex(4)}"
        )
        client: Client = firestore.client(app)
        return client


class _Nobody(credentials.Base):  # type: ignore[misc]  # the library has no types
    """What an emulator wants to see."""

    def get_credential(self) -> AnonymousCredentials:
        return AnonymousCredentials()  # type: ignore[no-untyped-call]


def _credential(key_file: Path | None) -> credentials.Base:
    if key_file is None:
        return credentials.ApplicationDefault()
    try:
        return credentials.Certificate(str(key_file))
    except (OSError, ValueError) as error:
        raise Unavailable(
            f"{key_file} is not the key of a service account.",
            "Set PADDOCK_FIREBASE_CREDENTIALS_PATH to its JSON file.",
        ) from error


@contextmanager
def _answering() -> Iterator[None]:
    """Firestore's errors in words of ours."""
    try:
        yield
    except (AlreadyExists, FailedPrecondition, NotFound) as error:
        raise _changed() from error
    except (GoogleAPIError, GoogleAuthError) as error:
        raise Unavailable(
            f"Firestore does not answer: {error}.",
            "Check the network, the project and its credentials, then try again.",
        ) from error


def _changed() -> Conflict:
    return Conflict("The app's circuit has changed since it was compared.", "Compare again and choose anew.")


def _document(snapshot: DocumentSnapshot[Any]) -> Document:
    held = snapshot.to_dict() or {}
    columns = tuple(_text(held.get(f"c{place}")) or None for place in range(1, COLUMNS + 1))
    facts = Facts(_text(held.get("nom")), _text(held.get("liveTimingUrl")), _text(held.get("wssUrl")), columns)
    return Document(snapshot.id, _version(snapshot), facts)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _version(snapshot: DocumentSnapshot[Any]) -> str:
    return str(snapshot.update_time.isoformat())


def _fields(change: Change) -> Mapping[str, object]:
    facts = change.facts
    texts = {Field.NAME: facts.name, Field.PAGE: facts.page, Field.ADDRESS: facts.address}
    fields: dict[str, object] = {_NAMES[field]: text for field, text in texts.items() if field in change.fields}
    if Field.COLUMNS in change.fields:
        fields |= {f"c{place}": word for place, word in enumerate(facts.columns, 1)}
    return fields
