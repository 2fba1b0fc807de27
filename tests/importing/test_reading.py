"""Which reader a file gets."""

from __future__ import annotations

import pytest

from kopir.importing.errors import SourceFileError
from kopir.importing.reading import read_records


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.RSS", "<rss><item><title>T</title></item></rss>"),
        ("a.xml", "<rss><item><title>T</title></item></rss>"),
        ("a.json", '[{"title": "T"}]'),
        ("a.csv", "id,title\n,T\n"),
    ],
)
def test_by_the_ending_of_the_name(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (found,) = read_records(tmp_path / name)
    assert found.fields["title"] == "T"


def test_others_are_refused(tmp_path):
    (tmp_path / "a.html").write_text("x")
    with pytest.raises(SourceFileError, match="has to end in"):
        read_records(tmp_path / "a.html")
