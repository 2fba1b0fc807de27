"""Terms of law of a pack: what ships can be used, and every fault of another is told with its remedy."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from kopir.bodies import queries, rules
from kopir.bodies.errors import OutsideCalendarError
from kopir.bodies.pack import TERMS, PackError, find_pack, read_pack

DAY = date.fromisoformat
SOUND = """
[sources.law]
names = { kk = "Заң", ru = "Закон", en = "Law" }
link = "https://law.example/"
[[terms]]
code = "appeal"
days = 15
unit = "working_days"
since = "receipt"
extension_days = 10
source = "law"
place = "76(1)"
texts = { kk = "Өтініш", ru = "Обращение", en = "Appeal" }
"""


@pytest.fixture
def read(tmp_path):
    """Read a copy of a pack that ships, with `text` as its terms, or none."""
    folder = tmp_path / "pack"

    def read_with(text: str | None):
        shutil.copytree(find_pack("kz"), folder, dirs_exist_ok=True)
        (folder / TERMS).unlink()
        if text is not None:
            (folder / TERMS).write_text(text, "utf-8")
        read_pack.cache_clear()
        return read_pack(str(folder)).terms

    yield read_with
    read_pack.cache_clear()


def test_what_ships_can_be_used():
    terms = read_pack("kz").terms
    assert {code: (term.days, term.unit, term.is_unsure) for code, term in terms.items()} == {
        "information-request": (15, "calendar_days", True),
        "website-section": (3, "working_days", False),
    }
    for term in terms.values():
        assert set(term.texts) == set(term.source.names) == {"kk", "ru", "en"}, term.code


def test_a_term_knows_where_law_says_so(read):
    term = read(SOUND)["appeal"]
    assert (term.days, term.since, term.extension_days, term.is_unsure) == (15, "receipt", 10, False)
    assert (term.source.names["en"], term.source.link, term.place) == ("Law", "https://law.example/", "76(1)")


def test_a_country_may_have_none(read):
    assert read(None) == {}


@pytest.mark.parametrize(
    ("unit", "is_extended", "end"),
    [
        ("working_days", False, "2026-04-01"),
        ("working_days", True, "2026-04-15"),
        ("calendar_days", False, "2026-03-20"),
        ("calendar_days", True, "2026-03-30"),
    ],
)
def test_a_day_is_computed_from_a_term(read, kz, unit, is_extended, end):
    term = read(SOUND.replace("working_days", unit))["appeal"]
    assert queries.due_on(term, DAY("2026-03-05"), is_extended=is_extended) == DAY(end)


def test_calendar_days_end_on_a_day_off_too_so_that_nobody_is_late(read, kz):
    """2026-03-21 is a Saturday and a holiday."""
    term = read(SOUND.replace("working_days", "calendar_days"))["appeal"]
    assert queries.due_on(term, DAY("2026-03-06")) == DAY("2026-03-21")


def test_the_terms_of_the_installation_are_found_by_their_codes(settings):
    """Without a database."""
    settings.KOPIR_COUNTRY = "kz"
    assert queries.find_term("information-request").days == 15
    assert queries.find_term("nothing") is None


def test_what_law_or_calendar_does_not_give_is_refused(read):
    term = read(SOUND.replace("extension_days = 10\n", ""))["appeal"]
    calendar = rules.WorkingCalendar(frozenset({6, 7}), frozenset(), frozenset(), frozenset({2026}))
    with pytest.raises(ValueError, match="appeal cannot be made longer"):
        rules.due_on(term, DAY("2026-03-05"), calendar, is_extended=True)
    with pytest.raises(OutsideCalendarError):
        rules.due_on(term, DAY("2026-12-30"), calendar)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "appeal"', 'code = "An appeal"', "code: 'An appeal' has not the form"),
        ("days = 15", "days = 0", "days: write a whole number from 1 to 366"),
        ("days = 15", "days = 15.5", "days: write a whole number"),
        ('unit = "working_days"', 'unit = "days"', "unit: 'days' is none of: working_days, calendar_days"),
        ('unit = "working_days"\n', "", "unit: is missing"),
        ('since = "receipt"', 'since = "always"', "since: 'always' is none of: receipt"),
        ("extension_days = 10", "extension_days = -1", "extension_days: write a whole number from 0"),
        ('source = "law"', 'source = "order"', "source: 'order' is none of: law"),
        ('kk = "Өтініш", ', "", "texts: write it in kk too"),
        ('kk = "Заң", ', "", "names: write it in kk too"),
        ("https://law", "http://law", "link: 'http://law.example/' has not the form"),
        ('place = "76(1)"', 'article = "76"', "article: no such field"),
        ("[sources.law]", "[[", "is no TOML"),
    ],
)
def test_a_fault_is_told_with_its_place_and_remedy(read, old, new, said):
    with pytest.raises(PackError) as caught:
        read(SOUND.replace(old, new, 1))
    assert said in str(caught.value)
    assert TERMS in str(caught.value)


def test_all_faults_are_told_at_once(read):
    with pytest.raises(PackError) as caught:
        read(SOUND.replace("days = 15", "days = 0").replace("receipt", "x") + SOUND[SOUND.index("[[terms]]") :])
    assert len(caught.value.problems) == 3, "the length, the event and the code that stands twice"
