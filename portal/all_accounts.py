"""The accounts page's parts: the list, one account's role and state, a new account, what is public."""

import streamlit as st

from core.accounts.model import Account, Identity, Right, Role
from core.accounts.plan import AccountChange, AccountPlan
from core.accounts.policy import CAN_BE_PUBLIC
from portal import session, tables
from portal.components.list_table import list_table
from portal.format import words
from portal.forms import choose_role, done, remedies


def listed() -> Account | None:
    """Every account; returns the chosen one."""
    known = {one.name: one for one in session.desks().accounts.accounts()}
    rows = tables.account_rows(known.values(), session.now())
    picked = list_table(rows, "Accounts", key="accounts", ids=list(known))
    return known[picked] if picked else None


def change(one: Account, reader: Identity) -> None:
    """Takes effect at once, on open pages and sockets too."""
    with st.form(f"change-{one.id}"):
        shown = st.text_input("Shown as", one.display_name)
        role = choose_role("Role", one.role)
        team = st.text_input("Team", one.team or "")
        active = st.checkbox("Active", value=one.active)
        pressed = st.form_submit_button("Save")
    if pressed:
        with remedies():
            wanted = AccountChange(shown, role, team, active)
            session.desks().accounts.change(one.id, wanted, by=reader.account_id, now=session.now())
            done(f"{one.name} is saved.")


def throw_out(one: Account, reader: Identity) -> None:
    """A new password, or out of every browser and program at once."""
    desk = session.desks().accounts
    with st.form(f"reset-{one.id}"):
        fresh = st.text_input("New password", type="password", autocomplete="new-password", help="Ends the lock too.")
        pressed = st.form_submit_button("Set password")
    if pressed:
        with remedies():
            desk.set_password(one.id, fresh, by=reader.account_id, now=session.now())
            done(f"{one.name} has a new password and is signed out everywhere.")
    if st.button(f"Sign {one.name} out everywhere", key=f"out-{one.id}"):
        with remedies():
            desk.revoke_all(one.id, by=reader.account_id, now=session.now())
            done(f"{one.name} is signed out and its tokens are revoked.")


def create(reader: Identity) -> None:
    with st.form("create-account"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("Name", help="What is typed at the door.", key="account-name")
            shown = st.text_input("Shown as")
            role = choose_role("Role", Role.VIEWER)
            team = st.text_input("Team")
            password = st.text_input("Password", type="password", autocomplete="new-password", key="account-password")
        pressed = st.form_submit_button("Create account", type="primary", key="create-account-submit")
    if pressed:
        with remedies():
            plan = AccountPlan(name, shown, role, password, team or None)
            made = session.desks().accounts.create_account(plan, by=reader.account_id, now=session.now())
            done(f"{made.name} can sign in now.")


def public(reader: Identity) -> None:
    """What visitors without an account may see."""
    desk = session.desks().accounts
    now_public = desk.public_rights()
    with st.form("public"), st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.multiselect(
            "Open to everybody", sorted(CAN_BE_PUBLIC), sorted(now_public), format_func=words, placeholder="Nothing"
        )
        pressed = st.form_submit_button("Save")
    if pressed:
        with remedies():
            desk.set_public_rights([Right(one) for one in wanted], by=reader.account_id, now=session.now())
            done("Saved.")
