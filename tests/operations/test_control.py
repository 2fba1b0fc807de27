"""The way to a running group: one line asks, lines answer; for its own user alone, at a path of any length."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kopir.operations.control import ControlSocket, ask_group
from kopir.operations.errors import OperationsError


async def answer(command: str, tell: Callable[[str], None]) -> Any:
    """A group that counts."""
    if command == "fail":
        raise OperationsError("no; try later")
    tell("one")
    await asyncio.sleep(0.05)
    tell("two")
    return [command]


def serve(path: Path, ask: Callable[[], Any]) -> Any:
    """Ask while a group listens at `path`."""

    async def scene() -> Any:
        async with ControlSocket(path, answer):
            return await asyncio.to_thread(ask)

    return asyncio.run(scene())


def test_what_goes_on_is_told_and_the_end_returned(tmp_path):
    told: list[str] = []
    assert serve(tmp_path / "s", lambda: ask_group(tmp_path / "s", "renew", told.append)) == ["renew"]
    assert told == ["one", "two"]
    assert not (tmp_path / "s").exists()


def test_a_path_may_be_longer_than_a_socket_may(tmp_path):
    folder = tmp_path / ("a" * 100) / ("b" * 100)
    folder.mkdir(parents=True)
    assert serve(folder / "s", lambda: ask_group(folder / "s", "renew", str)) == ["renew"]


def test_it_is_for_its_own_user_alone(tmp_path):
    assert serve(tmp_path / "s", lambda: (tmp_path / "s").stat().st_mode & 0o777) == 0o600


def test_a_failure_comes_with_its_words(tmp_path):
    with pytest.raises(OperationsError, match="no; try later"):
        serve(tmp_path / "s", lambda: ask_group(tmp_path / "s", "fail", str))


def test_where_no_group_runs_nobody_answers(tmp_path):
    assert ask_group(tmp_path / "s", "status", str) is None
    assert ask_group(tmp_path / "nowhere" / "s", "status", str) is None
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "s"))
    assert ask_group(tmp_path / "s", "status", str) is None, "left by one that was killed"
    assert serve(tmp_path / "s", lambda: ask_group(tmp_path / "s", "x", str)) == ["x"], "and no hindrance"


def test_a_group_that_ends_meanwhile_is_told(tmp_path):
    def ask() -> Any:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(tmp_path / "t"))
            server.listen()
            server.settimeout(10)

            def take() -> None:
                connection, _ = server.accept()
                connection.recv(10)
                connection.close()

            import threading

            thread = threading.Thread(target=take)
            thread.start()
            try:
                return ask_group(tmp_path / "t", "status", str)
            finally:
                thread.join()

    with pytest.raises(OperationsError, match="ended before it answered"):
        ask()


@pytest.mark.parametrize("noise", [b"", b"x" * 5000, b"\xff\xfe\n", b"renew"])
def test_noise_does_not_stop_it(tmp_path, noise):
    def ask() -> Any:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(tmp_path / "s"))
            sock.sendall(noise)
        return ask_group(tmp_path / "s", "renew", str)

    assert serve(tmp_path / "s", ask) == ["renew"]
