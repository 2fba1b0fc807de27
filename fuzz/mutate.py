"""Makes bytes that are nearly right: an input of the corpus, changed a few times in ways that hurt binary parsers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

# Heads of CBOR items, also in forms that the profile refuses, and the bytes at which lengths and signs turn over.
_HEADS = [bytes([major << 5 | form]) for major in range(8) for form in (0, 1, 23, 24, 25, 26, 27, 28, 31)]
_EDGES = [b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x17", b"\x18", b"\xff\xff", b"\x00\x00\x00\x00", b"\xff" * 8]
_TEXTS = ["/", "%2F", "%2e%2e", ";", "\r\n", "\x00", "қ", "\u202e", "."]
_TOKENS = [*_HEADS, *_EDGES, *(text.encode() for text in _TEXTS), b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"]
_LIMIT_BYTES = 20_000


def _flip(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _add(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] + random.randint(-3, 3) & 255]) + data[at + 1 :]


def _overwrite(data: bytes, random: Random) -> bytes:
    at, token = random.randrange(len(data)), random.choice(_TOKENS)
    return data[:at] + token + data[at + len(token) :]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(_TOKENS) + data[at:]


def _scatter(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.randint(1, 8)) + data[at:]


def _cut(data: bytes, random: Random) -> bytes:
    at, length = random.randrange(len(data)), random.randint(1, 40)
    return data[:at] + data[at + length :]


def _end_early(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def _repeat(data: bytes, random: Random) -> bytes:
    at, length = random.randrange(len(data)), random.randint(1, 64)
    return data[: at + length] + data[at : at + length] * random.choice((1, 1, 2, 40)) + data[at + length :]


def _exchange(data: bytes, random: Random) -> bytes:
    one, other = sorted((random.randrange(len(data)), random.randrange(len(data))))
    length = random.randint(1, 34)
    return (
        data[:one]
        + data[other : other + length]
        + data[one + length : other]
        + data[one : one + length]
        + data[other + length :]
    )


_CHANGES: list[Callable[[bytes, Random], bytes]] = [
    *(_flip, _add, _overwrite, _insert, _scatter),
    *(_cut, _end_early, _repeat, _exchange),
]


def mutate(corpus: Sequence[bytes], random: Random, tokens: Sequence[bytes] = ()) -> bytes:
    """Make one input of at most 20,000 bytes from the `corpus`, or from nothing where that is empty.

    `tokens` are words of the target's own language; with them, every second change puts one in.
    """
    data = random.choice(corpus) if corpus else b""
    if corpus and random.randrange(8) == 0:
        other = random.choice(corpus)
        data = data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        if tokens and random.randrange(2):
            at = random.randrange(len(data) + 1)
            data = data[:at] + random.choice(tokens) + data[at + random.choice((0, 0, 1, 4)) :]
        else:
            data = random.choice(_CHANGES)(data, random) if data else random.choice(_TOKENS)
    return data[:_LIMIT_BYTES]
