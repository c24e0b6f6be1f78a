"""Admin › Accounts: who may enter, with which role; what is public."""

import streamlit as st

from portal import all_accounts, session

reader = session.identity()
one = all_accounts.listed()
if one is not None:
    left, right = st.columns(2, gap="large")
    with left:
        all_accounts.change(one, reader)
    with right:
        all_accounts.throw_out(one, reader)
st.markdown("##### New account")
all_accounts.create(reader)
st.markdown("##### Public")
all_accounts.public(reader)
