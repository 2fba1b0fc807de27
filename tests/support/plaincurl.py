"""Stands in for curl on a machine that has none: the few options that our pages and hints use, and no others."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> int:
    """Make one request and print the answer's body."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-w", default="")
    parser.add_argument("-X", default="GET")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-o", type=Path)
    parser.add_argument("--retry", type=int, default=0)
    parser.add_argument("--retry-delay", type=float, default=1)
    parser.add_argument("--retry-connrefused", action="store_true")
    parser.add_argument("url")
    options = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in options.H)
    request = urllib.request.Request(options.url, method=options.X, headers=headers)  # noqa: S310  # the test's own
    body = _body(request)
    while body is None and options.retry:
        options.retry -= 1
        time.sleep(options.retry_delay)
        body = _body(request)
    if body is None:
        return 7
    if options.o is not None:
        options.o.write_bytes(body)
    else:
        sys.stdout.buffer.write(body)
    sys.stdout.write(options.w.replace("\\n", "\n"))
    return 0


def _body(request: urllib.request.Request) -> bytes | None:
    """The body of the answer, whatever its status; None if there was none."""
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # the test's own
            return bytes(answer.read())
    except urllib.error.HTTPError as refusal:  # an answer like any other to curl
        return refusal.read()
    except OSError:
        return None


@cache
def folder_of_curl() -> str:
    """Return a folder for PATH in which there is a `curl`: none but this if the machine has its own."""
    if shutil.which("curl") is not None:
        return ""
    folder = TemporaryDirectory(prefix="kopir-curl-")
    _kept.append(folder)
    program = Path(folder.name) / "curl"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{__file__}' \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)
    return folder.name


_kept: list[TemporaryDirectory[str]] = []

if __name__ == "__main__":
    sys.exit(main())
