"""What is kept of addresses and searches, and who sees it: the almost-right person does not."""

from __future__ import annotations

import pytest

from kopir.base.actors import ANONYMOUS, Actor, Role, system_actor
from kopir.visits.rules import bodies_of, choose_words, may_keep_missing, read_path, split_language, split_site


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Мектеп  асханасы!", "мектеп асханасы"),
        ("2026 жыл", "2026 жыл"),
        ("<b>Закон</b> № 124-НҚ", "b закон b 124 нқ"),
        ("a.b@example.org", None),
        ("я @ дома", None),
        ("870112", None),
        ("+7 701 123", None),
        ("ИИН 9 0 0 1 0 1", None),
        ("٠١٢٣٤٥", None),
        ("сөз " * 16, None),
        ("с\0у\0", "с у"),
        ("\0", None),
        ("?!", None),
        ("", None),
    ],
)
def test_what_of_a_search_is_kept(text, words):
    assert choose_words(text) == words


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/kk/old/2026-03-02/12345678.php", True),
        ("/kk/@ministry", True),
        ("/kk/a.b@example.org/", False),
        ("/kk/status/870112300123", False),
        ("/kk/٠١٢٣٤٥٦٧٨", False),
    ],
)
def test_which_missing_address_is_kept(path, may):
    assert may_keep_missing(path) is may


def test_how_an_address_is_read():
    assert read_path("/kk/\u00d0\u00ba/") == "/kk/к/"
    assert read_path("/kk/\u00d0/") is None, "no text"
    assert read_path("/Ā") is None, "no bytes"
    assert read_path("/kk/\0/") is None, "no database takes it"
    assert read_path("/\u00c2\u0085") is None, "a control"
    assert read_path("/" + "x" * 500) is None
    assert split_language("/kk-latn/edu/news/") == ("kk", "/edu/news/")
    assert split_language("/kk") == ("kk", "/")
    assert split_language("/index.php") == ("", "/index.php")
    assert split_site("/edu/news/") == ("edu", "/news/")
    assert split_site("/edu") == ("edu", "/")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER, Role.SITE_ADMINISTRATOR, Role.HEAD])
def test_who_sees_the_counts_of_a_body(role):
    assert bodies_of(Actor("person", id="1", grants=frozenset({(role, 7)}))) == {7}


@pytest.mark.parametrize(
    "actor",
    [
        Actor("person", id="1", grants=frozenset({(Role.OFFICER, 7), (Role.AUDITOR, 7)})),
        Actor("person", id="1", grants=frozenset({(Role.PLATFORM_OPERATOR, None), (Role.AUDITOR, None)})),
        Actor("person", id="1"),
        system_actor("x"),
        ANONYMOUS,
    ],
)
def test_who_does_not(actor):
    assert bodies_of(actor) == frozenset()
