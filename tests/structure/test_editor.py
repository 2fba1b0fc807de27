"""The editor's interface in the person's language: what is gathered from Wagtail and Django, and what stands for it."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest
from django.utils.translation import gettext, ngettext, override
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

from codebase import ROOT, SOURCE, assert_only

FIELD = re.compile(r"%\(\w+\)[a-z]|%s|\{\w*\}")
TAG = re.compile(r"</?\w[^>]*>")
MIXED = re.compile(r"[a-z][а-яёәғқңөұүһіӣӯҳҷ]|[а-яёәғқңөұүһіӣӯҳҷ][a-z]", re.IGNORECASE)
WRONG_LETTERS = {
    "kk": re.compile(r"[ӣӯҳҷ]", re.IGNORECASE),
    "ru": re.compile(r"[әғқңөұүһіӣӯҳҷ]", re.IGNORECASE),
    "tg": re.compile(r"[цщыьәңөұүһі]", re.IGNORECASE),
    "uz": re.compile(r"[а-яё]|[og]['‘’`]", re.IGNORECASE),
}
SAME_WORD = {
    "ipv4": "the name of a protocol",
    "ipv6": "the name of a protocol",
    "url": "what people call it",
    "format": "a loan word, the same in both",
    **dict.fromkeys(("apr", "mar", "may"), "a month with the same name in both"),
    **dict.fromkeys(("gb", "kb", "mb", "pb", "tb"), "the sign of a unit"),
}
CATALOG = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

#: views/open.py:3 views/shut.py:4
msgid "Save"
msgstr "{save}"

#: views/shut.py:9
msgid "Report"
msgstr ""

#. Translators: of pages
#: views/open.py:5
#, python-format
msgid "%(count)s page"
msgid_plural "%(count)s pages"
msgstr[0] ""
msgstr[1] ""
"""


