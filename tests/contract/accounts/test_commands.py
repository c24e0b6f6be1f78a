"""`paddock token` and `paddock account` beside a database that is there."""

import pytest
from typer.testing import CliRunner, Result

from core.accounts.model import Right, Role
from core.accounts.plan import AccountPlan
from core.io.clock import utc_now
from core.io.runtime import Runtime
from core.io.settings import Settings
from portal.cli import app

PASSWORD = "slow in, fast out"


@pytest.fixture(autouse=True)
def _here(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read the environment as they always do."""
    for name in ("data", "database_url", "redis_url", "bus_prefix"):
        monkeypatch.setenv(f"PADDOCK_{name.upper()}", str(getattr(settings, name)))


def test_a_token_is_printed_alone_once_and_opens_what_its_scope_allows(owner_runtime: Runtime) -> None:
    owner_runtime.accounts.create_account(AccountPlan("boss", "", Role.ADMIN, PASSWORD), by=None, now=utc_now())

    made = _run("token", "create", "--user", "boss", "--role", "viewer", "--days", "3", "--label", "screen")

    identity = owner_runtime.accounts.identify_token(made.stdout.strip(), utc_now())
    assert identity is not None
    assert Right.OPERATE not in identity.rights
    listed = _run("token", "list", "--user", "boss").stdout
    assert str(identity.entry_id) in listed
    assert made.stdout.strip() not in listed


def test_a_revoked_token_is_over(owner_runtime: Runtime) -> None:
    owner_runtime.accounts.create_account(AccountPlan("boss", "", Role.ADMIN, PASSWORD), by=None, now=utc_now())
    key = _run("token", "create", "--user", "boss", "--role", "admin").stdout.strip()
    identity = owner_runtime.accounts.identify_token(key, utc_now())
    assert identity is not None

    _run("token", "revoke", "--user", "boss", str(identity.entry_id))

    assert owner_runtime.accounts.identify_token(key, utc_now()) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--user", "nobody", "--role", "viewer"), "There is no account “nobody”."),
        (("--user", "nobody", "--role", "king"), "Invalid value for '--role'"),
        (("--user", "nobody", "--role", "viewer", "--days", "0"), "Invalid value for '--days'"),
    ],
    ids=["unknown account", "unknown role", "no days"],
)
def test_a_token_that_cannot_be_made_says_why(words: tuple[str, ...], said: str) -> None:
    refused = CliRunner().invoke(app, ["token", "create", *words])

    assert refused.exit_code != 0
    assert said in refused.stderr
    assert refused.stdout == ""


def test_an_account_is_made_and_given_a_new_password(owner_runtime: Runtime) -> None:
    _run("account", "create", "Desk", "--role", "race_control", "--display-name", "Race Control", typed=PASSWORD)
    _run("account", "password", "desk", typed="another good one")

    assert owner_runtime.accounts.sign_in("desk", "another good one", client="", now=utc_now())
    assert _run("account", "list").stdout.split() == ["desk", "race_control", "Race", "Control"]


def test_a_weak_password_makes_no_account(owner_runtime: Runtime) -> None:
    refused = CliRunner().invoke(app, ["account", "create", "desk", "--role", "viewer"], input="short\n")

    assert refused.exit_code == 1
    assert "at least 10 characters" in refused.stderr
    assert owner_runtime.accounts.accounts() == ()


def _run(*words: str, typed: str = "") -> Result:
    result = CliRunner().invoke(app, list(words), input=f"{typed}\n", catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result
