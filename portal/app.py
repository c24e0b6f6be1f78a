"""The entry script: Streamlit runs it for every page, after the gate let the reader in."""

import streamlit as st

from portal import menu, session, theme
from portal.components.keeper import keeper
from portal.forms import remedies, say
from portal.frame import frame

st.set_page_config(page_title="Paddock", page_icon=theme.ICON, layout="wide", menu_items={"About": "Paddock"})
theme.dress(tv=session.tv())
with remedies():
    reader = session.identity()
    page = st.navigation(menu.menu(reader), position="hidden" if session.tv() else "top")
    st.logo(theme.LOGO)
    keeper()
    say()
    if not session.tv():
        frame(reader)
    page.run()
