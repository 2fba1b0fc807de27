"""Whom this node asks: what lies in its folder and can be believed; what cannot is left out and told to the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from kopir.accounts.models import Level
from kopir.accounts.oidc.errors import StatementError, UnknownProviderError
from kopir.accounts.oidc.providers import callback_of, find_statement, get_provider, list_providers, list_statements
from kopir.base import clock
from portals import IDENTITY, Portal, jwks_of


@pytest.fixture
def kz(tmp_path):
    return Portal("KZ", tmp_path)


@pytest.fixture
def tj(tmp_path):
    return Portal("TJ", tmp_path)


def test_a_trusted_portal_is_a_provider(kz, tj):
    kz.trust(tj)
    with kz.here():
        found = get_provider("TJ", clock.now())
        assert (found.country, found.client_id, found.least) == ("TJ", "KZ", Level.SUBSTANTIAL)
        assert found.names["tg"]
        statement = find_statement("TJ", clock.now())
        assert statement
        assert callback_of(statement, "KZ") == "http://tj.localhost/account/callback/KZ/"


def test_nobody_is_trusted_without_files(kz):
    with kz.here():
        assert list_providers(clock.now()) == []
        with pytest.raises(UnknownProviderError):
            get_provider("TJ", clock.now())


def test_a_folder_that_is_not_there_holds_nobody(kz, tmp_path, settings):
    settings.KOPIR_PORTALS = tmp_path / "none"
    assert list_statements(clock.now()) == []


def test_a_statement_without_its_anchor_is_left_out(kz, tj, caplog):
    kz.trust(tj)
    (kz.portals / "TJ.anchor.toml").unlink()
    with kz.here():
        assert list_providers(clock.now()) == []
    assert "a portal is not trusted" in caplog.text


def test_ones_own_statement_is_no_provider(kz):
    kz.trust(kz)
    with kz.here():
        assert list_providers(clock.now()) == []


def test_an_anchor_of_one_country_vouches_for_no_other(kz, tj):
    """Tajikistan signs a statement in the name of Uzbekistan: its anchor is not Uzbekistan's."""
    kz.trust(tj)
    (kz.portals / "TJ.portal.jws").write_text(tj.sign())
    uz = Portal("UZ", kz.folder)
    (kz.portals / "UZ.portal.jws").write_text(tj.sign())
    from kopir.bridge.anchors import anchor_text

    (kz.portals / "UZ.anchor.toml").write_text(anchor_text(uz.anchor))
    with kz.here():
        assert [one.country for one in list_providers(clock.now())] == ["TJ"]


def test_a_statement_grows_old_while_the_portal_runs(kz, tj):
    kz.trust(tj)
    now = clock.now()
    with kz.here():
        assert list_providers(now)
        assert list_providers(now + timedelta(days=365, minutes=1)) == []


def test_a_withdrawn_statement_works_no_more(kz, tj):
    kz.trust(tj)
    with kz.here():
        assert list_providers(clock.now())
        (kz.portals / "TJ.portal.jws").unlink()
        assert list_providers(clock.now()) == []


def describe_national(kz, text=IDENTITY):
    (kz.folder / "identity.toml").write_text(text)
    (kz.folder / "secret").write_text("hidden\n")
    (kz.folder / "keys.json").write_text(jwks_of(kz))


def test_the_national_provider_is_read_from_its_file(kz):
    describe_national(kz)
    with kz.here():
        found = get_provider("national", clock.now())
    assert (found.country, found.client_secret, found.scheme) == ("KZ", "hidden", "IIN")
    assert found.levels["urn:2fa"] == Level.SUBSTANTIAL
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('issuer = "https://idp.example"\n', "", "issuer"),
        ('least = "substantial"', 'least = "some"', "some"),
        ('client_secret_file = "secret"', 'client_secret_file = "gone"', "gone"),
        ("scopes", "= scopes", "."),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_name(kz, old, new, why):
    describe_national(kz, IDENTITY.replace(old, new))
    with kz.here(), pytest.raises(StatementError, match=rf"identity\.toml.*{why}"):
        list_providers(clock.now())


def test_a_portal_on_this_machine_counts_for_portals_on_it_alone(kz, tj, caplog):
    kz.trust(tj)
    with kz.here():
        assert list_statements(clock.now())
        with override_settings(KOPIR_ADDRESS="https://portal.example.kz"):
            assert list_statements(clock.now()) == []
    assert [record.why for record in caplog.records] == ["its addresses are on this machine"]
