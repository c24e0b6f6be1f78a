"""The account page's parts: password, browsers that are signed in, tokens of programs."""

from uuid import UUID

import streamlit as st

from core.accounts.keys import TOKEN_LASTS_AT_MOST_DAYS, TOKEN_LASTS_DAYS
from core.accounts.model import Identity, SignIn
from core.accounts.plan import SHORTEST_PASSWORD, TokenPlan
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import day_and_time
from portal.forms import choose_role, done, menu, nothing, remedies

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
    desk, zone = session.desks().accounts, session.place().zone
    known = desk.sign_ins(reader.account_id, session.now())
    list_table(tables.sign_in_rows(known, reader.entry_id, zone), "Signed in", key="sign-ins")
    others = {str(one.id): _browser(one, zone) for one in known if one.id != reader.entry_id}
    ended = menu("Sign out a browser", others, key="end-sign-in")
    if ended is not None:
        with remedies():
            desk.revoke_sign_in(reader.account_id, UUID(ended), by=reader.account_id, now=session.now())
            done("That browser is signed out.")


def _browser(one: SignIn, zone: str) -> str:
    return f"{day_and_time(one.created_at, zone)} · {one.client[:40]}"


def tokens(reader: Identity) -> None:
    desk = session.desks().accounts
    known = desk.tokens(reader.account_id)
    if known:
        list_table(tables.token_rows(known, session.now(), session.place().zone), "Tokens", key="tokens")
    else:
        nothing("No program has a token of yours.", "A token lets a script or an app use the API in your name.")
    _show_key()
    _create_token(reader)
    now = session.now()
    valid = {str(one.id): one.label for one in known if one.revoked_at is None and one.expires_at > now}
    ended = menu("Revoke a token", valid, key="end-token")
    if ended is not None:
        with remedies():
            desk.revoke_token(reader.account_id, UUID(ended), by=reader.account_id, now=now)
            done("The token is revoked.")


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
