"""The directory document: what a good one holds, how it is framed, which may follow which; every rule broken once."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire import cbor
from kopir.wire.directory import (
    Directory,
    EarlyDirectoryError,
    EquivocalDirectoryError,
    ExpiredDirectoryError,
    ForeignDirectoryError,
    MemberEntry,
    NodeEntry,
    OlderDirectoryError,
    ServiceEntry,
    SignerEntry,
    StampAuthorityEntry,
    SubsystemEntry,
    check_in_time,
    check_origin,
    check_succession,
    decode,
    encode,
    frame,
    to_be_signed,
    unframe,
)
from kopir.wire.errors import LocalProtocolError, MalformedError

MEMBER = "KZ/GOV/900140000012"
OTHER = "KZ/GOV/900140000099"
REGISTRY = MEMBER + "/registry"
ARCHIVE = MEMBER + "/%D0%B0%D1%80%D1%85%D0%B8%D0%B2"
NODE = NodeEntry(MEMBER + "/node1", "node1.example.kz:5500", (b"tls 1", b"tls 2"), (MEMBER, REGISTRY))
SECOND = NodeEntry(OTHER + "/node2", "[2001:db8::1]:5500", (b"tls 3",), (REGISTRY,))
GOOD = Directory(
    instance="KZ",
    number=7,
    issued_ms=1_000_000,
    expires_ms=2_000_000,
    authorities=(b"root", b"intermediate"),
    revocation_lists=(b"list",),
    members=(MemberEntry(MEMBER, "Министрлік", (b"sign 1", b"sign 2")), MemberEntry(OTHER, "Other")),
    subsystems=(SubsystemEntry(ARCHIVE, "Archive"), SubsystemEntry(REGISTRY, "Register")),
    services=(ServiceEntry(REGISTRY + "/regions", "OPENAPI3", "Regions"),),
    nodes=(NODE, SECOND),
    stamp_authorities=(StampAuthorityEntry("Stamps", b"tsa"),),
    next_key=b"next",
)
KID = bytes(range(32))
SIGNATURES = {-7: b"s" * 64, -8: b"s" * 64, -37: b"s" * 256}


def test_a_directory_survives_its_encoding():
    assert decode(encode(GOOD)) == GOOD
    bare = Directory("TJ", 0, 0, 1)
    assert decode(encode(bare)) == bare


def test_who_signs_and_who_serves():
    assert GOOD.signer(sha256(b"sign 1").digest()) == SignerEntry(MEMBER, b"sign 1")
    assert GOOD.signer(sha256(b"tls 1").digest()) is None
    assert GOOD.node_by_tls(sha256(b"tls 2").digest()) == NODE
    assert GOOD.node_by_tls(sha256(b"sign 1").digest()) is None
    assert GOOD.nodes_for(REGISTRY) == (NODE, SECOND)
    assert GOOD.nodes_for(ARCHIVE) == ()
    assert GOOD.node(SECOND.id) == SECOND
    assert GOOD.node(MEMBER) is None
    assert NODE.owner == MEMBER


def test_a_member_covers_itself_and_none_of_its_subsystems():
    directory = replace(GOOD, nodes=(replace(NODE, clients=(MEMBER,)),))
    assert directory.nodes_for(MEMBER) != ()
    assert directory.nodes_for(REGISTRY) == ()


def test_what_is_listed():
    assert GOOD.has_member(MEMBER)
    assert not GOOD.has_member(REGISTRY)
    assert GOOD.has_client(MEMBER)
    assert GOOD.has_client(REGISTRY)
    assert not GOOD.has_client(REGISTRY + "x")
    assert GOOD.has_service(REGISTRY + "/regions")
    assert not GOOD.has_service(REGISTRY + "/Regions")
    assert GOOD.service(REGISTRY + "/regions") == GOOD.services[0]
    assert GOOD.service(REGISTRY) is None
    assert GOOD.member_name(MEMBER) == "Министрлік"
    assert GOOD.member_name(REGISTRY) is None
    assert GOOD.kids == {sha256(der).digest() for der in (b"sign 1", b"sign 2")}
    assert GOOD.tls_digests == {sha256(der).digest() for der in (b"tls 1", b"tls 2", b"tls 3")}


@pytest.mark.parametrize("alg", SIGNATURES)
def test_a_frame_comes_apart_as_it_was_put_together(alg):
    payload = encode(GOOD)
    envelope = unframe(frame(alg, KID, payload, SIGNATURES[alg]))
    assert (envelope.alg, envelope.kid, envelope.payload, envelope.signature) == (alg, KID, payload, SIGNATURES[alg])
    assert envelope.tbs == to_be_signed(alg, KID, payload)


def test_what_is_signed_is_the_structure_of_cose():
    protected = bytes.fromhex("a20126045820") + KID
    expected = b"\x84\x6aSignature1\x58\x26" + protected + b"\x40" + b"\x42hi"
    assert to_be_signed(-7, KID, b"hi") == expected
    assert frame(-7, KID, b"hi", b"s" * 64) == b"\xd2\x84\x58\x26" + protected + b"\xa0\x42hi\x58\x40" + b"s" * 64


def test_the_next_number_follows_and_the_same_document_changes_nothing():
    following = replace(GOOD, number=9)
    assert check_succession(GOOD, b"a", following, b"b")
    assert not check_succession(GOOD, b"a", GOOD, b"a")
    check_origin(GOOD, instance="KZ", lowest_number=7)
    check_in_time(GOOD, 1_000_000 - 60_000)
    check_in_time(GOOD, 2_000_000 - 1)


@given(st.binary(max_size=300), st.sampled_from(sorted(SIGNATURES)))
@settings(max_examples=50)
def test_any_payload_can_be_framed(payload, alg):
    assert unframe(frame(alg, KID, payload, SIGNATURES[alg])).payload == payload


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_strangers_bytes_are_refused_by_name(data):
    for read in (unframe, decode):
        with pytest.raises(MalformedError):
            read(data)


# -- hostile: succession


@pytest.mark.parametrize(
    ("changes", "digest", "error", "words"),
    [
        ({"number": 6}, b"b", OlderDirectoryError, "number 6 of KZ is older than 7"),
        ({}, b"b", EquivocalDirectoryError, "number 7 of KZ is in force with other content"),
    ],
)
def test_what_may_not_follow(changes, digest, error, words):
    with pytest.raises(error, match=words):
        check_succession(GOOD, b"a", replace(GOOD, **changes), digest)


def test_another_instance_never_follows():
    with pytest.raises(ForeignDirectoryError, match="of instance TJ, expected is KZ"):
        check_succession(GOOD, b"a", Directory("TJ", 99, 0, 1), b"b")
    with pytest.raises(ForeignDirectoryError):
        check_origin(GOOD, instance="TJ", lowest_number=0)
    with pytest.raises(OlderDirectoryError, match="below 8"):
        check_origin(GOOD, instance="KZ", lowest_number=8)


def test_a_document_has_its_time():
    with pytest.raises(EarlyDirectoryError, match="60 s in the future"):
        check_in_time(GOOD, 1_000_000 - 60_001)
    with pytest.raises(ExpiredDirectoryError, match="expired 0 s ago") as caught:
        check_in_time(GOOD, 2_000_000)
    assert caught.value.code == "OutdatedGlobalConf"


# -- hostile: content


def test_a_renewed_document_says_the_same():
    renewed = replace(GOOD, number=9, issued_ms=1_500_000, expires_ms=3_000_000)
    assert renewed.says_the_same(GOOD)
    assert not replace(renewed, next_key=None).says_the_same(GOOD)
    assert not replace(renewed, nodes=(NODE,)).says_the_same(GOOD)


def node(**changes):
    return {"nodes": (replace(NODE, **changes),)}


def member(**changes):
    return {"members": (replace(GOOD.members[0], **changes), GOOD.members[1])}


BROKEN = [
    ({"instance": ""}, "instance"),
    ({"instance": "K/Z"}, "instance"),
    ({"instance": ".."}, "instance"),
    ({"instance": "K%5a"}, "is spelled"),
    ({"number": -1}, "number is out of range"),
    ({"number": 1 << 63}, "number is out of range"),
    ({"issued_ms": 1 << 63}, "issued at is out of range"),
    ({"expires_ms": 1 << 63}, "expires at is out of range"),
    ({"expires_ms": 1_000_000}, "expires before it is issued"),
    ({"expires_ms": 1_000_000 + 7 * 86_400_000 + 1}, "valid for more than 7 days"),
    ({"authorities": tuple(b"%d" % n for n in range(65))}, "authorities: there are 65, allowed are 64"),
    ({"revocation_lists": tuple(b"%d" % n for n in range(65))}, "revocation lists: there are 65, allowed are 64"),
    (
        {"members": (MemberEntry(MEMBER, "M", tuple(b"%d" % n for n in range(8190))), GOOD.members[1])},
        "there are 8193, allowed are 8192",
    ),
    ({"authorities": (b"a", b"a")}, "authorities: an item stands twice"),
    ({"authorities": (b"",)}, "authorities: an item has 0 bytes"),
    ({"authorities": (b"a" * 16_385,)}, "authorities: an item has 16385 bytes"),
    ({"revocation_lists": (bytes((2 << 20) + 1),)}, "revocation lists: an item has"),
    ({"next_key": b""}, "next key: an item has 0 bytes"),
    ({"next_key": bytes(8_193)}, "next key: an item has"),
    ({"members": GOOD.members[::-1]}, "the order is ascending"),
    ({"members": (GOOD.members[0], GOOD.members[0])}, "stands twice"),
    (member(id="KZ/GOV"), "segments"),
    (member(id="KZ/GOV/1%41"), "is spelled"),
    (member(id="KT/GOV/1"), "not of instance"),
    (member(name=""), "name is empty"),
    (member(name="ә" * 257), "too long"),
    (member(name="a\x1b[31m"), "cannot be printed"),
    (member(certificates=(b"",)), "an item has 0 bytes"),
    ({"members": (GOOD.members[0], MemberEntry(OTHER, "O", (b"sign 1",)))}, "another member's as well"),
    ({"subsystems": (SubsystemEntry(MEMBER, "no"),)}, "four segments"),
    ({"subsystems": (SubsystemEntry("KZ/GOV/1/x", "no"),)}, "its member is not listed"),
    ({"subsystems": (replace(GOOD.subsystems[0], name="\n"), GOOD.subsystems[1])}, "cannot be printed"),
    ({"services": (ServiceEntry(REGISTRY, "REST", "no"),)}, "segments"),
    ({"services": (ServiceEntry(MEMBER + "/x/y", "REST", "no"),)}, "its subsystem is not listed"),
    ({"services": (ServiceEntry(REGISTRY + "/y", "SOAP", "no"),)}, "its type is 'SOAP'"),
    ({"services": (ServiceEntry(REGISTRY + "/y", "REST", ""),)}, "name is empty"),
    (node(id=MEMBER), "segments"),
    (node(id="KZ/GOV/1/node"), "its owner is not listed"),
    (node(certificates=(b"tls 1", b"tls 1")), "stands twice"),
    (node(certificates=(b"sign 1",)), "is a signing certificate as well"),
    ({"nodes": (NODE, replace(SECOND, certificates=(b"tls 1",)))}, "another node's as well"),
    (node(clients=(REGISTRY, MEMBER)), "the order is ascending"),
    (node(clients=(REGISTRY, REGISTRY)), "stands twice"),
    (node(clients=("KZ/GOV/1",)), "is not listed"),
    ({"stamp_authorities": GOOD.stamp_authorities * 2}, "stands twice"),
    ({"stamp_authorities": (StampAuthorityEntry("", b"x"),)}, "name is empty"),
    ({"stamp_authorities": (StampAuthorityEntry("x", b""),)}, "an item has 0 bytes"),
]


@pytest.mark.parametrize(("changes", "words"), BROKEN, ids=lambda value: str(value)[:60])
def test_a_broken_rule_is_told(changes, words):
    with pytest.raises(MalformedError, match=words):
        replace(GOOD, **changes)


@pytest.mark.parametrize("address", ["a:1", "10.0.0.1:65535", "a-b.example:5500", "[::1]:5500"])
def test_an_address_is_host_and_port(address):
    assert replace(GOOD, **node(address=address)).nodes[0].address == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", ":1", "a:", "a:0", "a:01", "a:65536", "a:999999", "a:²", "a:-1", "a b:1", "a/b:1", "u@a:1", "::1:1"),
        *("[::g]:1", "[]:1", "[::1:1", "a" * 254 + ":1", "а:1"),
    ],
)
def test_no_address(address):
    with pytest.raises(MalformedError, match="address"):
        replace(GOOD, **node(address=address))


# -- hostile: bytes


def positions() -> list[Any]:
    return cast("list[Any]", cbor.decode(encode(GOOD)))


@pytest.mark.parametrize("position", range(13))
def test_every_position_has_its_type(position):
    fields = positions()
    wrongs: list[Any] = [None, 9, "x", b"x", [1], [[1]], [["x", "y"]], [[1, 2]], [[1, 2, 3]], [["x", "y", 3, 4]]]
    for wrong in wrongs:
        if (position, wrong) in [(0, None), (12, None), (2, 9), (3, 9), (12, b"x"), (5, [])]:
            continue
        with pytest.raises(MalformedError):
            decode(cbor.encode([*fields[:position], wrong, *fields[position + 1 :]]))


def test_an_array_of_another_size_or_version_is_refused():
    fields = positions()
    for wrong in (fields[:-1], [*fields, None], "text"):
        with pytest.raises(MalformedError, match="an array of 13 is expected"):
            decode(cbor.encode(wrong))
    with pytest.raises(MalformedError, match="version is 2, this node knows 1"):
        decode(cbor.encode([2, *fields[1:]]))


DOCUMENT = frame(-7, KID, encode(GOOD), SIGNATURES[-7])


def test_every_truncation_is_refused():
    for size in range(len(DOCUMENT)):
        with pytest.raises(MalformedError):
            unframe(DOCUMENT[:size])


def test_every_flip_is_refused_or_changes_what_is_signed():
    good = unframe(DOCUMENT)
    for position in range(len(DOCUMENT)):
        flipped = bytearray(DOCUMENT)
        flipped[position] ^= 0x01
        try:
            found = unframe(bytes(flipped))
        except MalformedError:
            continue
        assert (found.tbs, found.signature) != (good.tbs, good.signature)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (DOCUMENT + b"x", "bytes follow its end"),
        (DOCUMENT.replace(KID + b"\xa0", KID + b"\xa1"), "not the empty map"),
        (DOCUMENT.replace(b"\xd2\x84", b"\xd1\x84", 1), "does not begin with tag 18"),
        (DOCUMENT.replace(b"\xa2\x01\x26", b"\xa2\x01\x28", 1), "does not begin with tag 18"),
        (DOCUMENT[:-66] + b"\x58\x41" + b"s" * 65, "a signature of 65 bytes does not fit algorithm -7"),
        (DOCUMENT[:-66] + b"\x59\x00\x40" + b"s" * 64, "not in the shortest form"),
        (DOCUMENT[:-66] + b"\x58\x41" + b"s" * 64, "cut short"),
        (DOCUMENT[:-66] + b"\x78\x40" + b"s" * 64, "a byte string is missing"),
        (bytes((4 << 20) + 1), "bytes, allowed are"),
    ],
)
def test_no_frame(document, words):
    with pytest.raises(MalformedError, match=words):
        unframe(document)


def test_what_would_be_refused_is_not_framed():
    for alg, kid, signature in [(-7, KID, b"s" * 63), (-37, KID, b"s" * 255), (-7, KID[1:], b"s" * 64), (-6, KID, b"")]:
        with pytest.raises(LocalProtocolError):
            frame(alg, kid, b"payload", signature)
    with pytest.raises(LocalProtocolError):
        to_be_signed(0, KID, b"payload")
