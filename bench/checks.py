"""Whether the measured exchanges may count: whole journals, two records of each exchange in each, evidence holds."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from stand import BenchError, Stand, filesystem_of

from kopir.bridge.anchors import load_anchors
from kopir.bridge.disk import OsDisk
from kopir.bridge.journal import verify
from kopir.bridge.journal.layout import decode_group
from kopir.bridge.journal.segments import list_segments, log_path, read_header
from kopir.bridge.judging import Proof, judge
from kopir.demo.country import Country
from kopir.demo.stand import request
from kopir.wire import cbor, record
from kopir.wire.record import Kind

SAMPLE = 100
RECORD_ENTRY = 1


def refuse_memory(folder: Path) -> str:
    """Return the file system of `folder`; raise BenchError if it keeps nothing: a sync there costs nothing."""
    kind, _ = filesystem_of(folder)
    if kind in {"tmpfs", "ramfs"}:
        raise BenchError(f"{folder} lies on {kind}: a journal must be measured on a disk; choose another --folder")
    return kind


def count_records(folder: Path) -> Counter[bytes]:
    """Return how many records of each exchange the journal in `folder` holds, by request id.

    Raises:
        BenchError: an exchange is not one request and one answer with status 200.
    """
    counted: Counter[bytes] = Counter()
    kinds: Counter[tuple[bytes, Kind]] = Counter()
    for entry in _entries(folder):
        fields = cbor.decode(entry)
        assert isinstance(fields, list)
        if fields[0] != RECORD_ENTRY:
            continue
        one = record.decode(fields[2])
        if one.kind not in {Kind.REQUEST, Kind.RESPONSE} or one.status not in {None, 200}:
            raise BenchError(f"{folder.name}: a record of kind {one.kind.name} with status {one.status}: {one.reason}")
        counted[one.request_id] += 1
        kinds[one.request_id, one.kind] += 1
    if any(number != 1 for number in kinds.values()):
        raise BenchError("a journal holds a record twice")
    return counted


def check_journals(stand: Stand, least: int, most: int) -> tuple[list[bytes], int]:
    """Verify both journals and compare them with the load; return the request ids and the records of each journal.

    The load generator leaves without waiting for its last answers, so that there may be up to `most` exchanges where it
    saw `least`; what the two journals hold must agree exactly.

    Raises:
        BenchError: naming what does not hold.
    """
    counted = []
    for country in (stand.asking, stand.asked):
        folder = country.folder / "state" / "journal"
        found = verify(folder)
        if not found.ok:
            raise BenchError(f"the journal of {country.instance} does not hold: {found.fault}")
        counted.append(count_records(folder))
    asking, asked = counted
    for country, journal in ((stand.asking, asking), (stand.asked, asked)):
        odd = sum(1 for number in journal.values() if number != 2)
        if odd:
            raise BenchError(f"{odd} exchanges in the journal of {country.instance} have not exactly 2 records")
        if not least <= len(journal) <= most:
            raise BenchError(
                f"the journal of {country.instance} holds {len(journal)} exchanges; {least} to {most} were made"
            )
    if asking.keys() != asked.keys():
        raise BenchError("the two journals do not hold the same exchanges")
    return list(asking), asking.total()


def check_evidence(stand: Stand, request_ids: list[bytes], seed: int) -> int:
    """Have the asking node prove 100 exchanges drawn by chance, and judge the files offline; return how many hold.

    Raises:
        BenchError: one does not.
    """
    drawn = random.Random(seed).sample(sorted(request_ids), min(SAMPLE, len(request_ids)))
    status, text = request(stand.asking.ports.control, "POST", "/stamp")
    if status != 200:
        raise BenchError(f"no time stamp: {text.decode(errors='replace')}")
    anchors = load_anchors(stand.asking.folder / "anchors")
    for request_id in drawn:
        wanted = str(uuid.UUID(bytes=request_id))
        headers = {"X-Road-Client": stand.asking.client}
        status, data = request(stand.asking.ports.client, "GET", f"/evidence?id={wanted}", headers)
        if status != 200:
            raise BenchError(f"no evidence of {wanted}: {status} {data[:300].decode(errors='replace')}")
        verdict = judge(data, anchors)
        if verdict.proof is not Proof.STAMPED:
            raise BenchError(f"the evidence of {wanted} is {verdict.proof}: {verdict.message}")
    return len(drawn)


def journal_bytes(country: Country) -> int:
    """Return the size of all files of a node's journal."""
    return sum(path.stat().st_size for path in (country.folder / "state" / "journal").iterdir() if path.is_file())


def _entries(folder: Path) -> Iterator[bytes]:
    disk = OsDisk()
    for number in range(list_segments(disk, folder).last + 1):
        data = log_path(folder, number).read_bytes()
        offset = read_header(disk, folder, number).length
        while offset < len(data):
            frame = decode_group(data, offset)
            for start, end in frame.entries:
                yield data[start:end]
            offset = frame.end
