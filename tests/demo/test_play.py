"""The stand as its user sees it: what it prints, that its lines work when pasted, how it ends, what it keeps."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from plaincurl import folder_of_curl
from stands import PROGRAMS_PER_COUNTRY, free_first_port, is_alive, run_once, running_stand


def paste(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the output as a user would who pastes it."""
    environment = {**os.environ, "PATH": os.pathsep.join((os.environ["PATH"], folder_of_curl()))}
    return subprocess.run(  # noqa: S602 - that is the point
        line, shell=True, capture_output=True, text=True, check=False, timeout=30, cwd=folder.parent, env=environment
    )


def lines_of(said: str, words: str) -> list[str]:
    """The lines to paste that begin with a program of this name."""
    return [line.strip() for line in said.splitlines() if re.match(rf"\s+(\S*/)?{words} ", line)]


def test_the_play_shows_each_step_and_a_line_that_verifies_offline(tmp_path: Path) -> None:
    folder = tmp_path / "stand"

    done = run_once(folder, free_first_port())

    assert (done.returncode, done.stderr) == (0, "")
    steps = re.findall(r"^(\d)\. (\S+)", done.stdout, flags=re.MULTILINE)
    node = "GOV/DIGITAL/node1"
    assert steps == [
        ("1", "TJ/GOV/DIGITAL/egov"),
        ("2", f"TJ/{node}"),
        ("3", f"KZ/{node}"),
        ("4", f"TJ/{node}"),
        ("5", "The"),
    ]
    assert re.search(r"name +Алматы", done.stdout)
    assert f"The evidence of this exchange is {folder.name}/exchange.evidence." in done.stdout
    (line,) = lines_of(done.stdout, "kopir evidence verify")
    verdict = paste(folder, line)
    assert (verdict.returncode, verdict.stderr) == (0, "")
    assert "STAMPED: request and answer are proven" in verdict.stdout
    assert "KZ/GOV/STAT/registers/regions" in verdict.stdout
    (message_id,) = re.findall(r"message id: +(\S+)", verdict.stdout)
    for log, event in (("tj-node", "consumed"), ("kz-node", "provided")):
        lines = [json.loads(line) for line in (folder / "log" / f"{log}.log").read_text("utf-8").splitlines()]
        assert [line["message_id"] for line in lines if line["event"] == event] == [message_id]
    evidence = folder / "exchange.evidence"
    evidence.write_bytes(evidence.read_bytes()[:-1] + b"?")
    assert paste(folder, line).returncode == 1


def test_a_second_start_keeps_keys_journal_and_what_was_written_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "stand"
    first = run_once(folder, free_first_port())
    assert first.returncode == 0, first.stderr
    keys = {path: path.read_bytes() for path in folder.glob("*/keys/*")}
    journal = folder / "tj" / "state" / "journal" / "00000000.log"
    written = journal.read_bytes()
    shutil.copy(folder / "exchange.evidence", folder / "first.evidence")
    with (folder / "kz" / "node.toml").open("a") as file:
        file.write('\n[[service.allow]]\nclient = "UZ/GOV/DIGITAL/egov"\n')

    second = run_once(folder, None)

    assert second.returncode == 0, second.stderr
    assert keys
    assert keys == {path: path.read_bytes() for path in folder.glob("*/keys/*")}
    assert journal.read_bytes().startswith(written)
    assert len(journal.read_bytes()) > len(written)
    assert "UZ/GOV/DIGITAL/egov" in (folder / "kz" / "node.toml").read_text("utf-8")
    (line,) = lines_of(second.stdout, "kopir evidence verify")
    for name in ("first", "exchange"):
        assert "STAMPED" in paste(folder, line.replace("exchange.evidence", f"{name}.evidence")).stdout


def test_its_nodes_answer_until_ctrl_c_which_leaves_no_program_behind(tmp_path: Path) -> None:
    folder = tmp_path / "stand"
    with running_stand(folder, free_first_port()) as stand:
        hints = lines_of(stand.said, "curl")
        answers = [paste(folder, line) for line in hints]
        children = stand.children()
        status, said = stand.end(signal.SIGINT)

    assert [bool(re.match(r'\{"code":"(TJK001|750000000)"', answer.stdout)) for answer in answers] == [True, True]
    assert len(children) == 2 * PROGRAMS_PER_COUNTRY
    assert (status, said.strip()) == (0, "Stopping.")
    assert not [command for pid, command in children.items() if is_alive(pid)]


def test_a_program_that_ends_is_told_with_its_last_words_and_ends_the_stand(tmp_path: Path) -> None:
    with running_stand(tmp_path / "stand", free_first_port()) as stand:
        children = stand.children()
        (register,) = (pid for pid, command in children.items() if "demo.registry --country kz" in command)
        os.kill(register, signal.SIGKILL)
        status, said = stand.wait()

    assert status == 2
    assert "kopir: kz-register ended with code -9; its last words:\n  Register of Kazakhstan: 244 places" in said
    assert not [command for pid, command in children.items() if is_alive(pid)]


def test_a_polite_kill_leaves_no_program_behind_either(tmp_path: Path) -> None:
    with running_stand(tmp_path / "stand", free_first_port()) as stand:
        children = stand.children()
        status, _ = stand.end(signal.SIGTERM)

    assert status == 0
    assert not [command for pid, command in children.items() if is_alive(pid)]


def test_a_second_stand_in_the_same_folder_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "stand"
    with running_stand(folder, free_first_port()) as stand:
        children = stand.children()
        before = {path: path.read_bytes() for path in folder.glob("*/*.*") if path.suffix != ".log"}
        beside = run_once(folder, free_first_port())
        stand.end(signal.SIGKILL)
        left = run_once(folder, free_first_port(), "--fresh")
        after = {path: path.read_bytes() for path in before}
        for pid in children:
            os.kill(pid, signal.SIGTERM)

    for done in (beside, left):
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            "kopir: programs of a stand in stand are running; stop them, or start another beside: "
            "make run ARGS='--folder var/stand2 --first-port 28000'\n"
        )
    assert before
    assert after == before


def test_a_taken_port_is_named_with_the_remedy_before_anything_is_made(tmp_path: Path) -> None:
    first_port = free_first_port()
    with socket.create_server(("127.0.0.1", first_port + 13)):
        done = run_once(tmp_path / "stand", first_port)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"kopir: port {first_port + 13} is taken; stop what uses it, or choose others: make run "
    )
    assert not (tmp_path / "stand").exists()


def test_fresh_leaves_a_folder_alone_that_is_no_stand(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").write_text("dear")

    done = run_once(tmp_path / "home", free_first_port(), "--fresh")

    assert (done.returncode, done.stderr) == (
        2,
        "kopir: home is no stand, and is left alone: choose another --folder\n",
    )
    assert (tmp_path / "home" / "letter").read_text() == "dear"
