"""Files on their way: whole, new, with their digest."""

from __future__ import annotations

import hashlib
import os

import pytest

from kopir.operations import files


def test_a_copy_is_whole_and_new(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(os.urandom(files.CHUNK_BYTES + 7))
    files.copy_file(source, tmp_path / "a" / "b" / "copy", mode=0o600)
    assert (tmp_path / "a" / "b" / "copy").read_bytes() == source.read_bytes()
    assert (tmp_path / "a" / "b" / "copy").stat().st_mode & 0o777 == 0o600
    for act in (lambda: files.copy_file(source, tmp_path / "a" / "b" / "copy"), lambda: files.write_file(source, b"x")):
        with pytest.raises(FileExistsError):
            act()


def test_a_tree_is_copied_without_links_and_whatever_vanishes(tmp_path, monkeypatch):
    for name in ("a", "b/c", "b/d/e", "gone"):
        files.write_file(tmp_path / "tree" / name, name.encode())
    (tmp_path / "tree" / "link").symlink_to("/etc/hostname")
    (tmp_path / "tree" / "b" / "up").symlink_to(tmp_path)
    copy = files.copy_file

    def vanish(source, target, **options):
        if source.name == "gone":
            raise FileNotFoundError
        copy(source, target, **options)

    monkeypatch.setattr(files, "copy_file", vanish)
    assert files.copy_tree(tmp_path / "tree", tmp_path / "copy") == 3
    found = [path.relative_to(tmp_path / "copy").as_posix() for path in files.list_files(tmp_path / "copy")]
    assert found == ["a", "b/c", "b/d/e"]


def test_a_folder_that_is_not_there_has_no_files(tmp_path):
    assert list(files.list_files(tmp_path / "none")) == []
    assert files.copy_tree(tmp_path / "none", tmp_path / "copy") == 0


def test_a_digest_is_sha_256(tmp_path):
    data = os.urandom(files.CHUNK_BYTES + 1)
    files.write_file(tmp_path / "a", data)
    assert files.digest(tmp_path / "a") == (hashlib.sha256(data).hexdigest(), len(data))
    files.sync_folder(tmp_path)
