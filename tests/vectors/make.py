"""Makes the golden vectors beside it: `python tests/vectors/make.py` writes them anew, tests compare without writing.

Good vectors come from our own encoder; hostile ones from a general CBOR library or by hand, so that a fault of ours
cannot hide in them. Keys and random bytes are fixed: each run gives the same bytes, and the keys protect nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from kopir.wire import merkle, receipt, record
from kopir.wire.record import Kind, Record

FOLDER = Path(__file__).parent
NOW = 1_767_225_600_123
Json = dict[str, Any]


def fixed(name: str, length: int = 32) -> bytes:
    """Bytes that look random and are always the same."""
    return sha256(name.encode()).digest()[:length]


# --- Merkle trees


def make_merkle() -> Json:
    """Trees of 1 to 9 leaves with all paths and consistency proofs, and proofs that must not hold."""
    leaves = [merkle.leaf_hash(fixed(f"leaf {n}")) for n in range(9)]
    trees = [merkle.Tree(leaves[:size]) for size in range(1, 10)]
    tree, path = trees[6], trees[6].path(4)
    good = {"leaf": leaves[4], "index": 4, "size": 7, "path": path, "root": tree.root}
    changes: dict[str, Json] = {
        "another leaf": {"leaf": leaves[3]},
        "another place": {"index": 5},
        "a place outside the tree": {"index": 7},
        "a larger tree": {"size": 9},
        "a path without its end": {"path": path[:-1]},
        "a path without its beginning": {"path": path[1:]},
        "a path with one hash more": {"path": [*path, leaves[0]]},
        "a path in reverse": {"path": path[::-1]},
        "an empty path": {"path": []},
        "a hash of 31 bytes": {"path": [path[0][:31], *path[1:]]},
        "another root": {"root": trees[5].root},
    }
    return {
        "about": "Merkle trees of RFC 9162 §2.1 over leaf hashes. `consistency[n]` is for the tree of n+1 leaves.",
        "leaves": leaves,
        "trees": [
            {
                "size": one.size,
                "root": one.root,
                "paths": [one.path(index) for index in range(one.size)],
                "consistency": [one.consistency(old) for old in range(1, one.size + 1)],
            }
            for one in trees
        ],
        "hostile_inclusion": [{"why": why, **good, **change} for why, change in changes.items()],
    }


# --- Records

REQUEST = Record(
    kind=Kind.REQUEST,
    nonce=fixed("nonce", 16),
    request_id=record.request_id_at(NOW, fixed("request id", 16)),
    message_id="TJ-7c0e2f6a-5a0b-4b7e-9a55-0c6e8b3f5a11",
    from_node="TJ/GOV/100/node1",
    to_node="KZ/GOV/000740000728/node1",
    client="TJ/GOV/100/customs",
    service="KZ/GOV/000740000728/regions/%D2%9B%D0%B0%D0%BB%D0%B0",
    method="GET",
    target="/regions/750000000?lang=kk",
    status=None,
    header_digest=fixed("headers"),
    media_type=None,
    body_length=0,
    body_digest=record.EMPTY_DIGEST,
    instant_ms=NOW,
    user="TJ3828",
    represented_party="GOV/200",
    issue=None,
    purpose="Санҷиши суроға",
    legal_basis="Қарор № 12",
    subject_digest=record.subject_digest(fixed("salt", 16), "tj-inn", "0123456789"),
    head_size=0,
    head_root=merkle.EMPTY_ROOT,
    request_leaf=None,
    reason=None,
)
_LEAF = merkle.leaf_hash(record.encode(REQUEST))
RESPONSE = REQUEST._replace(
    kind=Kind.RESPONSE,
    nonce=fixed("nonce of the response", 16),
    from_node=REQUEST.to_node,
    to_node=REQUEST.from_node,
    status=200,
    header_digest=fixed("headers of the response"),
    media_type="application/json; charset=utf-8",
    body_length=95,
    body_digest=fixed("body"),
    instant_ms=NOW + 12,
    head_size=70_000,
    head_root=fixed("journal"),
    request_leaf=_LEAF,
)
REFUSAL = RESPONSE._replace(kind=Kind.REFUSAL, status=500, reason="Server.ServerProxy.AccessDenied")
UNANSWERED = REQUEST._replace(
    kind=Kind.UNANSWERED,
    header_digest=record.EMPTY_DIGEST,
    instant_ms=NOW + 60_000,
    request_leaf=_LEAF,
    reason="the peer closed the connection",
)
BARE = REQUEST._replace(
    target="",
    user=None,
    represented_party=None,
    purpose=None,
    legal_basis=None,
    subject_digest=None,
    client="TJ/GOV/100",
)


def array_of(one: Record) -> list[Any]:
    """The 26 positions of a record, unchecked."""
    return [1, int(one.kind), *one[1:22], list(one[22:24]), *one[24:]]


def _at(position: int, value: object, base: Record = REQUEST) -> bytes:
    array = array_of(base)
    array[position] = value
    return cbor2.dumps(array)


def _records_of_bad_form() -> dict[str, bytes]:
    good, array = record.encode(REQUEST), array_of(REQUEST)
    return {
        "nothing": b"",
        "a map": cbor2.dumps(dict(enumerate(array))),
        "25 positions": cbor2.dumps(array[:-1]),
        "27 positions": cbor2.dumps([*array, None]),
        "bytes after the end": good + b"\x00",
        "the last byte missing": good[:-1],
        "an array of indefinite length": b"\x9f" + good[2:] + b"\xff",
        "an array head in long form": b"\x99\x00\x1a" + good[2:],
        "the version in two bytes": good[:2] + b"\x18\x01" + good[3:],
        "a tag around it": b"\xd9\xd9\xf7" + good,
        "a text that is not UTF-8": good.replace(b"TJ3828", b"TJ38\xff8"),
    }


def _records_of_bad_fields() -> dict[str, bytes]:
    return {
        "version 2": _at(0, 2),
        "version true": _at(0, True),
        "kind 0": _at(1, 0),
        "kind 5": _at(1, 5),
        "a nonce of 15 bytes": _at(2, bytes(15)),
        "a request id of another version": _at(3, REQUEST.request_id[:6] + b"\x4f" + REQUEST.request_id[7:]),
        "a request id of another time": _at(3, record.request_id_at(NOW + 1, bytes(16))),
        "an empty message id": _at(4, ""),
        "a message id with a line feed": _at(4, "a\r\nx-injected: 1"),
        "a node of three segments": _at(5, "TJ/GOV/100"),
        "a client of two segments": _at(7, "TJ/GOV"),
        "a service without subsystem": _at(8, "KZ/GOV/000740000728/kato"),
        "a service encoded where it need not be": _at(8, REQUEST.service.replace("regions", "%72egions")),
        "a service in lower-case hexadecimal": _at(8, REQUEST.service.lower().replace("kz/gov", "KZ/GOV")),
        "a service with raw UTF-8": _at(8, "KZ/GOV/000740000728/regions/қала"),
        "a service with a dot segment": _at(8, "KZ/GOV/000740000728/../kato"),
        "a service with an encoded slash": _at(8, "KZ/GOV/000740000728/regions/a%2Fb"),
        "a method in lower case": _at(9, "get"),
        "the method CONNECT": _at(9, "CONNECT"),
        "a target without slash": _at(10, "regions"),
        "a target with a space": _at(10, "/regions /"),
        "a target that is not ASCII": _at(10, "/қала"),
        "a target of 8193 bytes": _at(10, "/" * 8193),
        "a request with a status": _at(11, 200),
        "a response without status": _at(11, None, RESPONSE),
        "a response of status 199": _at(11, 199, RESPONSE),
        "a response of status 600": _at(11, 600, RESPONSE),
        "a header digest of 31 bytes": _at(12, bytes(31)),
        "a negative body length": _at(14, -1),
        "a body length as float": _at(14, 95.0),
        "an instant in seconds": _at(16, NOW // 1000, RESPONSE),
        "a user of 257 bytes": _at(17, "x" * 257),
        "a purpose of 513 bytes": _at(20, "x" * 513),
        "a person in plain text": _at(22, "0123456789"),
        "a journal head of one": _at(23, [0]),
        "a journal of no entries with a root": _at(23, [0, bytes(32)]),
        "a request with a request leaf": _at(24, _LEAF),
        "a response without request leaf": _at(24, None, RESPONSE),
        "a response with a reason": _at(25, "x", RESPONSE),
        "a refusal without reason": _at(25, None, REFUSAL),
        "no answer, but a body": _at(14, 1, UNANSWERED),
        "no answer, but headers": _at(12, fixed("headers"), UNANSWERED),
    }


def make_records() -> Json:
    """One record of each kind and a bare one, with their fields, and bytes that must be refused."""
    good = {"request": REQUEST, "response": RESPONSE, "refusal": REFUSAL, "unanswered": UNANSWERED, "bare": BARE}
    hostile = _records_of_bad_form() | _records_of_bad_fields()
    return {
        "about": "Records of protocol.md §3. The leaf hash is SHA-256(0x00 ‖ record).",
        "good": [
            {
                "name": name,
                "record": (data := record.encode(one)),
                "leaf_hash": merkle.leaf_hash(data),
                "fields": {**one._asdict(), "kind": int(one.kind)},
            }
            for name, one in good.items()
        ],
        "hostile": [{"why": why, "record": data} for why, data in hostile.items()],
    }


# --- Receipts

_RSA_PRIMES = [
    int(prime, 16)
    for prime in (
        (
            "e2e2033c0cc7ad95c373c46939f60a3f91ac57b2507d3d60046afdf665c8df61"
            "8b92a29dfdeeb7c58f3f6a7cfb599b288a4f8fb411b6ac57c65f32ef495afb9a"
            "751053eab192b19fb39cab10d01ff90c19c3533306815670e4a9a938d3a84b0f"
            "36e53e629513b12fa17856ce136d469ef617f949f4b743518766c95548296ccd"
        ),
        (
            "b73768ffb10180245f8a375b6ac7912e642109d7e42405c15ee864b9839ce136"
            "08e4c64a8e2d6f48eccb3cbdb615412d3cb7e66770e6e5a4a438b12f7033775f"
            "b3253f6cdaced15b57411f08bc81d14bea50a6d87d4874b8aa8b54b77c8936e1"
            "a4a2419c1b81fece71209d5f68bcedf8e965d5060c209a272fbf5f487cd54665"
        ),
    )
]


def _sign_es256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    numbers = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def _sign_ps256(data: bytes) -> bytes:
    """RSASSA-PSS of RFC 8017 §9.1.1 with a fixed salt, which no library would let us choose."""
    salt, p, q = fixed("pss salt"), *_RSA_PRIMES
    digest = sha256(bytes(8) + sha256(data).digest() + salt).digest()
    block = bytes(256 - len(digest) - len(salt) - 2) + b"\x01" + salt
    mask = b"".join(sha256(digest + n.to_bytes(4, "big")).digest() for n in range(7))
    masked = bytes(a ^ b for a, b in zip(block, mask, strict=False))
    encoded = bytes([masked[0] & 0x7F]) + masked[1:] + digest + b"\xbc"
    exponent = pow(65537, -1, (p - 1) * (q - 1))
    return pow(int.from_bytes(encoded, "big"), exponent, p * q).to_bytes(256, "big")


def _spki(key: Any) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(serialization.Encoding.DER, form))


def signers() -> dict[int, tuple[bytes, Callable[[bytes], bytes]]]:
    """For each algorithm the public key and how to sign."""
    p256 = ec.derive_private_key(int.from_bytes(fixed("p256"), "big"), ec.SECP256R1())
    ed = ed25519.Ed25519PrivateKey.from_private_bytes(fixed("ed25519"))
    public = rsa.RSAPublicNumbers(65537, _RSA_PRIMES[0] * _RSA_PRIMES[1]).public_key()
    return {
        receipt.ES256: (_spki(p256.public_key()), lambda data: _sign_es256(p256, data)),
        receipt.EDDSA: (_spki(ed.public_key()), ed.sign),
        receipt.PS256: (_spki(public), _sign_ps256),
    }


_LEAVES = [merkle.leaf_hash(record.encode(one)) for one in (REQUEST, RESPONSE, REFUSAL, UNANSWERED, BARE)]
_RANDOM = fixed("leaf 0")


def _good_receipts() -> list[Json]:
    found = []
    for alg, (public, sign) in signers().items():
        kid = sha256(public).digest()
        for n in (1, 2, 5):
            batch = receipt.Batch(_RANDOM, _LEAVES[:n])
            signed = receipt.to_be_signed(alg, kid, batch.root)
            encoded = batch.receipts(alg, kid, sign(signed))
            places = zip(range(1, n + 1), _LEAVES, encoded, strict=False)
            common = {"alg": alg, "kid": kid, "public_key": public, "size": batch.size, "root": batch.root}
            found += [
                {**common, "to_be_signed": signed, "leaf_hash": leaf, "index": index, "receipt": data}
                for index, leaf, data in places
            ]
    return found


def _cose(
    protected: object = None,
    *,
    proof: object = None,
    payload: object = None,
    signature: object = bytes(64),
    tag: int = 18,
) -> bytes:
    protected = cbor2.dumps({1: -7, 4: fixed("kid"), 395: 1}) if protected is None else protected
    proof = cbor2.dumps([2, 1, _LEAVES[:1]]) if proof is None else proof
    return cbor2.dumps(cbor2.CBORTag(tag, [protected, {396: {-1: [proof]}}, payload, signature]))


def _hostile_receipts() -> dict[str, bytes]:
    """Bytes that are no receipt, by what is wrong with them."""
    kid, path, good = fixed("kid"), _LEAVES[:1], _cose()
    return {
        "nothing": b"",
        "no tag": good[1:],
        "another tag": _cose(tag=98),
        "bytes after the end": good + b"\x00",
        "the last byte missing": good[:-1],
        "alg RS256": _cose(cbor2.dumps({1: -257, 4: kid, 395: 1})),
        "alg PS256 with a signature of 64 bytes": _cose(cbor2.dumps({1: -37, 4: kid, 395: 1})),
        "headers in another order": _cose(cbor2.dumps({4: kid, 1: -7, 395: 1})),
        "no kid": _cose(cbor2.dumps({1: -7, 395: 1})),
        "a kid of 31 bytes": _cose(cbor2.dumps({1: -7, 4: kid[1:], 395: 1})),
        "another tree algorithm": _cose(cbor2.dumps({1: -7, 4: kid, 395: 2})),
        "a critical header": _cose(cbor2.dumps({1: -7, 4: kid, 395: 1, 2: [395]})),
        "protected as a map": _cose({1: -7, 4: kid, 395: 1}),
        "a consistency proof": good.replace(b"\xa1\x20\x81", b"\xa1\x21\x81"),
        "two proofs": good.replace(b"\xa1\x20\x81", b"\xa1\x20\x82"),
        "a payload": _cose(payload=_LEAVES[0]),
        "a proof as array": _cose(proof=[2, 1, path]),
        "leaf 0": _cose(proof=cbor2.dumps([2, 0, path])),
        "a place outside the tree": _cose(proof=cbor2.dumps([2, 2, path])),
        "a tree of 2^32": _cose(proof=cbor2.dumps([1 << 32, 1, path])),
        "a size in long form": _cose(proof=b"\x83\x18\x02\x01" + cbor2.dumps(path)),
        "a path of indefinite length": _cose(proof=b"\x83\x02\x01\x9f" + cbor2.dumps(path)[1:] + b"\xff"),
        "a path of 33": _cose(proof=cbor2.dumps([2, 1, path * 33])),
        "a hash of 31 bytes": _cose(proof=cbor2.dumps([2, 1, [bytes(31)]])),
        "bytes after the proof": _cose(proof=cbor2.dumps([2, 1, path]) + b"\x00"),
        "a signature of 63 bytes": _cose(signature=bytes(63)),
        "a signature in DER": _cose(signature=b"\x30\x44" + bytes(68)),
        "no signature": _cose(signature=None),
    }


def _unproven_receipts() -> list[Json]:
    """Receipts of good form that prove nothing about the leaf that they are shown with."""
    alg = receipt.ES256
    public, sign = signers()[alg]
    kid, batch = sha256(public).digest(), receipt.Batch(_RANDOM, _LEAVES)
    signature, path = sign(receipt.to_be_signed(alg, kid, batch.root)), batch.path(3)
    cases: dict[str, tuple[bytes, tuple[int, bytes, bytes, int, int, list[bytes]]]] = {
        "another record": (_LEAVES[0], (alg, kid, signature, 6, 3, path)),
        "the path of another record": (_LEAVES[2], (alg, kid, signature, 6, 2, batch.path(2))),
        "a path that is too short": (_LEAVES[2], (alg, kid, signature, 6, 3, path[:-1])),
        "a path that is too long": (_LEAVES[2], (alg, kid, signature, 6, 3, [*path, path[0]])),
        "a kid of another certificate": (_LEAVES[2], (alg, fixed("kid"), signature, 6, 3, path)),
        "an algorithm of another key": (_LEAVES[2], (receipt.EDDSA, kid, signature, 6, 3, path)),
        "a signature with r and s exchanged": (_LEAVES[2], (alg, kid, signature[32:] + signature[:32], 6, 3, path)),
        "a signature of the leaf alone": (
            _LEAVES[2],
            (alg, kid, sign(receipt.to_be_signed(alg, kid, _LEAVES[2])), 6, 3, path),
        ),
        "a signature of zeros": (_LEAVES[2], (alg, kid, bytes(64), 6, 3, path)),
    }
    return [
        {"why": why, "leaf_hash": leaf, "public_key": public, "receipt": receipt.encode_receipt(*fields)}
        for why, (leaf, fields) in cases.items()
    ]


def make_receipts() -> Json:
    """Signed receipts of batches of 1, 2 and 5 records, receipts that prove nothing, and bytes that are no receipt."""
    return {
        "about": "Receipts of protocol.md §4. kid is the SHA-256 of the public key, as there is no certificate here.",
        "random": _RANDOM,
        "leaves": _LEAVES,
        "good": _good_receipts(),
        "unproven": _unproven_receipts(),
        "hostile": [{"why": why, "receipt": data} for why, data in _hostile_receipts().items()],
    }


FILES: dict[str, Callable[[], Json]] = {
    "merkle.json": make_merkle,
    "records.json": make_records,
    "receipts.json": make_receipts,
}


def as_text(value: Json) -> str:
    """The text of a vector file; bytes are in hexadecimal."""
    return json.dumps(value, indent=1, ensure_ascii=False, default=bytes.hex) + "\n"


if __name__ == "__main__":
    for file_name, make in FILES.items():
        (FOLDER / file_name).write_text(as_text(make()), "utf-8")
