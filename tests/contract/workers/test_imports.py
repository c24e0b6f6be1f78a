"""A worker stays small: nothing that draws or computes tables is loaded."""

import subprocess
import sys

from tests.contract.workers.conftest import ROOT

HEAVY = ["streamlit", "streamlit_authenticator", "fastapi", "starlette", "uvicorn", "typer"]
HEAVY += ["pandas", "numpy", "pyarrow", "scipy", "plotly", "pydeck"]


def test_a_worker_loads_neither_pages_nor_tables() -> None:
    code = f"import sys, workers.__main__; print(*(name for name in {HEAVY} if name in sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert loaded.split() == []
