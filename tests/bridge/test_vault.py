"""The vault: what is kept is found, what is forgotten is gone, and nothing half, foreign or harmed is given out."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from kopir.bridge import vault as vaults
from kopir.bridge.vault import Vault, VaultError
from simdisk import Fault, SimDisk, keep_first

FOLDER, KEYS = Path("/vault"), Path("/keys")
DAY_MS = 86_400_000
OPENING = (bytes(16), "kz.iin", "990101300123")


@dataclass
class Ticket:
    index: int


class Body:
    """A body in pieces that counts its owners."""

    def __init__(self, *pieces):
        self.pieces = pieces
        self.data: bytes | None = b"".join(pieces)
        self.owners = 1

    def chunks(self):
        assert self.owners > 0
        return iter(self.pieces)

    def share(self):
        self.owners += 1
        return self

    def close(self):
        self.owners -= 1


class Clock:
    def __init__(self):
        self.now = 1_790_000_000_000

    def __call__(self):
        return self.now


def open_vault(disk, clock=None, **options):
    return Vault(FOLDER, KEYS, exponent=3, now_ms=clock or Clock(), disk=disk, **options)


def leaf(index, nonce=0):
    """The leaf hash of the record at `index`; of another record that stood there once, with another nonce."""
    return index.to_bytes(16, "big") + nonce.to_bytes(16, "big")


def keep(vault, index, *pieces, opening=None):
    vault.keep(Ticket(index), leaf(index), opening, Body(*pieces))


def body(vault, index):
    return b"".join(vault.body(index, leaf(index)))


def opening(vault, index):
    return vault.opening(index, leaf(index))


def test_what_is_kept_is_written_encrypted_and_found_also_after_a_restart():
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 0, b"first", opening=OPENING)
    keep(vault, 1, b"se", b"co", b"nd")
    keep(vault, 2)
    keep(vault, 9, b"in another segment")
    vault.flush()
    keep(vault, 3, b"after a flush")
    vault.close()
    written = b"".join(bytes(file.seen) for file in disk.seen.values())
    assert not [text for text in (b"first", b"after a flush", OPENING[2].encode()) if text in written], "in clear"
    vault = open_vault(disk)
    assert [body(vault, index) for index in (0, 1, 2, 3, 9)] == [
        b"first",
        b"second",
        b"",
        b"after a flush",
        b"in another segment",
    ]
    assert opening(vault, 0) == OPENING
    keep(vault, 9, b"", opening=OPENING)
    vault.close()
    assert opening(vault, 9) == OPENING


def test_on_a_real_disk_key_and_file_are_the_owners_alone(tmp_path):
    vault = Vault(tmp_path / "vault", tmp_path / "keys", exponent=14, now_ms=Clock())
    keep(vault, 16_384, b"x" * 100_000, b"y")
    vault.close()
    assert body(vault, 16_384) == b"x" * 100_000 + b"y"
    key, file = tmp_path / "keys" / "00000001-2026-09-21.vkey", tmp_path / "vault" / "00000001-2026-09-21.vault"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (key, file)} == {0o600}
    assert b"xxxx" not in file.read_bytes()


def test_only_what_the_node_chose_is_kept():
    vault = open_vault(SimDisk(), keep_bodies=False)
    keep(vault, 0, b"body", opening=OPENING)
    vault.close()
    assert opening(vault, 0) == OPENING
    with pytest.raises(VaultError, match="nothing is kept for entry 0"):
        body(vault, 0)
    vault = open_vault(SimDisk(), keep_openings=False)
    keep(vault, 0, b"body", opening=OPENING)
    vault.close()
    assert body(vault, 0) == b"body"
    with pytest.raises(VaultError, match="nothing is kept"):
        opening(vault, 0)


def test_a_destroyed_key_forgets_its_segment_and_no_other():
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 0, b"old")
    keep(vault, 8, b"new")
    keep(vault, 9, b"newest")
    vault.flush()
    vault.destroy_keys(0)
    vault.destroy_keys(0)
    left = disk.after_cut()
    assert not [path for path in left.seen if path.stem.startswith("00000000")]
    vault = open_vault(left)
    with pytest.raises(VaultError, match="key was destroyed") as caught:
        body(vault, 0)
    assert caught.value.code == "NotFound"
    assert body(vault, 9) == b"newest"
    vault.destroy_keys(1)
    keep(vault, 10, b"a new key for the same segment")
    vault.close()
    assert body(vault, 10) == b"a new key for the same segment"
    with pytest.raises(VaultError):
        body(vault, 8)


def test_what_is_kept_after_a_key_was_destroyed_has_a_new_one():
    vault = open_vault(SimDisk())
    keep(vault, 0, b"old")
    vault.destroy_keys(0)
    keep(vault, 1, b"new")
    vault.close()
    assert body(vault, 1) == b"new"
    with pytest.raises(VaultError, match="nothing is kept"):
        body(vault, 0)


def test_what_is_older_than_its_term_is_forgotten_also_where_nothing_follows():
    """A quiet node fills no segment for years: each day has a key of its own."""
    clock = Clock()
    vault = open_vault(SimDisk(), clock)
    for index in range(3):
        keep(vault, index, b"kept")
        vault.flush()
        clock.now += 10 * DAY_MS
    assert vault.forget_expired(30) == []
    assert vault.forget_expired(29) == ["00000000-2026-09-21"]
    assert vault.forget_expired(29) == []
    with pytest.raises(VaultError, match="key was destroyed"):
        body(vault, 0)
    assert body(vault, 1) == body(vault, 2) == b"kept"
    clock.now += 20 * DAY_MS
    assert vault.forget_expired(29) == ["00000000-2026-10-01", "00000000-2026-10-11"]
    with pytest.raises(VaultError, match="key was destroyed"):
        body(vault, 2)
    keep(vault, 3, b"later")
    vault.close()
    assert body(vault, 3) == b"later"


def test_no_file_of_others_keeps_the_vault_from_forgetting():
    disk, clock = SimDisk(), Clock()
    vault = open_vault(disk, clock)
    keep(vault, 0, b"kept")
    vault.close()
    disk.close(disk.create(KEYS / "notes.vkey"))
    clock.now += 10 * DAY_MS
    assert vault.forget_expired(5) == ["00000000-2026-09-21"]


def test_a_body_that_is_not_to_be_kept_is_left_out():
    vault = open_vault(SimDisk())
    vault.keep(Ticket(0), leaf(0), OPENING, None)
    vault.close()
    assert opening(vault, 0) == OPENING
    with pytest.raises(VaultError, match="nothing is kept"):
        body(vault, 0)


def test_forgetting_beside_keeping_loses_nothing_else():
    vault = open_vault(SimDisk())
    with ThreadPoolExecutor(1) as pool:
        for index in range(160):
            keep(vault, index, b"%d" % index)
            if index % 16 == 4:
                pool.submit(vault.destroy_keys, index >> 3)
    vault.close()
    assert vault.error is None
    for index in range(160):
        if index >> 3 & 1:
            assert body(vault, index) == b"%d" % index


def test_bodies_are_given_back():
    vault = open_vault(SimDisk())
    kept = Body(b"x")
    vault.keep(Ticket(0), leaf(0), None, kept)
    vault.flush()
    assert kept.owners == 1
    vault.close()


@pytest.mark.parametrize("count", range(0, 330, 3))
def test_a_torn_item_is_passed_over_and_those_around_it_are_kept(count):
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 0, b"synced")
    vault.flush()
    vault._sync = lambda: None
    keep(vault, 1, b"one", b"two", b"three")
    vault.flush()
    vault = open_vault(disk.after_cut(keep_first(count)))
    keep(vault, 2, b"after the crash")
    vault.close()
    assert body(vault, 0) == b"synced"
    assert body(vault, 2) == b"after the crash"
    if count >= 3 * (70 + 16) + len(b"onetwothree"):
        assert body(vault, 1) == b"onetwothree"
    else:
        with pytest.raises(VaultError, match=r"nothing is kept|cut"):
            body(vault, 1)


def test_a_failure_is_final_and_told():
    probe = SimDisk()
    vault = open_vault(probe)
    keep(vault, 0, b"x")
    vault.close()
    for at in range(len(probe.log)):
        disk = SimDisk(fault=Fault(at, for_ever=False))
        vault = open_vault(disk)
        kept = Body(b"x")
        vault.keep(Ticket(0), leaf(0), None, kept)
        vault.flush()
        assert kept.owners == 1
        if vault.error is None:
            assert at == len(probe.log) - 1 or probe.log[at] == "datasync"
        else:
            with pytest.raises(VaultError, match="Input/output error"):
                keep(vault, 1, b"y")
        vault.close()


def test_a_vault_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(VaultError, match="cannot be opened"):
        Vault(tmp_path / "file" / "vault", tmp_path / "keys", exponent=3, now_ms=Clock())


def test_every_harmed_byte_is_seen():
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 0, b"before")
    keep(vault, 1, b"mid", b"dle")
    keep(vault, 2, b"after")
    vault.close()
    path = FOLDER / "00000000-2026-09-21.vault"
    first, last = 70 + 22, disk.size(path) - (70 + 21)
    for offset in range(first, last):
        disk.flip(path, offset)
        with pytest.raises(VaultError, match=r"harmed|nothing is kept|cut"):
            body(vault, 1)
        assert body(vault, 0) == b"before"
        assert body(vault, 2) == b"after"
        disk.flip(path, offset)
    assert body(vault, 1) == b"middle"


def test_a_piece_is_not_taken_for_another_entrys():
    """Who can write the file exchanges the two bodies, headers and all checksums made anew."""
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 0, b"aaaa")
    keep(vault, 1, b"bbbb")
    vault.close()
    content = disk.seen[FOLDER / "00000000-2026-09-21.vault"].seen
    half = len(content) // 2
    content[70:half], content[half + 70 :] = content[half + 70 :], content[70:half]
    for index in (0, 1):
        with pytest.raises(VaultError, match="harmed"):
            body(vault, index)


def test_a_harmed_key_is_named():
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 0, b"x")
    vault.close()
    disk.flip(KEYS / "00000000-2026-09-21.vkey", 20)
    with pytest.raises(VaultError, match=r"00000000-2026-09-21\.vkey: this is no key"):
        body(vault, 0)


def test_what_was_kept_for_a_record_that_the_journal_lost_is_not_given_for_the_next_one():
    """Power was lost before the journal's group was durable, but after the body was; the next record has its index."""
    disk = SimDisk()
    vault = open_vault(disk)
    keep(vault, 4, b"of the lost", opening=OPENING)
    vault.close()
    vault = open_vault(disk)
    vault.keep(Ticket(4), leaf(4, nonce=1), None, Body(b"of the next"))
    vault.close()
    assert b"".join(vault.body(4, leaf(4, nonce=1))) == b"of the next"
    with pytest.raises(VaultError, match="nothing is kept"):
        vault.opening(4, leaf(4, nonce=1))


