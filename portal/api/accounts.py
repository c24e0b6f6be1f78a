"""Accounts over the API: one's own password, sign-ins and tokens; everybody's for an admin."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from core.accounts.desk import AccountsDesk
from core.accounts.keys import TOKEN_LASTS_DAYS
from core.accounts.model import Account, Identity, Right, Role, SignIn, Token
from core.accounts.plan import AccountChange, AccountPlan, TokenPlan
from portal.api.needs import needs
from portal.running import now, runtime

router = APIRouter(tags=["accounts"])

Entered = Annotated[Identity, Depends(needs(Right.ENTER))]
Owner = Annotated[Identity, Depends(needs(Right.OWN_TOKENS))]
Admin = Annotated[Identity, Depends(needs(Right.EDIT_ACCOUNTS))]


class Sent(BaseModel):
    """What is sent may have no field that we do not know: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class NewPassword(Sent):
    password: str


class PasswordChange(Sent):
    old: str
    new: str


class NewToken(Sent):
    label: str
    role: Role = Field(description="The scope: the rights of this role, as far as the account has them too.")
    days: int = TOKEN_LASTS_DAYS


class NewAccount(Sent):
    name: str
    display_name: str = ""
    role: Role
    password: str
    team: str | None = None


class ChangedAccount(Sent):
    """What is not sent stays as it is."""

    display_name: str | None = None
    role: Role | None = None
    team: str | None = Field(None, description="An empty text takes the account out of its team.")
    active: bool | None = None


class PublicRights(Sent):
    rights: set[Right]


class Me(BaseModel):
    account_id: UUID
    name: str
    display_name: str
    role: Role
    team: str | None
    rights: list[Right]
    entry_id: UUID
    via: Literal["cookie", "token", "public"]


class TokenWithKey(BaseModel):
    token: Token
    key: str = Field(description="Shown this once: `Authorization: Bearer …`.")


@router.get("/me")
def read_me(me: Entered) -> Me:
    """Who is asking, and what they may do."""
    return Me(
        account_id=me.account_id,
        name=me.name,
        display_name=me.display_name,
        role=me.role,
        team=me.team,
        rights=sorted(me.rights),
        entry_id=me.entry_id,
        via=me.via.value,
    )


@router.post("/me/password", status_code=204)
def change_my_password(me: Owner, change: PasswordChange) -> None:
    """Also ends every other sign-in of the account."""
    _desk().change_password(me, change.old, change.new, now=now())


@router.get("/me/sign-ins")
def list_my_sign_ins(me: Owner) -> tuple[SignIn, ...]:
    return _desk().sign_ins(me.account_id, now())


@router.delete("/me/sign-ins/{sign_in_id}", status_code=204)
def revoke_my_sign_in(me: Owner, sign_in_id: UUID) -> None:
    _desk().revoke_sign_in(me.account_id, sign_in_id, by=me.account_id, now=now())


@router.get("/me/tokens")
def list_my_tokens(me: Owner) -> tuple[Token, ...]:
    return _desk().tokens(me.account_id)


@router.post("/me/tokens", status_code=201)
def create_my_token(me: Owner, new: NewToken) -> TokenWithKey:
    plan = TokenPlan(new.label, new.role, new.days)
    token, key = _desk().create_token(me.account_id, plan, by=me.account_id, now=now())
    return TokenWithKey(token=token, key=key)


@router.delete("/me/tokens/{token_id}", status_code=204)
def revoke_my_token(me: Owner, token_id: UUID) -> None:
    _desk().revoke_token(me.account_id, token_id, by=me.account_id, now=now())


@router.get("/accounts")
def list_accounts(_: Admin) -> tuple[Account, ...]:
    return _desk().accounts()


@router.post("/accounts", status_code=201)
def create_account(admin: Admin, new: NewAccount) -> Account:
    plan = AccountPlan(new.name, new.display_name, new.role, new.password, new.team)
    return _desk().create_account(plan, by=admin.account_id, now=now())


@router.get("/accounts/{account_id}")
def read_account(_: Admin, account_id: UUID) -> Account:
    return _desk().account(account_id)


@router.patch("/accounts/{account_id}")
def change_account(admin: Admin, account_id: UUID, changed: ChangedAccount) -> Account:
    """Takes effect at once, on open pages and sockets too. The last active admin cannot be removed."""
    change = AccountChange(changed.display_name, changed.role, changed.team, changed.active)
    return _desk().change(account_id, change, by=admin.account_id, now=now())


@router.post("/accounts/{account_id}/password", status_code=204)
def set_password(admin: Admin, account_id: UUID, new: NewPassword) -> None:
    """Also ends the lock after wrong passwords, and every sign-in of the account."""
    _desk().set_password(account_id, new.password, by=admin.account_id, now=now())


@router.post("/accounts/{account_id}/revoke", status_code=204)
def throw_out(admin: Admin, account_id: UUID) -> None:
    """End every sign-in and every token of the account."""
    _desk().revoke_all(account_id, by=admin.account_id, now=now())


@router.get("/accounts/{account_id}/sign-ins")
def list_sign_ins(_: Admin, account_id: UUID) -> tuple[SignIn, ...]:
    return _desk().sign_ins(account_id, now())


@router.delete("/accounts/{account_id}/sign-ins/{sign_in_id}", status_code=204)
def revoke_sign_in(admin: Admin, account_id: UUID, sign_in_id: UUID) -> None:
    _desk().revoke_sign_in(account_id, sign_in_id, by=admin.account_id, now=now())


@router.get("/accounts/{account_id}/tokens")
def list_tokens(_: Admin, account_id: UUID) -> tuple[Token, ...]:
    return _desk().tokens(account_id)


@router.delete("/accounts/{account_id}/tokens/{token_id}", status_code=204)
def revoke_token(admin: Admin, account_id: UUID, token_id: UUID) -> None:
    _desk().revoke_token(account_id, token_id, by=admin.account_id, now=now())


@router.get("/public-rights")
def read_public_rights(_: Admin) -> list[Right]:
    """What visitors without an account may do."""
    return sorted(_desk().public_rights())


@router.put("/public-rights", status_code=204)
def set_public_rights(admin: Admin, public: PublicRights) -> None:
    _desk().set_public_rights(public.rights, by=admin.account_id, now=now())


def _desk() -> AccountsDesk:
    return runtime().accounts
