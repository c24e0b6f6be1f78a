"""The player: the playhead of a recording or of a live circuit that is rewound; the live table beside it follows.

Both share one socket, because they name the same address: what is played here is what the table shows.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_player", html='<section class="player"></section>', css=style("player"), js=script("player")
)


@dataclass(frozen=True, slots=True)
class Tape:
    """What is played: a circuit's journal, or a file that was brought in; from `begins_at` on, where that is known."""

    circuit: str
    zone: str
    recording: UUID | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def address(self) -> str:
        """Of the socket; the same for everybody who shows this tape."""
        wanted = {
            "recording": None if self.recording is None else str(self.recording),
            "at": None if self.begins_at is None else self.begins_at.isoformat(),
        }
        query = urlencode({name: value for name, value in wanted.items() if value is not None})
        return f"/ws/circuits/{self.circuit}/replay" + (f"?{query}" if query else "")


def player(tape: Tape, *, key: str, marks: bool) -> None:
    """Draw the player.

    Args:
        tape: what is played.
        key: of the component on the page.
        marks: whether this reader may set bookmarks.
    """
    data = {
        "url": tape.address,
        "circuit": tape.circuit,
        "zone": tape.zone,
        "recording": None if tape.recording is None else str(tape.recording),
        "from": None if tape.begins_at is None else tape.begins_at.isoformat(),
        "to": None if tape.ends_at is None else tape.ends_at.isoformat(),
        "marks": marks,
    }
    _mount(key=key, data=data)
