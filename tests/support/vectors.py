"""The golden vectors under `tests/vectors`, as files and as their script would write them now."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "vectors"


def load(name: str) -> Any:
    """The vectors of one file; bytes are in hexadecimal."""
    return json.loads((FOLDER / name).read_text("utf-8"))


def is_as_made(name: str) -> bool:
    """Whether the file is what the script makes of today's code."""
    script = runpy.run_path(str(FOLDER / "make.py"))
    return bool((FOLDER / name).read_text("utf-8") == script["as_text"](script["FILES"][name]()))
