"""Logs: each record one line of JSON with its facts, and no secret in it."""

import io
import json
import logging
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.io.chronicle import worth_telling
from core.io.logs import JsonLines


def line(facts: Mapping[str, object] | None = None, message: str = "over", level: int = logging.INFO) -> str:
    record = logging.makeLogRecord({"msg": message, "levelno": level, "levelname": logging.getLevelName(level)})
    vars(record).update(facts or {})
    return JsonLines().format(record)


def test_facts_stand_beside_the_message() -> None:
    said = json.loads(line({"circuit": "north", "events": 7}))

    assert (said["message"], said["circuit"], said["events"]) == ("over", "north", 7)
    assert said["time"].endswith("+00:00")


def test_a_fact_never_hides_what_every_line_has() -> None:
    said = json.loads(line({"time": "12:00", "level": "high"}))

    assert (said["level"], said["level_"], said["time_"]) == ("INFO", "high", "12:00")


@pytest.mark.parametrize("name", ["password", "new_password", "session_token", "Cookie", "api_key", "client_secret"])
def test_what_is_named_like_a_secret_is_not_written(name: str) -> None:
    assert "hunter2" not in line({name: "hunter2"})


@pytest.mark.parametrize("url", ["postgresql://paddock_owner:hunter2@db/paddock", "redis://:hunter2@bus:6379/0"])
def test_credentials_in_an_address_are_not_written(url: str) -> None:
    said = line({"address": url}, f"cannot reach {url}")

    assert "hunter2" not in said
    assert url.rpartition("@")[2] in said


def test_a_failure_carries_its_trace_on_the_same_line() -> None:
    failure = IndexError("no such kart")
    record = logging.makeLogRecord({"msg": "bug", "exc_info": (IndexError, failure, None)})

    said = JsonLines().format(record)

    assert "\n" not in said
    assert "IndexError" in json.loads(said)["trace"]


@given(
    st.text(), st.dictionaries(st.sampled_from(["kart", "driver", "level"]), st.text() | st.integers() | st.binary())
)
def test_any_message_and_any_fact_make_one_readable_line(message: str, facts: dict[str, object]) -> None:
    said = line(facts, message)

    assert len(io.StringIO(said).readlines()) == 1
    json.loads(said)


def test_warnings_and_worse_are_worth_telling_in_words() -> None:
    assert worth_telling(line({"reason": "refused"}, "bus lost", logging.WARNING)) == "bus lost  reason=refused"


@pytest.mark.parametrize(
    "said",
    ["", "Traceback (most recent call last):", "[]", "{}", "12", line()],
    ids=["nothing", "trace", "list", "object", "number", "an ordinary line"],
)
def test_everything_else_is_only_kept(said: str) -> None:
    assert worth_telling(said) is None
