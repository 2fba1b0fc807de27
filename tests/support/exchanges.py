"""Exchanges between two countries in memory: records, receipts, journal entries, time stamps and the files of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from countries import Country
from kopir.bridge.anchors import Anchor
from kopir.signing.algorithms import alg_of_key, sign
from kopir.signing.development_tsa import make_response
from kopir.signing.facts import kid_of
from kopir.signing.stamps import make_request
from kopir.signing.tokens import read_response
from kopir.wire import evidence as files
from kopir.wire import merkle
from kopir.wire import receipt as receipts
from kopir.wire import record as records
from kopir.wire.record import Kind, Record
from pki import NOW_MS, Key, Made, make_root

AT_MS = NOW_MS + 3_600_000
STAMPED_MS = AT_MS + 30_000
REQUEST_BODY = b'{"kato":"750000000"}'
ANSWER_BODY = '{"name":"Алматы"}'.encode()


@dataclass
class Exchange:
    """Tajikistan's portal asks the Kazakh register. Each part can be made otherwise, to break one thing at a time."""

    tj: Country = field(default_factory=lambda: Country("TJ", root=make_root("CN=Authority,C=TJ")))
    kz: Country = field(default_factory=lambda: Country("KZ"))

    def __post_init__(self) -> None:
        self.request = self.make_request()
        self.sealed_request = seal(self.request, self.tj.signing)
        self.answer = self.make_answer()
        self.sealed_answer = seal(self.answer, self.kz.signing)

    @property
    def anchors(self) -> dict[str, Anchor]:
        return {country.instance: country.anchor() for country in (self.tj, self.kz)}

    @property
    def documents(self) -> tuple[bytes, ...]:
        return (self.tj.document(), self.kz.document())

    def make_request(self, **changes: Any) -> Record:
        at_ms = changes.get("instant_ms", AT_MS)
        request = Record(
            kind=Kind.REQUEST,
            nonce=bytes(16),
            request_id=records.request_id_at(at_ms, bytes(range(16))),
            message_id="TJ-42",
            from_node=self.tj.node,
            to_node=self.kz.node,
            client=self.tj.subsystem,
            service=self.kz.service,
            method="POST",
            target="/regions?lang=kk",
            status=None,
            header_digest=sha256(b"accept:*/*\r\n").digest(),
            media_type="application/json",
            body_length=len(REQUEST_BODY),
            body_digest=sha256(REQUEST_BODY).digest(),
            instant_ms=at_ms,
            user="u17",
            represented_party=None,
            issue=None,
            purpose="проверка адреса",
            legal_basis="Закон 94-V",
            subject_digest=records.subject_digest(bytes(16), "iin", "900101300123"),
            head_size=0,
            head_root=merkle.EMPTY_ROOT,
            request_leaf=None,
            reason=None,
        )
        return request._replace(**changes)

    def make_answer(self, kind: Kind = Kind.RESPONSE, **changes: Any) -> Record:
        """The answer to `self.request`, of any kind."""
        request = self.request
        answer = request._replace(
            kind=kind,
            nonce=b"a" * 16,
            from_node=request.to_node,
            to_node=request.from_node,
            status=200,
            body_length=len(ANSWER_BODY),
            body_digest=sha256(ANSWER_BODY).digest(),
            instant_ms=request.instant_ms + 40,
            request_leaf=merkle.leaf_hash(self.sealed_request.record),
        )
        if kind is Kind.REFUSAL:
            answer = answer._replace(status=500, reason="Server.ServerProxy.AccessDenied")
        if kind is Kind.UNANSWERED:
            nothing = sha256().digest()
            answer = answer._replace(
                from_node=request.from_node, to_node=request.to_node, status=None, media_type=None, body_length=0
            )._replace(body_digest=nothing, header_digest=nothing, reason="NetworkError: nobody there")
        return answer._replace(**changes)

    def answered(self, kind: Kind, **changes: Any) -> Exchange:
        """The same exchange with an answer of another kind, signed by whoever has to."""
        other = replace(self)
        other.request, other.sealed_request = self.request, self.sealed_request
        other.answer = other.make_answer(kind, **changes)
        other.sealed_answer = seal(other.answer, (self.tj if kind is Kind.UNANSWERED else self.kz).signing)
        return other

    def place(
        self, *sealed: files.Sealed, side: int = files.CONSUMER, before: int = 3, after: int = 2, node: str = ""
    ) -> files.JournalPart:
        """The journal part over these records among other entries; those of this exchange unless given."""
        sealed = sealed or (self.sealed_request, self.sealed_answer)
        entries = [files.record_entry(side, one.record, one.receipt) for one in sealed]
        leaves = [b"other %d" % number for number in range(before)] + entries + [b"more"] * after
        tree = merkle.Tree([merkle.leaf_hash(leaf) for leaf in leaves])
        places = tuple(files.Place(before + n, tuple(tree.path(before + n))) for n in range(len(sealed)))
        own = node or (self.tj if side == files.CONSUMER else self.kz).node
        return files.JournalPart(own, side, tree.size, tree.root, places)

    def stamp(self, journal: files.JournalPart, *, at_ms: int = STAMPED_MS, by: Made | None = None) -> bytes:
        """A token over the head of the journal part, by the authority of the country of its node."""
        country = self.tj if journal.node.startswith("TJ/") else self.kz
        return token_over(files.head_statement(journal.node, journal.size, journal.root), by or country.stamps, at_ms)

    def evidence(self, *, stamped: bool = True, side: int = files.CONSUMER, **changes: Any) -> files.Evidence:
        """The whole exchange, stamped unless that is declined; `changes` replace parts."""
        journal = self.place(side=side)
        whole = files.Evidence(
            request=self.sealed_request,
            answer=self.sealed_answer,
            directories=tuple(sorted(self.documents)),
            journal=journal,
            stamp=self.stamp(journal) if stamped else None,
        )
        return replace(whole, **changes)

    def unanswered(self, *, stamped: bool = True) -> files.Evidence:
        """The request alone."""
        journal = self.place(self.sealed_request)
        stamp = self.stamp(journal) if stamped else None
        return self.evidence(stamped=False, answer=None, journal=journal, stamp=stamp)


def seal(record: Record, signer: Made, *, others: int = 3) -> files.Sealed:
    """Encode and sign a record in one batch with a few others."""
    return seal_bytes(records.encode(record), signer, others=others)


def seal_bytes(data: bytes, signer: Made, *, others: int = 3) -> files.Sealed:
    """Sign any bytes as if they were a record, with the algorithm of the signer's key."""
    leaves = [merkle.leaf_hash(b"neighbor %d" % number) for number in range(others)]
    batch = receipts.Batch(bytes(32), [merkle.leaf_hash(data), *leaves])
    kid = kid_of(signer.der)
    alg = alg_of_key(signer.key.public_key())
    signature = _sign(signer.key, receipts.to_be_signed(alg, kid, batch.root))
    return files.Sealed(data, batch.receipts(alg, kid, signature)[0])


def _sign(key: Key, data: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return sign(key, data)


def token_over(statement: bytes, authority: Made, at_ms: int) -> bytes:
    """A bare time stamp token."""
    request = make_request(sha256(statement).digest(), 7)
    response = make_response(
        request,
        key=authority.key,
        certificate_der=authority.der,
        now_ms=at_ms,
        serial=1,
    )
    return read_response(response)


def mend(data: bytes) -> bytes:
    """The file with the checksum that its other bytes should have."""
    return data[:-32] + sha256(b"\x85" + data[1:-34]).digest()
