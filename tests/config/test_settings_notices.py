"""How an address of a mail server becomes the settings of Django, and which addresses of a provider are taken."""

from __future__ import annotations

import pytest

from kopir.config.env import bridge_control, record_name, sms
from kopir.config.settings.notices import read_mail_url

HOST = "mail.example.org"


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        (f"smtp://{HOST}", 587, False, True),
        (f"smtp://{HOST}:25", 25, False, True),
        (f"smtps://{HOST}", 465, True, False),
        ("smtp://localhost:1025", 1025, False, False),
        ("smtp://127.0.0.1", 587, False, False),
    ],
)
def test_mail_leaves_this_machine_encrypted(url, port, ssl, tls):
    read = read_mail_url(url)
    assert (read["EMAIL_PORT"], read["EMAIL_USE_SSL"], read["EMAIL_USE_TLS"]) == (port, ssl, tls)


def test_user_and_password_are_decoded():
    read = read_mail_url(f"smtp://portal%40kz:p%3A%2Fss@{HOST}")
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("portal@kz", "p:/ss")


@pytest.mark.parametrize("url", ["", "https://sms.example.org/send", "http://127.0.0.1:9/send", "http://localhost:9/"])
def test_a_provider_of_texts(url):
    assert sms(url) == url


@pytest.mark.parametrize("url", ["http://sms.example.org/", "https://user:secret@sms.example.org/", "sms.example.org"])
def test_texts_do_not_leave_in_the_clear_and_no_secret_stands_in_an_address(url):
    with pytest.raises(ValueError, match="https"):
        sms(url)


@pytest.mark.parametrize("value", ["", "127.0.0.1:9000", "localhost:9000", "[::1]:9000", "unix:/run/kopir/kz.sock"])
def test_the_bridge_of_this_machine(value):
    assert bridge_control(value) == value


@pytest.mark.parametrize("value", ["10.0.0.1:9000", "bridge.example:9000", "127.0.0.1", "127.0.0.1:0", "unix:relative"])
def test_the_bridge_of_another_machine_is_none(value):
    with pytest.raises(ValueError, match=r"write|IPv4"):
        bridge_control(value)


def test_the_name_of_a_record():
    assert record_name("portal KZ") == "portal KZ"
    for name in ("x" * 65, "қазына", "a\n"):
        with pytest.raises(ValueError, match="ASCII"):
            record_name(name)
