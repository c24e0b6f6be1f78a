"""The lap matrix: every lap of every car, and one car's laps with all that is known of them."""

import streamlit as st

from portal.components import script, style

_mount = st.components.v2.component(
    "paddock_lap_matrix", html='<section class="laps"></section>', css=style("lap_matrix"), js=script("lap_matrix")
)


def lap_matrix(circuit: str, feed_session: str | None, *, key: str, tv: bool = False) -> None:
    """Show the laps of a circuit (its slug).

    Args:
        circuit: its slug.
        feed_session: the id of the one to show; None follows the newest, lap by lap.
        key: of the component on the page.
        tv: large, unattended.
    """
    _mount(key=key, data={**addresses(circuit, feed_session), "tv": tv})


def addresses(circuit: str, feed_session: str | None) -> dict[str, str | None]:
    """Where a component finds the laps of a feed session, and the live socket where it follows the newest."""
    base = f"/api/v1/circuits/{circuit}"
    query = f"?feed_session={feed_session}" if feed_session else ""
    return {
        "circuit": circuit,
        "url": f"{base}/lap-book{query}",
        "plan": f"{base}/stop-plan{query}",
        "analysis": f"{base}/race-analysis{query}",
        "live": None if feed_session else f"/ws/circuits/{circuit}/live",
    }
