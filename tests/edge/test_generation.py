"""The number that all processes see: through their memory, by the name of its file."""

from __future__ import annotations

import subprocess
import sys

from kopir.edge.generation import FILE, Generation


def test_what_one_writes_another_process_sees_in_its_memory(tmp_path):
    here = Generation(tmp_path / "pages")
    assert here.cell[0] == 0
    code = (
        "import sys; from pathlib import Path; from kopir.edge.generation import Generation\n"
        "Generation(Path(sys.argv[1])).cell[0] = 1_800_000_000_000_001"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "pages")], check=True)
    assert here.cell[0] == 1_800_000_000_000_001
    assert Generation(tmp_path / "pages").cell[0] == 1_800_000_000_000_001


def test_only_the_portals_user_reads_it(tmp_path):
    Generation(tmp_path / "pages")
    assert (tmp_path / "pages").stat().st_mode & 0o077 == 0
    assert (tmp_path / "pages" / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_was_replaced_or_removed_is_noticed(tmp_path):
    here = Generation(tmp_path)
    assert here.is_in_place()
    (tmp_path / FILE).unlink()
    assert not here.is_in_place()
    Generation(tmp_path)
    # The old file is held by its map, so that its place on the disk is not given to the new one.
    assert not here.is_in_place()
