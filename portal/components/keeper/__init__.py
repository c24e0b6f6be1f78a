"""The keeper: invisible on every page, so that no dialog of Streamlit's takes it away and one theme holds for all."""

import streamlit as st

from portal.components import script
from portal.menu import MENU

_mount = st.components.v2.component(
    "paddock_keeper", html="<i></i>", css=":host { display: none; }", js=script("keeper")
)


def keeper() -> None:
    _mount(key="keeper", data={"pages": [f"/{item.name}" for item in MENU]}, height=1)
