"""The small application behind the real gate that the tests of this folder ask."""

from collections.abc import Iterator

import pytest

from core.io.runtime import Runtime
from tests.portal_server import Portal, behind_the_gate, serving


@pytest.fixture
def portal(app_runtime: Runtime) -> Iterator[Portal]:
    with serving(behind_the_gate(), app_runtime) as served:
        yield served
