"""When the app is ready, the room listens to the libraries of sign-in and has its periodic work."""

from __future__ import annotations

from allauth.account.signals import authentication_step_completed
from django.apps import apps

from kopir.accounts.receivers import on_step
from kopir.base.jobs import PERIODIC


def test_the_room_listens_and_clears_up():
    assert apps.get_app_config("accounts").name == "kopir.accounts"
    assert on_step in [receiver() for _, receiver, *_ in authentication_step_completed.receivers]
    assert "accounts.clear_sessions" in PERIODIC
