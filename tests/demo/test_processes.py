"""Programs beside each other: what they say is kept, the end of one is told, and all are gone in the end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kopir.demo import processes
from kopir.demo.processes import ProgramError, Programs
from stands import is_alive

MODULES = {
    "sleeper": "import time\nprint('awake', flush=True)\ntime.sleep(60)\n",
    "stubborn": (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('awake', flush=True)\ntime.sleep(60)\n"
    ),
    "quitter": "import sys\nprint(*range(9), sep='\\n')\nsys.exit('no disk')\n",
    "silent": "",
    "teller": "import os\nprint(*sorted(name for name in os.environ if name.startswith('STAND')))\n",
}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    for name, text in MODULES.items():
        (tmp_path / f"stand_{name}.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    return Programs(tmp_path / "log")


def wait_for_words(programs: Programs, name: str, words: str) -> None:
    for _ in range(400):
        if words in (programs.logs / f"{name}.log").read_text():
            return
        time.sleep(0.05)
    raise AssertionError(words)


def wait_for_the_end(programs: Programs) -> str:
    for _ in range(400):
        try:
            programs.check()
        except ProgramError as error:
            return str(error)
        time.sleep(0.05)
    raise AssertionError


def pids(programs: Programs) -> list[int]:
    return [process.pid for process in programs._running.values()]


def test_they_run_beside_each_other_until_the_block_ends(programs: Programs) -> None:
    with programs:
        for name in ("first", "second"):
            programs.start(name, "stand_sleeper")
            wait_for_words(programs, name, "awake")
        started = pids(programs)
        programs.check()

    assert len(started) == 2
    assert not [pid for pid in started if is_alive(pid)]
    programs.check()


def test_they_are_gone_after_an_error_too(programs: Programs) -> None:
    def fail() -> None:
        with programs:
            programs.start("first", "stand_sleeper")
            started.extend(pids(programs))
            raise KeyError

    started: list[int] = []
    with pytest.raises(KeyError):
        fail()
    assert not [pid for pid in started if is_alive(pid)]


def test_the_end_of_one_is_told_with_its_last_words(programs: Programs) -> None:
    with programs:
        programs.start("tj-node", "stand_quitter")
        said = wait_for_the_end(programs)

    assert said == "tj-node ended with code 1; its last words:\n  5\n  6\n  7\n  8\n  no disk"


def test_words_of_an_earlier_time_are_not_its_last(programs: Programs) -> None:
    with programs:
        (programs.logs / "kz-node.log").write_text("long ago\n")
        programs.start("kz-node", "stand_silent")
        said = wait_for_the_end(programs)

    assert said == "kz-node ended with code 0; its last words:\n  (nothing)"
    assert (programs.logs / "kz-node.log").read_text() == "long ago\n"


def test_one_that_does_not_stop_is_killed(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_WAIT_S", 0.2)
    with programs:
        programs.start("mule", "stand_stubborn")
        wait_for_words(programs, "mule", "awake")
        (pid,) = pids(programs)

    assert not is_alive(pid)


def test_an_errand_ends_by_itself_and_is_not_missed(programs: Programs) -> None:
    with programs:
        programs.start("kz-prepare", "stand_silent", is_errand=True)
        programs.finish("kz-prepare", 20)
        programs.check()

        assert pids(programs) == []


def test_an_errand_that_fails_is_told(programs: Programs) -> None:
    with programs:
        programs.start("kz-prepare", "stand_quitter", is_errand=True)
        with pytest.raises(ProgramError, match="kz-prepare ended with code 1"):
            programs.finish("kz-prepare", 20)


def test_an_errand_that_lasts_too_long_is_told(programs: Programs) -> None:
    with programs:
        programs.start("kz-prepare", "stand_sleeper", is_errand=True)
        with pytest.raises(ProgramError, match="kz-prepare is not done after 0 s"):
            programs.finish("kz-prepare", 0.1)


def test_a_program_sees_the_environment_that_it_is_given(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STAND_OURS", "1")
    with programs:
        programs.start(
            "kz-portal", "stand_teller", variables={"PYTHONPATH": str(tmp_path), "STAND_ITS": "1"}, is_errand=True
        )
        programs.finish("kz-portal", 20)

    assert (programs.logs / "kz-portal.log").read_text() == "STAND_ITS\n"