def test_what_waits_for_a_slow_disk_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vaults, "LIMIT_WAITING_BYTES", 20_000)
    vault = open_vault(SimDisk())
    gate = Event()
    write = vault._write

    def write_slowly(*work):
        gate.wait()
        write(*work)

    monkeypatch.setattr(vault, "_write", write_slowly)
    keep(vault, 0, bytes(10_000))
    keep(vault, 1, bytes(10_000))
    refused = Body(b"x")
    with pytest.raises(VaultError, match="wait to be kept"):
        vault.keep(Ticket(2), leaf(2), None, refused)
    assert refused.owners == 1
    assert vault.waiting_bytes > 20_000
    gate.set()
    vault.flush()
    assert vault.waiting_bytes == 0
    keep(vault, 3, b"after that")
    vault.close()
    assert body(vault, 3) == b"after that"


def test_bodies_in_the_spool_are_bounded_by_what_they_hold_open(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vaults, "LIMIT_WAITING_BYTES", 3 << 20)
    vault = open_vault(SimDisk())
    gate = Event()
    monkeypatch.setattr(vault, "_write", lambda *_: gate.wait())
    spooled = Body(b"x")
    spooled.data = None
    for index in range(3):
        vault.keep(Ticket(index), leaf(index), None, spooled)
    with pytest.raises(VaultError, match="3 MiB wait to be kept"):
        vault.keep(Ticket(3), leaf(3), None, spooled)
    gate.set()
    vault.close()
    assert spooled.owners == 1