def _load(name: str) -> Any:
    spec = spec_from_file_location(name, ROOT / "languages" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


messages: Any = _load("messages")
editor: Any = _load("editor")
FILES = [(language, domain) for language in editor.LANGUAGES for domain in editor.DOMAINS]


def forms(language: str, domain: str) -> Iterator[tuple[str, str, str]]:
    """Each English sentence with each of its forms: its name for a report, the English, the translation."""
    for key, strings in editor.read_words(language, domain).items():
        for text in strings:
            many = key.plural and (len(strings) == 1 or text != strings[0])
            yield f"{language}: {key.singular}", key.plural if many else key.singular, text


def counted(text: str) -> tuple[Counter[str], Counter[str]]:
    return Counter(FIELD.findall(text)), Counter(TAG.findall(text))


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A package that says three sentences in English and none in Kazakh, and a folder for catalogues."""
    own = tmp_path / "ship" / "locale" / "en" / "LC_MESSAGES"
    own.mkdir(parents=True)
    (tmp_path / "ship" / "__init__.py").write_text("")
    (own / "django.po").write_text(CATALOG.format(save=""))
    (tmp_path / "editor.toml").write_text('[ship]\n"views/sh*.py" = "closed"\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(editor, "CLOSED", tmp_path / "editor.toml")
    monkeypatch.setattr(editor, "LOCALE", tmp_path / "kept")
    editor.read_closed.cache_clear()
    yield tmp_path
    editor.read_closed.cache_clear()


def test_it_gathers_what_open_places_say(house):
    found = editor.gather("django")
    assert found == {
        messages.Key("Save"): messages.Found({"ship/views/open.py"}, []),
        messages.Key("%(count)s page", "%(count)s pages"): messages.Found(
            {"ship/views/open.py"}, ["Translators: of pages"]
        ),
    }
    assert editor.gather("djangojs") == {}


def test_what_a_package_says_itself_is_left_to_it_where_it_says_it_well(house, monkeypatch):
    own = house / "ship" / "locale" / "kk" / "LC_MESSAGES"
    own.mkdir(parents=True)
    (own / "django.po").write_text(CATALOG.format(save="Сақтау"))
    monkeypatch.setattr(editor, "LEFT_TO_PACKAGES", {"kk"})
    assert [key.singular for key in editor.list_lacking("kk", "django")] == ["%(count)s page"]
    monkeypatch.setattr(editor, "LEFT_TO_PACKAGES", set())
    assert len(editor.list_lacking("kk", "django")) == 2


def test_words_are_kept_and_gaps_are_told(house, capsys):
    editor.main(["kk"])
    assert "kk, django: 2 sentences, 2 without words\n" in capsys.readouterr().out
    path = editor.po_path("kk", "django")
    path.write_text(path.read_text().replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Сақтау"'))
    editor.main(["kk"])
    assert "without words\n    %(count)s page\n" in capsys.readouterr().out
    assert editor.read_words("kk", "django")[messages.Key("Save")] == ("Сақтау",)
    assert [key.singular for key in editor.list_gaps("kk", "django")] == ["%(count)s page"]
    assert "What the editor's interface says" in path.read_text()
    assert not editor.po_path("kk", "djangojs").exists()


def test_a_package_that_is_not_installed_is_named(house):
    (house / "editor.toml").write_text("[sunk_ship]\n")
    editor.read_closed.cache_clear()
    with pytest.raises(ModuleNotFoundError, match="sunk_ship"):
        editor.gather("django")


@pytest.mark.parametrize(("language", "domain"), FILES)
def test_catalogues_hold_what_the_packages_lack_and_nothing_else(language, domain):
    held, lacking = set(editor.read_words(language, domain)), set(editor.list_lacking(language, domain))
    assert sorted(key.singular for key in lacking - held) == [], "run: make messages"
    assert sorted(key.singular for key in held - lacking) == [], "run: make messages"


def test_every_closed_place_says_something():
    for package, closed in editor.read_closed().items():
        places = {place for one in editor.read_own(package, "en", "django") for place, _line in one.locations}
        idle = [one for one in closed if not any(editor.fnmatchcase(place, one) for place in places)]
        assert idle == [], f"{package}: take these out of editor.toml"


@pytest.mark.parametrize(("language", "domain"), FILES)
def test_every_sentence_has_words(language, domain):
    assert [key.singular for key in editor.list_gaps(language, domain)] == []
    assert [one.id for one in editor.read_catalog(language, domain) if one.id and one.fuzzy] == []


@pytest.mark.parametrize(("language", "domain"), FILES)
def test_what_is_compiled_is_what_is_written(language, domain):
    written = editor.read_words(language, domain)
    path = editor.po_path(language, domain)
    if not written:
        assert not path.exists()
        return
    _po, mo = messages.renew(language, {key: messages.Found({""}, []) for key in written}, written, editor.SPEAKER)
    assert path.with_suffix(".mo").read_bytes() == mo, "run: make messages"


@pytest.mark.parametrize(("language", "domain"), FILES)
def test_fields_and_marks_are_kept(language, domain):
    found = []
    for key, strings in editor.read_words(language, domain).items():
        # One form stands for all numbers; of several, the first may leave out what the English singular leaves out.
        allowed = [counted(key.plural)] if key.plural and len(strings) == 1 else [counted(key.singular)]
        allowed += [counted(key.plural)] if key.plural and len(strings) > 1 else []
        last = counted(strings[-1])
        if any(counted(text) not in allowed for text in strings) or last != allowed[-1]:
            found.append(key.singular)
        outside = key.singular[:1].isspace(), key.singular[-1:].isspace()
        if any((text[:1].isspace(), text[-1:].isspace()) != outside for text in strings):
            found.append(key.singular)
    assert found == []


@pytest.mark.parametrize(("language", "domain"), FILES)
def test_letters_are_those_of_the_language(language, domain):
    texts = [(name, TAG.sub("", FIELD.sub("", text))) for name, _english, text in forms(language, domain)]
    assert [name for name, text in texts if WRONG_LETTERS[language].search(text)] == []
    assert [name for name, text in texts if MIXED.search(text)] == []


def test_no_sentence_is_left_in_english():
    def plain(text: str) -> str:
        return " ".join(re.findall(r"[^\W\d_]\w*", TAG.sub(" ", FIELD.sub(" ", text)))).casefold()

    found = {plain(text) for file in FILES for _name, english, text in forms(*file) if plain(text) == plain(english)}
    assert_only(found - {""}, SAME_WORD, "say it in the language itself, or say why the word is the same")


def test_kopirs_own_words_come_first(settings):
    assert [path.relative_to(SOURCE).as_posix() for path in settings.LOCALE_PATHS] == [
        "locale",
        "websites/wagtail_locale",
    ]


@pytest.mark.parametrize(
    ("language", "draft", "pages"),
    [
        ("kk", "Нобайды сақтау", "5 ішкі бет көшіріледі."),
        ("tg", "Нигоҳ доштани сиёҳнавис", "5 саҳифаи дохилӣ нусхабардорӣ мешавад."),
        ("uz", "Qoralamani saqlash", "5 ta ichki sahifa nusxalanadi."),
        ("ru", "Сохранить черновик", "Скопируется 5 подстраниц."),
    ],
)
def test_django_says_it(language, draft, pages):
    with override(language):
        assert gettext("Save draft") == draft
        many = ngettext("This will copy %(count)s subpage.", "This will copy %(count)s subpages.", 5) % {"count": 5}
    assert many == pages


@pytest.mark.parametrize(
    ("language", "loading", "errors"),
    [("kk", "Жүктелуде…", 2), ("tg", "Бор шуда истодааст…", 2), ("uz", "Yuklanmoqda…", 1)],
)
def test_the_browser_is_told_it(language, loading, errors, rf):
    # As wagtail.admin.views.i18n asks: of one package, whose own folder knows nothing of the language.
    with override(language):
        response: Any = JSONCatalog.as_view(packages=["wagtail.admin"])(rf.get("/"))
        answer = json.loads(response.content)
        known = DjangoTranslation(language, domain="djangojs")
    assert answer["catalog"]["Loading…"] == loading == known.gettext("Loading…")
    assert len(answer["catalog"]["%(num)s error"]) == errors
    assert answer["plural"]
