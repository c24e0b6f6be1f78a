"""Race control › Marshal's post: leads to the phone page, and says how to use it where there is no network."""

import streamlit as st

st.markdown("#### Marshal's post")
st.link_button("Open the phone page", "/marshal", type="primary")
st.markdown(
    "Open `/marshal` on the phone, sign in once and choose the post. Then two taps make a report: the kart, and what "
    "it did. Under each report stands what race control made of it.  \n"
    "Opened once, the page works without a connection: reports stay on the phone and are sent, in order, when the line "
    "is back. Put it on the home screen to find it again."
)
st.caption("Phones open it without a connection only if Paddock's address begins with https; else keep the page open.")
