"""What is done by the clock for the integrity of the logs: anchors of what moved, and every log verified."""

import logging
from uuid import UUID

from core.errors import PortalError
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.penalties.integrity import Why
from core.penalties.integrity_desk import IntegrityDesk

log = logging.getLogger(__name__)


def anchor_logs(runtime: Runtime) -> None:
    """Keep the head of each log that has moved; verify and mail that of a session that has closed."""
    desk = runtime.integrity
    for session in desk.readable():
        try:
            if desk.keep_moved(session, utc_now()) is Why.CLOSED:
                _bring_outside(desk, session.id)
        except PortalError as error:
            log.warning("anchor not kept", extra={"session": str(session.id), "why": str(error)})


def verify_logs(runtime: Runtime) -> None:
    """Every readable log; what is broken is logged as an error by the desk, and shown on Race control › Integrity."""
    desk = runtime.integrity
    for session in desk.readable():
        try:
            desk.verify(session.id, utc_now())
        except PortalError as error:
            log.error("log not verified", extra={"session": str(session.id), "why": str(error)})  # noqa: TRY400 - no bug


def _bring_outside(desk: IntegrityDesk, session_id: UUID) -> None:
    desk.verify(session_id, utc_now())
    if desk.recipients:
        desk.mail(session_id, None, utc_now())
