"""What was counted is taken once: by whoever comes first, also after a fall between taking and committing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from stat import S_IMODE

import pytest

from kopir.edge.tray import FOLDER, LAID, Note, Tray, taking

ONE = Note("seen", 1_800_000_000.0, [["a.example", "/kk/", 2]])


def take(folder):
    with taking(folder) as taken:
        taken.remove()
        return taken.notes


def fall(folder, *, removes):
    """Take, and fall before the end."""
    with taking(folder) as taken:
        assert taken.notes == [ONE]
        if removes:
            taken.remove()
        raise ZeroDivisionError


def other_process(folder):
    """Another process lays one down."""
    program = "import sys; from pathlib import Path; from kopir.edge import Note, Tray; "
    program += "Tray(Path(sys.argv[1])).lay(Note('seen', 5.0, [['b.example', '/', 1]]))"
    subprocess.run(
        [sys.executable, "-c", program, str(folder)], check=True, env={"PYTHONPATH": os.pathsep.join(sys.path)}
    )


def test_what_several_processes_lay_down_is_taken_together_and_once(folder):
    Tray(folder).lay(ONE)
    Tray(folder).lay(ONE)
    other_process(folder)
    assert sorted(note.at for note in take(folder)) == [5.0, ONE.at, ONE.at]
    assert take(folder) == []


def test_rows_come_as_they_were_laid(folder):
    Tray(folder).lay(Note("lacked", 7.5, [["a.example", "/kk/\u00d0\u00ba", 1], ["b", '"\n', 3]]))
    assert take(folder) == [Note("lacked", 7.5, [["a.example", "/kk/\u00d0\u00ba", 1], ["b", '"\n', 3]])]


def test_who_falls_before_the_end_leaves_it_to_the_next(folder):
    Tray(folder).lay(ONE)
    with pytest.raises(ZeroDivisionError):
        fall(folder, removes=False)
    Tray(folder).lay(Note("seen", 9.0, []))
    assert take(folder) == [ONE], "what was left comes first"
    assert take(folder) == [Note("seen", 9.0, [])]


def test_who_falls_after_removing_takes_it_along(folder):
    Tray(folder).lay(ONE)
    with pytest.raises(ZeroDivisionError):
        fall(folder, removes=True)
    assert take(folder) == []


def test_of_two_takers_one_waits(folder):
    Tray(folder).lay(ONE)
    with ThreadPoolExecutor(1) as pool:
        with taking(folder) as taken:
            other = pool.submit(take, folder)
            with pytest.raises(TimeoutError):
                other.result(timeout=0.2)
            taken.remove()
        assert (taken.notes, other.result()) == ([ONE], [])


def test_a_line_that_was_cut_off_is_lost_and_takes_no_other_with_it(folder):
    Tray(folder).lay(ONE)
    place = next((folder / FOLDER).glob(f"*{LAID}"))
    with place.open("ab") as file:
        file.write(b'\n["seen",1,[["a.exam')
    Tray(folder).lay(ONE)
    with place.open("ab") as file:
        file.write(b'\n5\n["seen"]\n["seen","x",[]]\n["seen",1,[7]]\n\xff\n')
    assert take(folder) == [ONE, ONE]


def test_a_worker_that_never_comes_fills_no_disk(folder):
    tray = Tray(folder, limit_bytes=1000)
    for _ in range(100):
        tray.lay(ONE)
    place = next((folder / FOLDER).glob(f"*{LAID}"))
    assert 900 < place.stat().st_size <= 1000
    take(folder)
    tray.lay(ONE)
    assert take(folder) == [ONE]


def test_made_up_addresses_leave_room_for_pages(folder):
    tray = Tray(folder, limit_bytes=1000)
    for _ in range(100):
        tray.lay(Note("lacked", 7.5, [["a.example", "/wp-login.php", 1]]))
    tray.lay(ONE)
    assert ONE in take(folder)


def test_nobody_else_on_the_machine_reads_it_and_a_folder_that_refuses_is_no_fault(folder, tmp_path):
    Tray(folder).lay(ONE)
    assert S_IMODE((folder / FOLDER).stat().st_mode) == 0o700
    assert S_IMODE(next((folder / FOLDER).glob(f"*{LAID}")).stat().st_mode) == 0o600
    (tmp_path / "file").write_text("")
    Tray(tmp_path / "file").lay(ONE)
