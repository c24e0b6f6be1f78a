"""The account page's parts: password, browsers that are signed in, tokens of programs."""

from uuid import UUID

import streamlit as st

from core.accounts.keys import TOKEN_LASTS_AT_MOST_DAYS, TOKEN_LASTS_DAYS
from core.accounts.model import Identity
from core.accounts.plan import SHORTEST_PASSWORD, TokenPlan
from portal import session, tables
from portal.components.list_table import list_table
from portal.forms import choose_role, done, nothing, remedies

_LENGTH = f"At least {SHORTEST_PASSWORD} characters."
_KEY = "new-token-key"


def password(reader: Identity) -> None:
    with st.form("password"):
        old = st.text_input("Old password", type="password", autocomplete="current-password")
        new = st.text_input(
            "New password", type="password", autocomplete="new-password", help="At least 10 characters."
        )
        pressed = st.form_submit_button("Change password", key="password-submit")
    if pressed:
        with remedies():
            session.desks().accounts.change_password(reader, old, new, now=session.now())
            done("The password is changed; your other browsers are signed out.")


def sign_ins(reader: Identity) -> None:
    """Browsers that are signed in; the chosen one can be signed out."""
    desk, zone = session.desks().accounts, session.place().zone
    known = desk.sign_ins(reader.account_id, session.now())
    rows = tables.sign_in_rows(known, reader.entry_id, zone)
    chosen = list_table(rows, "Signed in", key="sign-ins", ids=[str(one.id) for one in known], height=300)
    if chosen and st.button("Sign that browser out", key="end-sign-in"):
        with remedies():
            desk.revoke_sign_in(reader.account_id, UUID(chosen), by=reader.account_id, now=session.now())
            done("That browser is signed out.")


def tokens(reader: Identity) -> None:
    """Tokens of one's own; the chosen one can be revoked."""
    desk, now = session.desks().accounts, session.now()
    known = desk.tokens(reader.account_id)
    chosen = None
    if known:
        rows = tables.token_rows(known, now, session.place().zone)
        chosen = list_table(rows, "Tokens", key="tokens", ids=[str(one.id) for one in known], height=300)
    else:
        nothing("No program has a token of yours.", "A token lets a script or an app use the API in your name.")
    if chosen and st.button("Revoke that token", key="end-token"):
        with remedies():
            desk.revoke_token(reader.account_id, UUID(chosen), by=reader.account_id, now=now)
            done("The token is revoked.")
    _show_key()
    _create_token(reader)


def _create_token(reader: Identity) -> None:
    with st.form("token"), st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.text_input("Label", placeholder="pit wall display", key="token-label")
        scope = choose_role("Scope", reader.role)
        days = st.number_input("Days", 1, TOKEN_LASTS_AT_MOST_DAYS, TOKEN_LASTS_DAYS)
        pressed = st.form_submit_button("Create token", key="token-submit")
    if pressed:
        with remedies():
            plan = TokenPlan(label, scope, int(days))
            _, key = session.desks().accounts.create_token(
                reader.account_id, plan, by=reader.account_id, now=session.now()
            )
            st.session_state[_KEY] = key
            done("The token is created: copy it now.")


def _show_key() -> None:
    """Once: it is stored hashed and cannot be read again."""
    if key := st.session_state.pop(_KEY, None):
        st.warning("Copy this token now. It is shown only once.")
        st.code(key, language=None)
