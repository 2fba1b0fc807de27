"""Evidence files: one form, a verdict on any bytes, and nothing is ever proven but what the good vectors prove."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ends import tell_error

from kopir.bridge.anchors import read_anchor
from kopir.bridge.evidence_report import as_json, as_text
from kopir.bridge.judging import Proof, judge
from kopir.wire import evidence as files
from kopir.wire.errors import ProtocolError

_VECTORS = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "evidence"
_ANCHORS = {anchor.instance: anchor for anchor in map(read_anchor, sorted(_VECTORS.glob("*.toml")))}
SEEDS = [path.read_bytes() for path in sorted(_VECTORS.glob("*.evidence")) if not path.name.startswith("hostile")]
_PROVEN = {tuple(one.record for one in files.decode(data).records) for data in SEEDS}
_SEALED = len(b"\x58\x20") + 32
TOKENS = (b"kopir evidence 1", b"\x86\x70", b"\x58\x20", b"\xf6", b"\xd2\x84\x58")


def check(data: bytes) -> str:
    """Judge the bytes as they are, and with the checksum that they should have."""
    mended = b"\x86" + data[1:-_SEALED] + b"\x58\x20" + sha256(b"\x85" + data[1:-_SEALED]).digest()
    return f"{_judge(data)}; {_judge(mended)}" if len(data) > _SEALED else _judge(data)


def _judge(data: bytes) -> str:
    verdict = judge(data, _ANCHORS)
    assert all(line.isprintable() for line in as_text(verdict).split("\n"))
    assert as_json(verdict)["verdict"] == verdict.proof
    if verdict.proof is Proof.INVALID:
        assert verdict.check is not None
        assert verdict.where is not None
    else:
        assert tuple(one.record for one in files.decode(data).records) in _PROVEN, "a proof out of nothing"
    try:
        evidence = files.decode(data)
    except ProtocolError as error:
        return tell_error(error)
    assert files.encode(evidence) == data
    return f"{verdict.proof} {verdict.check}"
