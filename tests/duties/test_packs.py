"""The packs that ship can be used, and every fault of another is told with its remedy."""

from __future__ import annotations

import pytest

from kopir.bodies.pack import PACKS, PackError, read_country
from kopir.duties import packs
from kopir.duties.packs import pack_from, read_duties

SOUND = """
version = "1"
[sources.law]
names = { kk = "Заң", ru = "Закон", en = "Law" }
link = "https://law.example/"
[[clauses]]
code = "structure"
source = "law"
level = "must"
check = "present"
params = { sections = ["structure"], words = 20 }
texts = { kk = "Бар", ru = "Есть", en = "It is there" }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A pack with the country of one that ships."""
    (tmp_path / "country.toml").write_bytes((PACKS / "kz" / "country.toml").read_bytes())
    read_duties.cache_clear()
    yield tmp_path
    read_duties.cache_clear()


def read(folder, text):
    (folder / packs.FILE).write_text(text, "utf-8")
    read_duties.cache_clear()
    return read_duties(str(folder))


@pytest.mark.parametrize("place", sorted(path.name for path in PACKS.iterdir() if (path / packs.FILE).exists()))
def test_what_ships_can_be_used(place):
    pack = read_duties(place)
    assert len(pack.clauses) >= 5
    assert any(not clause.is_unsure for clause in pack.clauses) or place != "kz"
    assert all(set(clause.texts) == set(read_country(place).language_codes) for clause in pack.clauses)


def test_what_is_kept_is_what_was_read(folder):
    pack = read(folder, SOUND)
    assert pack_from(pack.as_json()) == pack
    assert pack.clauses[0].params == {"sections": ["structure"], "words": 20}


def test_a_pack_is_told_from_another_of_the_same_version(folder):
    assert read(folder, SOUND).digest != read(folder, SOUND.replace("words = 20", "words = 21")).digest


def test_a_country_may_have_none(folder):
    assert read_duties(str(folder)) is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('version = "1"', "", "version: is missing"),
        ('check = "present"', 'check = "pleasant"', "check: 'pleasant' is none of"),
        ("words = 20", "word = 20", "params: word: present knows sections"),
        ("words = 20", 'words = "20"', "params: words: write it like 8"),
        ("words = 20", "words = -1", "params: words: write it like 8"),
        ("words = 20", "words = true", "params: words: write it like 8"),
        ('sections = ["structure"]', "sections = [1]", "params: sections: write a list of words"),
        ('source = "law"', 'source = "order"', "source: 'order' is none of: law"),
        ('level = "must"', 'level = "may"', "level: 'may' is none of: must, should"),
        (', en = "It is there"', "", "texts: write it in en too"),
        ('link = "https://law.example/"', 'link = "http://law.example/"', "link:"),
        ("[[clauses]]", "wishes = 1\n[[clauses]]", "wishes: no such field"),
    ],
)
def test_each_fault_is_told(folder, old, new, fault):
    with pytest.raises(PackError) as told:
        read(folder, SOUND.replace(old, new, 1))
    assert fault in str(told.value)


def test_a_clause_that_stands_twice(folder):
    with pytest.raises(PackError, match="structure: stands twice"):
        read(folder, SOUND + SOUND[SOUND.index("[[clauses]]") :])


def test_languages_of_a_clause_are_the_countrys(folder):
    text = SOUND.replace('"present"', '"parity"').replace(
        'sections = ["structure"], words = 20', 'languages = ["kk", "tg"]'
    )
    with pytest.raises(PackError, match="languages: tg"):
        read(folder, text)


def test_what_is_no_toml(folder):
    with pytest.raises(PackError, match="is no TOML"):
        read(folder, "version =")
