"""Packs that ship are whole; a pack with faults is told of all of them at once."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from kopir.bodies.pack import PackError, find_pack, read_country, read_pack

REGIONS = {"kz": (20, 224), "tj": (5, 76), "uz": (14, 0)}
LANGUAGES = {"kz": ("kk", "ru", "en"), "tj": ("tg", "ru", "en"), "uz": ("uz", "ru", "en")}


@pytest.fixture
def copy(tmp_path):
    """A copy of a pack in which one text is put for another."""

    def make(file: str, old: str, new: str, code: str = "kz") -> str:
        folder = tmp_path / "pack"
        shutil.copytree(find_pack(code), folder)
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
        return str(folder)

    return make


@pytest.mark.parametrize("code", ["kz", "tj", "uz"])
def test_a_pack_that_ships_is_whole(code):
    pack = read_pack(code)
    levels = [region.level for region in pack.regions]
    assert (levels.count("region"), levels.count("district")) == REGIONS[code]
    assert pack.country.language_codes == LANGUAGES[code]
    for body in pack.bodies:
        assert set(body.names) == set(LANGUAGES[code]), body.slug
        assert body.head, body.slug
    assert {kind.code for kind in pack.country.kinds.values()} == {body.kind for body in pack.bodies}
    assert pack.years == {2025, 2026, 2027, 2028}


@pytest.mark.parametrize("code", ["kz", "tj", "uz"])
def test_every_region_has_its_own_authority(code):
    """But Tajikistan's districts of republican subordination, which have none together."""
    pack = read_pack(code)
    local = {kind.code for kind in pack.country.kinds.values() if kind.is_local}
    governed = {body.region for body in pack.bodies if body.kind in local}
    missing = [region.code for region in pack.regions if region.level == "region" and region.code not in governed]
    assert missing == (["TJK004"] if code == "tj" else [])


@pytest.mark.parametrize(("code", "scripts"), [("kk", ["Cyrl", "Latn"]), ("ru", ["Cyrl"]), ("en", ["Latn"])])
def test_languages_have_one_source_script(code, scripts):
    language = next(each for each in read_country("kz").languages if each.code == code)
    assert [script.code for script in (language.source, *language.variants)] == scripts
    assert [script.is_provisional for script in language.variants] == [True] * len(language.variants)


def test_a_number_of_a_real_body_ships_nowhere():
    assert not [body.slug for code in LANGUAGES for body in read_pack(code).bodies if body.code]


def test_a_folder_of_ones_own_is_a_pack(copy):
    place = copy("country.toml", 'code = "KZ"', 'code = "KG"')
    assert read_country(place).code == "KG"


@pytest.mark.parametrize("place", ["kg", "", "..", "../packs", "kz/../tj", "KZ "])
def test_what_is_no_pack(place):
    with pytest.raises(PackError, match=r"no such folder; name one that ships \(kz, tj, uz\)|country.toml: is missing"):
        read_pack(place)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "country.toml",
            'time_zone = "Asia/Almaty"',
            'time_zone = "Asia/Nowhere"',
            "time_zone: 'Asia/Nowhere' is no time zone",
        ),
        ("country.toml", "weekend = [6, 7]", "weekend = [0]", "weekend: write a list of whole numbers from 1 to 7"),
        ("country.toml", 'kk = "Қазақстан"', 'kk = ""', "names: write it in kk too"),
        ("country.toml", 'kk = "Қазақстан"', 'kk = "Қазақстан"\nfr = "Kazakhstan"', "names: fr: list the language"),
        ("country.toml", 'algorithm = "weighted-mod-11"', 'algorithm = "luhn"', "algorithm: 'luhn' is none of"),
        ("country.toml", 'example = "791028302728"', 'example = "791028302729"', "example: is not valid: check digit"),
        ("country.toml", "length = 12", "length = 13", "each round needs 12 weights"),
        ("country.toml", "digits = 2", "digits = true", "digits: write a whole number"),
        ("country.toml", "is_local = true", 'is_local = "yes"', "is_local: write true or false"),
        ("country.toml", "[currency]", "[money]", "money: no such field"),
        (
            "country.toml",
            'languages = { kk = "kk"',
            'languages = { uk = "uk"',
            "languages: uk: list the language first",
        ),
        ("regions.csv", "48.627", "148.627", "lat: write latitude and longitude"),
        ("regions.csv", "101000000,2,100000000", "101000000,2,", "101000000: parent: a district names its region"),
        ("regions.csv", "110000000,1", "100000000,1", "100000000: stands twice"),
        ("regions.csv", "100000000,1", "100000000,3", "level: '3' is none of: 1, 2"),
        ("bodies.toml", 'parent = "government"', 'parent = "nobody"', "parent: list nobody before"),
        ("bodies.toml", 'kind = "ministry"', 'kind = "minister"', "kind: 'minister' is none of"),
        ("bodies.toml", 'region = "710000000"', 'region = "7"', "region: 7 is not in regions.csv"),
        ("bodies.toml", 'slug = "government"', 'slug = "Government"', "slug: 'Government' has not the form"),
        ("bodies.toml", 'hours = "office"', 'hours = "always"', "hours: 'always' is none of: office"),
        ("bodies.toml", 'opens = "09:00"', 'opens = "9"', 'opens: write times as "09:00"'),
        ("bodies.toml", 'pause = ["13:00", "14:30"]', 'pause = ["13:00"]', 'opens: write times as "09:00"'),
        ("bodies.toml", 'slug = "ministry-of-defense"', 'slug = "government"', "government: stands twice"),
        ("bodies.toml", 'site = "https://primeminister.kz"', 'code = "123"', "code: 123 is no valid number"),
        ("calendar.csv", "2025-01-02,holiday", "2025-02-30,holiday", "day: '2025-02-30' is no day of the calendar"),
        ("calendar.csv", "2025-01-02,holiday", "2025-01-01,holiday", "2025-01-01: stands twice"),
        ("calendar.csv", "2025-01-02,holiday", "2025-01-02,party", "kind: 'party' is none of"),
        ("country.toml", 'code = "KZ"', "code = KZ", "country.toml: is no TOML"),
    ],
)
def test_a_fault_is_told_with_its_place_and_remedy(copy, file, old, new, said):
    with pytest.raises(PackError) as caught:
        read_pack(copy(file, old, new))
    assert said in str(caught.value)
    assert file in str(caught.value)


def test_all_faults_are_told_at_once(copy):
    place = copy("bodies.toml", 'kind = "ministry"\nparent = "government"', 'kind = "x"\nparent = "y"\nhed = "z"')
    with pytest.raises(PackError) as caught:
        read_pack(place)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("file", ["country.toml", "regions.csv", "bodies.toml", "calendar.csv"])
@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"\0", b'"'])
def test_no_content_breaks_the_reader(tmp_path, file, content):
    folder = tmp_path / "pack"
    shutil.copytree(find_pack("uz"), folder)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(PackError, match=file.partition(".")[0]):
        read_pack(str(folder))


@pytest.mark.parametrize("code", ["kz", "tj", "uz"])
def test_no_two_districts_of_a_region_have_one_name(code):
    """A town and the district round it are told apart in every language."""
    found = Counter(
        (region.parent, language, name) for region in read_pack(code).regions for language, name in region.names.items()
    )
    assert [place for place, count in found.items() if count > 1] == []
