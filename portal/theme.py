"""The look beyond `.streamlit/config.toml`: one style sheet on every page, and the mark of the house."""

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parent / "assets"
ICON = str(ASSETS / "icon.svg")
LOGO = str(ASSETS / "logo.svg")
_STYLE = f"<style>{(ASSETS / 'theme.css').read_text()}</style>"
_BARE = "<style>[data-testid='stHeader']{display:none}[data-testid='stMainBlockContainer']{padding:12px 20px 0}</style>"


def dress(*, tv: bool) -> None:
    """Put the style sheet on the page; a TV shows nothing but the page's content."""
    st.html(_STYLE + (_BARE if tv else ""))
