"""The disk of the operating system behaves as the port says, and the simulated one like it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kopir.bridge.disk import Disk, OsDisk, replace_file, write_all
from simdisk import Fault, SimDisk


@pytest.fixture(params=["os", "simulated"])
def disk(request) -> Disk:
    return OsDisk() if request.param == "os" else SimDisk()


def put(disk, path, data):
    handle = disk.create(path)
    write_all(disk, handle, data)
    disk.close(handle)


def test_what_is_appended_is_read(disk, tmp_path):
    path = tmp_path / "file"
    put(disk, path, b"hello")
    handle = disk.open_append(path)
    write_all(disk, handle, b" world")
    disk.datasync(handle)
    disk.drop_cache(handle)
    disk.close(handle)
    assert disk.read(path) == b"hello world"
    assert disk.read(path, 6) == b"world"
    assert disk.read(path, 3, 5) == b"lo wo"
    assert disk.read(path, 9, 50) == b"ld"
    assert disk.read(path, 50, 1) == b""
    assert disk.size(path) == 11
    assert disk.list(tmp_path) == ["file"]


def test_a_file_is_cut_and_goes_on_there(disk, tmp_path):
    path = tmp_path / "file"
    put(disk, path, b"hello world")
    handle = disk.open_append(path)
    disk.truncate(handle, 5)
    write_all(disk, handle, b"!")
    disk.close(handle)
    assert disk.read(path) == b"hello!"


def test_names_change(disk, tmp_path):
    put(disk, tmp_path / "a", b"a")
    put(disk, tmp_path / "b", b"b")
    disk.rename(tmp_path / "a", tmp_path / "b")
    disk.sync_directory(tmp_path)
    assert not disk.exists(tmp_path / "a")
    assert disk.read(tmp_path / "b") == b"a"
    disk.remove(tmp_path / "b")
    assert not disk.exists(tmp_path / "b")
    with pytest.raises(FileNotFoundError):
        disk.remove(tmp_path / "b")


def test_a_file_is_replaced_whole(disk, tmp_path):
    path = tmp_path / "file"
    put(disk, tmp_path / "file.new", b"left over from a crash")
    replace_file(disk, path, b"one")
    replace_file(disk, path, b"two")
    assert disk.read(path) == b"two"
    assert disk.list(tmp_path) == ["file"]


@pytest.mark.parametrize("at", range(5))
def test_a_replaced_file_is_old_or_new_whatever_fails(at):
    path = Path("/folder/file")
    disk = SimDisk()
    replace_file(disk, path, b"old")
    disk.fault = Fault(len(disk.log) + at, part=1)
    with pytest.raises(OSError, match="Input/output"):
        replace_file(disk, path, b"new")
    for renames in range(len(disk.history) + 1):
        assert disk.after_cut(renames=renames).read(path) in (b"old", b"new")


def test_a_lock_is_held_once_until_it_is_closed(disk, tmp_path):
    handle = disk.lock(tmp_path / "lock")
    with pytest.raises(BlockingIOError):
        disk.lock(tmp_path / "lock")
    disk.close(handle)
    disk.close(disk.lock(tmp_path / "lock"))


def test_what_exists_is_not_created_again(disk, tmp_path):
    put(disk, tmp_path / "file", b"")
    with pytest.raises(FileExistsError):
        disk.create(tmp_path / "file")
    with pytest.raises(FileNotFoundError):
        disk.read(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError):
        disk.open_append(tmp_path / "nothing")


def test_files_and_folders_are_the_owners_alone(tmp_path):
    disk = OsDisk()
    disk.make_folder(tmp_path / "a" / "b")
    disk.make_folder(tmp_path / "a" / "b")
    put(disk, tmp_path / "a" / "b" / "file", b"")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/file")]
    assert modes == [0o700, 0o700, 0o600]


def test_a_disk_that_takes_nothing_is_an_error():
    class Stubborn(SimDisk):
        def write(self, handle, data):
            return 0 if len(data) < 5 else 2

    disk = Stubborn()
    with pytest.raises(OSError, match="took no byte"):
        write_all(disk, disk.create(Path("/file")), b"hello")
