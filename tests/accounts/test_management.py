"""Commands: the first operator, the key for sign-in, a statement made on two machines."""

from __future__ import annotations

import json
import stat
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from kopir.accounts.models import Invitation
from kopir.accounts.oidc.statement import read_statement
from kopir.bridge.anchors import Anchor
from kopir.signing.keys import write_private_key
from people import browser
from portals import Portal

pytestmark = pytest.mark.django_db


def run(name, *arguments, **options):
    out = StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_first_operator_is_invited_by_command():
    link = run("invite_operator", "First@example.org").strip()
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        "first@example.org",
        "platform_operator",
        None,
    )
    page = browser().get(link.removeprefix("http://kz.localhost"), follow=True)
    assert "Platform operator" in page.content.decode()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValidationError):
        run("invite_operator", "first")


def test_a_statement_is_made_on_two_machines(tmp_path, settings):
    settings.KOPIR_SIGN_IN_KEY_FILE = tmp_path / "new" / "sign-in.key"
    description = run("describe_portal")
    assert stat.S_IMODE(settings.KOPIR_SIGN_IN_KEY_FILE.stat().st_mode) == 0o600
    assert "PRIVATE" not in description
    assert description == run("describe_portal"), "the key is made once"
    portal = Portal("KZ", tmp_path)
    write_private_key(tmp_path / "directory.key", portal.anchor_key)
    (tmp_path / "kz.json").write_text(description)
    told = run("sign_portal", tmp_path / "kz.json", key=tmp_path / "directory.key", out=tmp_path / "KZ.portal.jws")
    assert portal.anchor.fingerprint in told
    text = (tmp_path / "KZ.portal.jws").read_text().strip()
    found = read_statement("KZ.portal.jws", text, Anchor("KZ", portal.anchor.key, ("-",)))
    assert found.issuer == json.loads(description)["issuer"] == "http://kz.localhost"


@pytest.mark.parametrize("content", ["", "{}", '{"instance": "KZ"}'])
def test_what_is_no_description_is_not_signed(tmp_path, content):
    portal = Portal("KZ", tmp_path)
    write_private_key(tmp_path / "directory.key", portal.anchor_key)
    (tmp_path / "kz.json").write_text(content)
    with pytest.raises(CommandError, match="cannot be signed"):
        run("sign_portal", tmp_path / "kz.json", key=tmp_path / "directory.key", out=tmp_path / "x")
    assert not (tmp_path / "x").exists()
