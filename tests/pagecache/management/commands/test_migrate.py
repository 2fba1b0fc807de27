"""Migrations write whatever they like: no write is missed in the log, and every page is made anew afterwards."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db.models.signals import post_migrate

from kopir.bodies.models import Portal
from kopir.pagecache.models import Purge
from kopir.pagecache.tags import ALL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer():
    """Something that writes a table which pages read, as a step of a migration would, and touches no tag."""

    def write(**_options):
        Portal.objects.update_or_create(pk=1, defaults={"names": {"en": "Another name"}})

    post_migrate.connect(write)
    yield
    post_migrate.disconnect(write)


def test_what_migrations_write_is_no_fault_and_every_page_goes(writer, caplog):
    call_command("migrate", verbosity=0)
    assert Portal.objects.get().names == {"en": "Another name"}
    assert [purge.tags for purge in Purge.objects.all()] == [[ALL]]
    assert "no tag was touched" not in caplog.text


def test_every_page_goes_after_migrations_that_failed_half_way():
    def fail(**_options):
        raise RuntimeError("half-way")

    post_migrate.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="half-way"):
            call_command("migrate", verbosity=0)
    finally:
        post_migrate.disconnect(fail)
    assert [purge.tags for purge in Purge.objects.all()] == [[ALL]]


@pytest.mark.parametrize("look", ["plan", "check_unapplied"])
def test_who_only_looks_purges_nothing(look):
    call_command("migrate", verbosity=0, **{look: True})
    assert not Purge.objects.exists()
