"""Files beside an import: found by their old address, and never outside of the folder."""

from __future__ import annotations

import pytest

from kopir.importing.files import find_file, is_of, list_named, place_of


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "root"
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "жарлық 1.pdf").write_bytes(b"%PDF-1")
    (folder / "a.png").write_bytes(b"one")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "away").symlink_to(tmp_path)
    return folder


def test_a_file_is_found_where_it_was(folder):
    host, path = place_of("https://www.Edu.Example/uploads/%D0%B6%D0%B0%D1%80%D0%BB%D1%8B%D2%9B%201.pdf?v=2#p3")
    assert (host, path) == ("edu.example", "/uploads/жарлық 1.pdf")
    file = find_file(folder, host, path)
    assert file.path.read_bytes() == b"%PDF-1"
    assert (file.host, file.old_path) == (host, path)


def test_its_digest_is_of_what_it_holds(folder):
    first = find_file(folder, "", "/a.png").digest
    assert find_file(folder, "", "/a.png").digest == first
    (folder / "a.png").write_bytes(b"another")
    assert find_file(folder, "", "/a.png").digest != first


def test_what_a_text_names_is_listed(folder):
    html = "<IMG SRC='/a.png'><a href=\"uploads/%D0%B6%D0%B0%D1%80%D0%BB%D1%8B%D2%9B 1.pdf\">x</a><img src=/b.png>"
    html += '<img src="https://other.example/a.png"><a href="/a.html">y</a><img src="http://[x/a.png">'
    named = list_named(html, "https://edu.example/1", folder)
    assert [file.old_path for file in named] == ["/a.png", "/uploads/жарлық 1.pdf"]
    assert list_named(html, "https://edu.example/1", None) == []


@pytest.mark.parametrize(
    ("host", "address", "belongs"),
    [
        ("edu.example", "https://www.edu.example/1", True),
        ("", "https://edu.example/1", True),
        ("edu.example", "/1", True),
        ("other.example", "https://edu.example/1", False),
    ],
)
def test_whose_a_file_is(host, address, belongs):
    assert is_of(host, address) is belongs


@pytest.mark.parametrize(
    "address",
    ["/../secret.png", "/%2e%2e/secret.png", "/link.png", "/away/secret.png", "/uploads/../../secret.png"],
)
def test_nothing_outside_of_the_folder_is_read(folder, address):
    with pytest.raises(ValueError, match="outside of the folder"):
        find_file(folder, "", place_of(address)[1])


@pytest.mark.parametrize("path", ["/none.png", "/uploads", "/uploads/"])
def test_what_is_not_there_is_named(folder, path):
    with pytest.raises(ValueError, match="There is no file"):
        find_file(folder, "", path)


def test_an_address_too_long_is_refused(folder):
    with pytest.raises(ValueError, match="too long"):
        find_file(folder, "", "/" + "a/" * 300 + "a.png")


def test_an_address_with_nul_is_none():
    with pytest.raises(ValueError, match="is no address"):
        place_of("/uploads/a%00.png")
    assert is_of("edu.example", "https://edu.example/a%00")


def test_a_name_too_long_for_the_disk_is_not_there(folder):
    with pytest.raises(ValueError, match="There is no file"):
        find_file(folder, "", f"/uploads/{'a' * 300}.png")


@pytest.mark.parametrize("place", ["pathlib.Path.is_file", "kopir.importing.files._digest"])
def test_what_may_not_be_read_is_not_there(folder, monkeypatch, place):
    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(place, refuse)
    with pytest.raises(ValueError, match="There is no file"):
        find_file(folder, "", "/a.png")
