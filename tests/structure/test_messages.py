"""The program that gathers sentences: what it finds, what it keeps, what it lets go, and what Django makes of it."""

from __future__ import annotations

import gettext
import importlib.util
import io
from typing import Any

import pytest

from codebase import ROOT

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
# Translators: the name of a ship
_("Ship")
_("Two " "halves")
ngettext("%(count)s day", "%(count)s days", 3)
pgettext_lazy("of a building", "Address")
_(name)
"""
PAGE = """
      {% load i18n %}<p>It's "here" {% translate "Sign in" %}</p>
  {% blocktranslate count count=3 trimmed %}
    {{ count }} body
  {% plural %}
    {{ count }} bodies
  {% endblocktranslate %}{% translate "March" context "month" as name %}
{% blocktranslate %}50 % of {{ all }}{% endblocktranslate %}
"""


@pytest.fixture(scope="module")
def messages() -> Any:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "languages" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def house(messages, tmp_path, monkeypatch):
    """A package with one module and one template, and a folder for its catalogues."""
    (tmp_path / "room" / "templates").mkdir(parents=True)
    (tmp_path / "room" / "migrations").mkdir()
    (tmp_path / "room" / "views.py").write_text(CODE)
    (tmp_path / "room" / "migrations" / "first.py").write_text('_("Old")')
    (tmp_path / "room" / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "borrowed.toml").write_text('[[django.sentences]]\nid = "Enter a number."\nseen = "a form"\n')
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "BORROWED", tmp_path / "borrowed.toml")
    return tmp_path


def test_it_finds_the_sentences_of_code_templates_and_libraries(messages, house):
    found = messages.gather()
    assert set(found) == {
        messages.Key("Ship"),
        messages.Key("Two halves"),
        messages.Key("%(count)s day", "%(count)s days"),
        messages.Key("Address", "", "of a building"),
        messages.Key("Sign in"),
        messages.Key("%(count)s body", "%(count)s bodies"),
        messages.Key("March", "", "month"),
        messages.Key("50 %% of %(all)s"),
        messages.Key("Enter a number."),
    }
    assert found[messages.Key("Ship")].comments == ["the name of a ship"]
    assert found[messages.Key("Sign in")].places == {"room/templates/page.html"}


def test_it_keeps_words_and_asks_anew_for_what_changed(messages, house, capsys):
    messages.main(["kk"])
    found = messages.gather()
    words = {messages.Key("Ship"): ("Кеме",), messages.Key("%(count)s day", "%(count)s days"): ("%(count)s күн",) * 2}
    po, mo = messages.renew("kk", found, words)
    messages.po_path("kk").write_bytes(po)
    messages.po_path("kk").with_suffix(".mo").write_bytes(mo)
    (house / "room" / "views.py").write_text(CODE.replace('"Two "', '"Three "'))
    capsys.readouterr()
    messages.main(["kk"])
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "kk: 9 sentences, 7 without words"
    assert "    Three halves" in said
    assert "    Ship" not in said
    text = messages.po_path("kk").read_text("utf-8")
    assert 'msgid "Ship"\nmsgstr "Кеме"' in text
    assert "Three halves" in text
    assert "Two halves" not in text
    assert "fuzzy" not in text
    assert ":2" not in text  # no numbers of lines


def test_what_is_written_is_found_by_django(messages):
    keys = [messages.Key("%(count)s day", "%(count)s days"), messages.Key("March", "", "month"), messages.Key("Ship")]
    found = {key: messages.Found({"a.py"}, []) for key in keys}
    words = {keys[0]: ("%(count)s день", "%(count)s дня", "%(count)s дней"), keys[1]: ("марта",)}
    spoken = gettext.GNUTranslations(io.BytesIO(messages.renew("ru", found, words)[1]))
    numbers = {1: "день", 2: "дня", 5: "дней", 11: "дней", 21: "день", 22: "дня", 111: "дней"}
    assert {n: spoken.ngettext(keys[0].singular, keys[0].plural, n).split()[-1] for n in numbers} == numbers
    assert spoken.pgettext("month", "March") == "марта"
    assert spoken.gettext("Ship") == "Ship"


def test_the_same_words_give_the_same_bytes(messages):
    found = {messages.Key("Ship"): messages.Found({"b.py", "a.py"}, [])}
    assert messages.renew("uz", found, {}) == messages.renew("uz", found, {})
    assert b"#: a.py b.py" in messages.renew("uz", found, {})[0]


def test_a_catalogue_with_the_wrong_number_of_forms_is_asked_for_anew(messages):
    key = messages.Key("%(count)s day", "%(count)s days")
    po, _mo = messages.renew("ru", {key: messages.Found({"a.py"}, [])}, {key: ("день", "дня")})
    assert b"\xd0\xb4\xd0\xb5\xd0\xbd\xd1\x8c" not in po


def test_a_broken_catalogue_is_not_overwritten(messages, house):
    path = messages.po_path("tg")
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Ship"\nmsgstr "Кишт', "utf-8")
    with pytest.raises(ValueError, match="line 2: close the quotation mark"):
        messages.main(["tg"])
    assert path.read_text("utf-8") == 'msgid "Ship"\nmsgstr "Кишт'
