"""The record of a portal, its node and a time stamp authority, together: what is sealed ends up under a stamp."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from django.db import connection

from actors import NOW
from kopir.audit.models import Handover
from kopir.audit.queries import verify_record
from kopir.audit.sealing import hand_over
from kopir.audit.verify import Kind
from kopir.demo.stamps import StampServer
from records import add_sealed, tamper
from twonodes import build_countries, run, running

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_head_of_the_record_is_time_stamped_with_the_journal(tmp_path: Path, settings):
    (country,) = build_countries(tmp_path, "KZ")
    settings.KOPIR_BRIDGE_CONTROL = f"127.0.0.1:{country.ports.control}"
    rows = add_sealed(3)
    keys = country.folder / "keys"
    stamps = StampServer(("127.0.0.1", country.ports.stamps), keys / "tsa.key", keys / "tsa.crt")
    threading.Thread(target=stamps.serve_forever, daemon=True).start()

    async def story() -> None:
        async with running(country) as node:
            assert await asyncio.to_thread(_hand_over)
            assert await node.stamper.stamp_now()

    try:
        run(story)
    finally:
        stamps.shutdown()
        stamps.server_close()
    assert Handover.objects.get().size == 3
    (journal,) = {path.parent for path in country.folder.rglob("00000000.log")}
    report, journaled = verify_record(journal)
    assert (report.ok, report.journaled, journaled.stamped_size, journaled.is_whole) == (True, 3, 3, True)
    tamper("DELETE FROM audit_link WHERE row_id = %s", rows[2].pk)
    tamper("DELETE FROM audit_row WHERE id = %s", rows[2].pk)
    report, _ = verify_record(journal)
    assert report.fault.kind == Kind.MISSING


def _hand_over() -> bool:
    try:
        return hand_over(now=NOW)
    finally:
        connection.close()
