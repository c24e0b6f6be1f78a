"""You › Account: who you are here, your password, your browsers, your programs' tokens."""

import streamlit as st

from portal import own_account, session
from portal.format import plain, words

reader = session.identity()
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(f"#### {plain(reader.display_name)} :gray[{plain(reader.name)} · {words(reader.role)}]")
    st.link_button("Sign out", "/sign-out")

left, right = st.columns(2, gap="large")
with left:
    st.markdown("##### Signed in")
    own_account.sign_ins(reader)
    st.markdown("##### Password")
    own_account.password(reader)
with right:
    st.markdown("##### Tokens")
    own_account.tokens(reader)
