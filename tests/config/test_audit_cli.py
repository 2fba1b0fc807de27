"""`kopir audit verify`, as an operator runs it on the database of the node."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kopir.audit.models import Link
from kopir.bridge.cli.main import main
from kopir.bridge.journal import Journal
from kopir.config.audit_cli import tell
from kopir.wire import cbor
from kopir.wire.evidence import STAMP_ENTRY, AuditHead
from records import add, add_sealed, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal that has the heads of rows 1 and 3, the first of them under a time stamp."""
    add_sealed(3)
    heads = {position: bytes(Link.objects.get(position=position).head) for position in (1, 3)}

    async def write() -> None:
        journal = Journal.open(tmp_path / "journal", node="KZ/GOV/1/node1")
        await journal.append(AuditHead("portal", 1, heads[1]).encode(), None).group.durable
        size, root = journal.head
        await journal.append(cbor.encode([STAMP_ENTRY, size, root, b"token"]), None).group.durable
        await journal.append(AuditHead("portal", 3, heads[3]).encode(), None).group.durable
        await journal.close()

    asyncio.run(write())
    return tmp_path / "journal"


def verify(*arguments: str) -> int:
    return main(["audit", "verify", *arguments])


def test_a_record_that_holds(journal, capsys):
    add()
    assert verify("--journal", str(journal)) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "record of actions: 3 rows sealed, 1 waiting"
    assert told[2:] == ["the journal vouches for the first 3 rows, a time stamp for 1", "everything holds"]


def test_the_setting_names_the_journal_too(journal, settings, capsys):
    settings.KOPIR_BRIDGE_JOURNAL = str(journal)
    assert verify() == 0
    assert "vouches" in capsys.readouterr().out


def test_without_a_journal_it_says_so(capsys):
    assert verify() == 0
    assert "KOPIR_BRIDGE_JOURNAL" in capsys.readouterr().out


def test_the_first_bad_row_is_named(journal, capsys):
    row_id = Link.objects.get(position=2).row_id
    tamper("UPDATE audit_row SET actor_id = 'boris' WHERE id = %s", row_id)
    assert verify("--journal", str(journal)) == 1
    assert f"BAD (changed): position 2: row {row_id} is not as it was sealed" in capsys.readouterr().out


def test_a_head_that_differs_from_the_journal_is_named(journal, capsys, settings):
    settings.KOPIR_AUDIT_NAME = "portal"
    tamper("UPDATE audit_link SET head = row_hash WHERE position = 3")
    assert verify("--journal", str(journal)) == 1
    assert "position 3" in capsys.readouterr().out


def test_another_record_in_the_journal_is_not_ours(journal, capsys, settings):
    settings.KOPIR_AUDIT_NAME = "other"
    assert verify("--journal", str(journal)) == 0
    assert "vouches for the first 0 rows" in capsys.readouterr().out


def test_a_folder_without_a_journal_is_named(tmp_path, capsys):
    assert verify("--journal", str(tmp_path)) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_retired_segments_are_told(journal):
    from kopir.audit.bridge import Journaled
    from kopir.audit.verify import verify as check

    told = tell(check(), Journaled((), 0, is_whole=False))
    assert "retired" in told[3]
