"""The app of the demonstration: its letter is there, and only a stand finds its neighbors by name."""

from __future__ import annotations

import socket

from django.apps import apps

from kopir.demo.apps import LETTER
from kopir.demo.loopback import _resolve
from kopir.notices.rendering import check_templates, render


def test_its_letter_says_what_it_is_told():
    assert check_templates(LETTER) == []
    words = render(LETTER, {"subject": "Салом & хуш омадед", "text": "Як.\n\nДу."}, "tg")
    assert (words.subject, words.text) == ("Салом & хуш омадед", "Як.\n\nДу.")


def test_names_are_resolved_anew_on_a_stand_alone(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(socket, "getaddrinfo", _resolve)
    apps.get_app_config("demo").ready()
    assert socket.getaddrinfo is _resolve

    settings.KOPIR_STAND = tmp_path
    apps.get_app_config("demo").ready()
    assert socket.getaddrinfo is not _resolve
