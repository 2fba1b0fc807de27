"""Evidence files: what is made reads back, has one spelling, and no part goes missing or stands for another."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import cbor2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kopir.wire import evidence as files
from kopir.wire.errors import InvalidEvidenceError, LocalProtocolError, MalformedError
from kopir.wire.evidence import Evidence, JournalPart, Place, Sealed

ROOT = bytes(range(32))
REQUEST, ANSWER = Sealed(b"request", b"its receipt"), Sealed(b"answer", b"its receipt")
PLACES = (Place(3, (ROOT, ROOT)), Place(4, ()))
JOURNAL = JournalPart("KZ/GOV/1/node1", files.CONSUMER, 7, ROOT, PLACES)
WHOLE = Evidence(REQUEST, ANSWER, (b"directory 1", b"directory 2"), JOURNAL, b"token")
FILES = {
    "stamped": WHOLE,
    "signed": replace(WHOLE, stamp=None),
    "without journal": replace(WHOLE, journal=None, stamp=None),
    "unanswered": replace(WHOLE, answer=None, journal=replace(JOURNAL, places=PLACES[:1])),
}


def whole_of(parts: list) -> bytes:
    """A file of five parts by a general library, with its checksum."""
    body = cbor2.dumps(parts)
    return b"\x86" + body[1:] + b"\x58\x20" + sha256(b"\x85" + body[1:]).digest()


def parts_of(data: bytes) -> list:
    return cbor2.loads(data)[:5]


@pytest.mark.parametrize("name", FILES)
def test_what_is_made_reads_back(name):
    data = files.encode(FILES[name])
    assert files.decode(data) == FILES[name]
    assert whole_of(parts_of(data)) == data


def test_the_records_of_a_file():
    assert WHOLE.records == (REQUEST, ANSWER)
    assert FILES["unanswered"].records == (REQUEST,)


def test_the_bytes_are_those_of_the_page():
    assert parts_of(files.encode(WHOLE)) == [
        "kopir evidence 1",
        [b"request", b"its receipt", b"answer", b"its receipt"],
        [b"directory 1", b"directory 2"],
        ["KZ/GOV/1/node1", 0, 7, ROOT, [[3, [ROOT, ROOT]], [4, []]]],
        ["KZ/GOV/1/node1", 7, ROOT, b"token"],
    ]


def test_the_statements_of_the_journal():
    assert files.record_entry(1, b"r", b"p") == cbor2.dumps([1, 1, b"r", b"p"])
    assert files.head_statement("n", 7, ROOT) == cbor2.dumps(["kopir journal head", "n", 7, ROOT])


def test_an_audit_head_as_an_entry_of_the_journal():
    head = files.AuditHead("portal KZ", 7, ROOT)
    assert head.encode() == cbor2.dumps([4, "portal KZ", 7, ROOT])
    assert files.decode_audit_head(head.encode()) == head


@pytest.mark.parametrize(
    "entry",
    [
        [4, "", 7, ROOT],
        [4, "x" * 65, 7, ROOT],
        [4, "қазына", 7, ROOT],
        [4, "a\n", 7, ROOT],
        [4, "portal", 0, ROOT],
        [4, "portal", 1 << 63, ROOT],
        [4, "portal", 7, ROOT[1:]],
        [4, "portal", 7, ROOT, 1],
        [2, 7, ROOT, b"token"],
        [3, "portal", 7, ROOT],
    ],
)
def test_an_entry_that_is_no_audit_head_is_refused(entry):
    with pytest.raises(MalformedError):
        files.decode_audit_head(cbor2.dumps(entry))


@pytest.mark.parametrize(
    "changes",
    [
        {"directories": ()},
        {"directories": tuple(bytes([n]) for n in range(65))},
        {"directories": (b"2", b"1")},
        {"directories": (b"1", b"1")},
        {"journal": None},
        {"answer": None},
        {"journal": replace(JOURNAL, node="")},
        {"journal": replace(JOURNAL, side=2)},
        {"journal": replace(JOURNAL, size=0)},
        {"journal": replace(JOURNAL, size=1 << 64)},
        {"journal": replace(JOURNAL, size=4)},
        {"journal": replace(JOURNAL, root=ROOT[1:])},
        {"journal": replace(JOURNAL, places=(Place(-1, ()), PLACES[1]))},
        {"journal": replace(JOURNAL, places=(Place(3, (ROOT[1:],)), PLACES[1]))},
        {"journal": replace(JOURNAL, places=(Place(3, (ROOT,) * 65), PLACES[1]))},
    ],
)
def test_parts_that_do_not_fit_make_no_evidence(changes):
    with pytest.raises(MalformedError, match="evidence: "):
        replace(WHOLE, **changes)


def test_a_file_that_would_be_too_large_is_not_made(monkeypatch):
    monkeypatch.setattr(files, "LIMIT_FILE_BYTES", 100)
    with pytest.raises(LocalProtocolError, match="over 100 bytes"):
        files.encode(WHOLE)
    with pytest.raises(InvalidEvidenceError, match="over 100 bytes"):
        files.decode(bytes(101))


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, "kopir evidence 2"),
        (0, b"kopir evidence 1"),
        (1, None),
        (1, [b"r", b"p", None]),
        (1, [None, b"p", b"a", b"p"]),
        (1, [b"r", "p", b"a", b"p"]),
        (1, [b"r", b"p", None, b"p"]),
        (1, [b"r", b"p", b"a", None]),
        (2, None),
        (2, ["directory 1", b"directory 2"]),
        (3, []),
        (3, [1, 0, 7, ROOT, [[3, []], [4, []]]]),
        (3, ["n", "0", 7, ROOT, [[3, []], [4, []]]]),
        (3, ["n", 0, None, ROOT, [[3, []], [4, []]]]),
        (3, ["n", 0, 7, None, [[3, []], [4, []]]]),
        (3, ["n", 0, 7, ROOT, [[3, []], [4]]]),
        (3, ["n", 0, 7, ROOT, [[3, []], [None, []]]]),
        (3, ["n", 0, 7, ROOT, [[3, []], [4, [7]]]]),
        (3, None),
        (4, ["KZ/GOV/1/node1", 7, ROOT]),
        (4, ["KZ/GOV/1/node2", 7, ROOT, b"token"]),
        (4, ["KZ/GOV/1/node1", 8, ROOT, b"token"]),
        (4, ["KZ/GOV/1/node1", 7, ROOT[::-1], b"token"]),
        (4, ["KZ/GOV/1/node1", 7, ROOT, None]),
    ],
)
def test_a_file_of_another_form_is_refused(at, value):
    parts = parts_of(files.encode(WHOLE))
    parts[at] = value
    with pytest.raises(MalformedError):
        files.decode(whole_of(parts))


def test_a_file_with_another_number_of_parts_is_refused():
    parts = parts_of(files.encode(WHOLE))
    with pytest.raises(MalformedError):
        files.decode(whole_of([*parts, None]))


def test_every_changed_byte_and_every_cut_is_refused():
    data = files.encode(WHOLE)
    for at in range(len(data)):
        for bit in range(8):
            with pytest.raises(InvalidEvidenceError):
                files.decode(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
        with pytest.raises(InvalidEvidenceError):
            files.decode(data[:at])
    with pytest.raises(InvalidEvidenceError):
        files.decode(data + b"\0")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=6), st.integers(0, 6))
@example(267, b"\x81", 0)  # a text that swallows the head of the checksum
def test_what_reads_has_one_spelling(at, put, cut):
    """Whatever is put in the place of some bytes, with a checksum that holds, reads as what it says or not at all."""
    data = files.encode(WHOLE)[:-34]
    body = data[1:at] + put + data[max(1, at) + cut :]
    changed = b"\x86" + body + b"\x58\x20" + sha256(b"\x85" + body).digest()
    try:
        evidence = files.decode(changed)
    except MalformedError:
        return
    assert files.encode(evidence) == changed
