"""Requests to the provider's role, good ones first; then everything that can be wrong with one, sent by hand.

Whatever is refused before its evidence holds reaches no service and no journal, is counted and logged, and harms no one
else: each group ends with a good request.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from evilpeer import (
    Message,
    Trace,
    body_frames,
    caller,
    deliver,
    line_to,
    made,
    raw_record,
    request_of,
    signer_of,
    with_proof,
)
from exchanges import seal_bytes
from pki import make_certificate
from twonodes import HttpResponse, Pair, edit, run_pair

from kopir.signing.facts import kid_of
from kopir.wire import merkle, peer
from kopir.wire import receipt as receipts
from kopir.wire import record as records
from kopir.wire.peer import Opening
from kopir.wire.record import Kind

SERVER = "Server.ServerProxy."
FOREIGN = "KZ/GOV/DIGITAL/egov"


class Scene:
    """A running provider node, its trace, and a caller with the TLS key of TJ's node."""

    def __init__(self, pair: Pair) -> None:
        self.kz, self.tj, self.node = pair.kz_country, pair.tj_country, pair.kz
        self.trace = Trace(pair.kz, pair.service)
        self.service = pair.service
        self.tls: ssl.SSLContext = caller(self.tj)

    def good(self, **changes) -> Message:
        return request_of(self.tj, self.kz, self.node.core.now_ms(), **changes)

    async def deliver(self, data: bytes):
        return await deliver(self.kz.ports.peer, self.tls, data)

    async def fault_of(self, data: bytes, *codes: str) -> str:
        """What is wrong with how the node refused `data`, empty if nothing is. No code given: any fault."""
        state, failures = self.trace.state, self.trace.failures
        got = await self.deliver(data)
        faults = []
        if got.fault is None or (codes and got.code not in codes):
            faults.append(f"got {got.code}: {got.fault and got.fault.message}")
        if self.trace.state != state:
            faults.append(f"journal and service went from {state} to {self.trace.state}")
        if self.trace.failures != failures + 1:
            faults.append(f"{self.trace.failures - failures} failures counted")
        if got.fault is not None and f'"{got.code.removeprefix(SERVER)}"' not in self.trace.log().replace(SERVER, ""):
            faults.append("not in the log")
        return ", ".join(faults)

    async def check(self, table: dict[str, tuple[bytes, str]]) -> None:
        """Demand that each message is refused with its code, and that a good one is answered afterwards."""
        found = {name: await self.fault_of(data, code) for name, (data, code) in table.items()}
        assert {name: fault for name, fault in found.items() if fault} == {}
        got = await self.deliver(self.good().frames())
        assert (got.code, got.body) == ("answered", b'{"ok":true}')


def play(folder: Path, story: Callable, *, prepare: Callable | None = None) -> None:
    async def scene(pair: Pair) -> None:
        await story(Scene(pair))

    run_pair(folder, scene, prepare=prepare)


def any_method(kz, tj) -> None:
    edit(kz, ('method = "GET"\n', ""))


# The ordinary


def test_a_request_made_by_hand_is_answered_with_evidence(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        sent = scene.good(user="TJ7", purpose="проверка")

        got = await scene.deliver(sent.frames())

        data, _ = sent.sealed()
        assert (got.code, got.body, got.head.status) == ("answered", b'{"ok":true}', 200)
        records.check_answer(sent.record, merkle.leaf_hash(data), got.record)
        assert signer_of(got.tail.receipt) == kid_of(made(scene.kz, "stat").der)
        assert [one.kind for one in scene.trace.records()] == [Kind.REQUEST, Kind.RESPONSE]
        assert scene.trace.sealed()[0][1] == data
        assert (b"x-road-userid", b"TJ7") in scene.service.seen[0].headers

    play(tmp_path, story)


def test_many_requests_follow_one_another_on_a_connection(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            for number in range(5):
                line.send(scene.good(target=f"/regions/{number}").frames())
                assert (await line.get()).code == "answered"
        assert [seen.target for seen in scene.service.seen] == [b"/regions/%d" % number for number in range(5)]

    play(tmp_path, story)


def test_a_message_in_single_bytes_is_a_message(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        body = bytes(range(256)) * 3
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            for byte in scene.good(method="POST", body=body).frames():
                line.send(bytes([byte]))
                await line.writer.drain()
            assert (await line.get()).code == "answered"
        assert scene.service.seen[0].body == body

    play(tmp_path, story, prepare=any_method)


# After the evidence held: refusals are records


REFUSED: dict[str, tuple[dict, str]] = {
    "no right to the method": ({"method": "DELETE"}, "AccessDenied"),
    "no right to the path": ({"target": "/other"}, "AccessDenied"),
    "a path that climbs": ({"target": "/regions/../other"}, "AccessDenied"),
    "an encoded climb": ({"target": "/regions/%2e%2e/other"}, "AccessDenied"),
    "a climb encoded twice": ({"target": "/regions/%252e%252e/other"}, "AccessDenied"),
    "parameters": ({"target": "/regions/1;x/../../other"}, "AccessDenied"),
    "another case": ({"target": "/Regions/1"}, "AccessDenied"),
    "unknown service": ({"service": "KZ/GOV/STAT/registers/nothing"}, "UnknownService"),
    "unknown metadata": ({"service": "KZ/GOV/STAT/registers/getWsdl"}, "UnknownService"),
    "a member that is not here": ({"service": "KZ/GOV/OTHER/registers/listMethods"}, "UnknownMember"),
    "an owner without right": ({"client": "TJ/GOV/DIGITAL"}, "AccessDenied"),
}


def test_refusals_after_the_evidence_held_are_signed_by_the_owner_of_the_node(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        owner = kid_of(made(scene.kz, "digital").der)
        for name, (changes, code) in REFUSED.items():
            sent = scene.good(**changes)

            got = await scene.deliver(sent.frames())

            assert got.code == "answered", name
            assert (got.record.kind, got.record.reason) == (Kind.REFUSAL, SERVER + code), name
            assert json.loads(got.body)["type"] == SERVER + code, name
            assert signer_of(got.tail.receipt) == owner, name
            data, _ = sent.sealed()
            records.check_answer(sent.record, merkle.leaf_hash(data), got.record)
            assert scene.trace.sealed()[-2][1] == data, name
            assert scene.trace.sealed()[-1][1] == got.tail.record, name
        assert scene.service.seen == []
        assert scene.trace.failures == 0

    play(tmp_path, story)


def test_the_consumer_journals_the_signed_refusal_too(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask("/other")

        assert (answer.status, answer.headers["x-road-error"]) == (500, SERVER + "AccessDenied")
        ours, theirs = Trace(pair.tj, None).sealed(), Trace(pair.kz, None).sealed()
        assert [one.kind for one, _, _ in ours] == [Kind.REQUEST, Kind.REFUSAL]
        assert ours == theirs

    run_pair(tmp_path, story)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: HttpResponse(200, [(b"content-type", b"a/" + b"b" * 300)], b""),
        lambda _: HttpResponse(999, [], b""),
    ],
    ids=["a media type that no record holds", "a status that no record holds"],
)
def test_what_a_service_does_wrong_is_a_signed_refusal(tmp_path: Path, answer) -> None:
    async def story(scene: Scene) -> None:
        scene.service.answer = answer

        got = await scene.deliver(scene.good().frames())

        assert (got.record.kind, got.record.reason) == (Kind.REFUSAL, SERVER + "ServiceFailed.HttpError")
        assert [one.kind for one in scene.trace.records()] == [Kind.REQUEST, Kind.REFUSAL]

    play(tmp_path, story)


def test_a_mistake_of_the_node_behind_the_evidence_is_a_signed_refusal(tmp_path: Path) -> None:
    class Broken:
        def __init__(self, services) -> None:
            self.rights, self.find = services.rights, None

    async def broken(scene: Scene) -> None:
        scene.node.provider.services = Broken(scene.node.provider.services)
        got = await scene.deliver(scene.good().frames())
        assert (got.record.kind, got.record.reason) == (Kind.REFUSAL, SERVER + "InternalError")
        assert "provider failed" in scene.trace.log()

    play(tmp_path, broken)


# Before the evidence held: who may sign what


def test_only_the_clients_member_signs_a_request(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        good, tj, kz = scene.good, scene.tj, scene.kz
        stranger = make_certificate("CN=Nobody")
        not_listed = good(client="TJ/GOV/STAT").but(signer=made(tj, "stat"))
        await scene.check({
            "another member of the country": (good().but(signer=made(tj, "stat")).frames(), SERVER + "IncorrectCertificate"),
            "the node's TLS key": (good().but(signer=made(tj, "tls")).frames(), SERVER + "IncorrectCertificate"),
            "the stamp authority": (good().but(signer=made(tj, "tsa")).frames(), SERVER + "IncorrectCertificate"),
            "a member of another country": (good().but(signer=made(kz, "digital")).frames(), SERVER + "IncorrectCertificate"),
            "a certificate nobody listed": (good().but(signer=stranger).frames(), SERVER + "IncorrectCertificate"),
            "the kid of a listed colleague": (
                with_proof(good(), kid=kid_of(made(tj, "stat").der)).frames(), SERVER + "IncorrectCertificate"),
            "a member whom this node does not serve": (not_listed.frames(), SERVER + "IncorrectCertificate"),
            "a record of another country's member, relayed": (
                good(client=FOREIGN).but(signer=made(kz, "digital")).frames(), SERVER + "IncorrectCertificate"),
            "a subsystem that is not there": (good(client="TJ/GOV/DIGITAL/none").frames(), SERVER + "IncorrectCertificate"),
        })  # fmt: skip

    play(tmp_path, story)


def test_a_record_goes_from_the_node_on_the_line_to_this_node(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.check({
            "to another node": (scene.good(to_node="KZ/GOV/DIGITAL/node2").frames(), SERVER + "InvalidSecurityServer"),
            "to another node behind this head": (
                scene.good(to_node="KZ/GOV/DIGITAL/node2").but(head={"to_node": scene.kz.node}).frames(),
                SERVER + "InvalidMessage"),
            "from another node": (scene.good(from_node="TJ/GOV/DIGITAL/node2").frames(), SERVER + "InconsistentResponse"),
            "from this node": (scene.good(from_node=scene.kz.node).frames(), SERVER + "InconsistentResponse"),
        })  # fmt: skip

    play(tmp_path, story)


def test_evidence_has_to_hold(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        good = scene.good
        _, receipt = good().sealed()
        parsed = receipts.decode_receipt(receipt)

        def flipped(at: int) -> bytes:
            return parsed.signature[:at] + bytes([parsed.signature[at] ^ 1]) + parsed.signature[at + 1 :]

        path = parsed.path
        invalid, form = SERVER + "InvalidSignatureValue", SERVER + "InvalidMessage"
        table = {
            f"signature byte {at}": (_with_own(good(), "signature", at), invalid) for at in (0, 31, 32, 63)
        } | {
            f"path hash {at}": (_with_own(good(), "path", at), invalid) for at in range(len(path))
        } | {
            "a signature of another record": (with_proof(good(), signature=parsed.signature).frames(), invalid),
            "a receipt of another record": (good().but(receipt=receipt).frames(), invalid),
            "another place": (with_proof(good(), index=2).frames(), invalid),
            "a longer path": (with_proof(good(), path=[*path, bytes(32)]).frames(), invalid),
            "no path": (with_proof(good(), path=[]).frames(), invalid),
            "EdDSA under a P-256 key": (with_proof(good(), alg=receipts.EDDSA).frames(), SERVER + "IncorrectCertificate"),
            "PS256 under a P-256 key": (
                with_proof(good(), alg=receipts.PS256, signature=bytes(256)).frames(), SERVER + "IncorrectCertificate"),
            "no receipt": (good().but(receipt=b"").frames(), form),
            "a receipt with a byte behind": (good().but(receipt=receipt + b"\0").frames(), form),
            "a receipt cut short": (good().but(receipt=receipt[:-1]).frames(), form),
        }  # fmt: skip
        assert flipped(0) != parsed.signature
        await scene.check(table)

    play(tmp_path, story)


def _with_own(message: Message, part: str, at: int) -> bytes:
    """The message with one byte of its own signature, or one hash of its own path, changed."""
    parsed = receipts.decode_receipt(message.sealed()[1])
    message = with_proof(message)
    own = receipts.decode_receipt(message.receipt)
    assert own.path == parsed.path or own.kid == parsed.kid
    if part == "signature":
        value: object = own.signature[:at] + bytes([own.signature[at] ^ 1]) + own.signature[at + 1 :]
    else:
        value = [bytes(32) if number == at else one for number, one in enumerate(own.path)]
    return with_proof(message, **{part: value}).frames()


def test_a_root_that_is_known_helps_nobody_else(tmp_path: Path) -> None:
    """All records of a batch have one root; once one of them was verified, the others must still prove themselves."""

    async def story(scene: Scene) -> None:
        signer = made(scene.tj, "digital")
        batch = [scene.good() for _ in range(6)]
        data = [records.encode(one.record) for one in batch]
        tree = receipts.Batch(bytes(32), [merkle.leaf_hash(one) for one in data])
        kid = kid_of(signer.der)
        from kopir.signing.algorithms import sign

        signature = sign(signer.key, receipts.to_be_signed(receipts.ES256, kid, tree.root))
        proven = [
            one.but(data=record, receipt=receipt)
            for one, record, receipt in zip(batch, data, tree.receipts(receipts.ES256, kid, signature), strict=True)
        ]
        assert (await scene.deliver(proven[0].frames())).code == "answered"
        verified = scene.node.core.prover.verifications

        await scene.check({
            "another signature": (
                with_proof(proven[1], signature=bytes([signature[0] ^ 1]) + signature[1:]).frames(),
                SERVER + "InvalidSignatureValue"),
            "another kid": (
                with_proof(proven[2], kid=kid_of(made(scene.tj, "stat").der)).frames(), SERVER + "IncorrectCertificate"),
            "another alg": (with_proof(proven[3], alg=receipts.EDDSA).frames(), SERVER + "IncorrectCertificate"),
            "a neighbor's receipt": (proven[4].but(receipt=proven[5].receipt).frames(), SERVER + "InvalidSignatureValue"),
        })  # fmt: skip
        verified_then = scene.node.core.prover.verifications
        assert (await scene.deliver(proven[5].frames())).code == "answered"
        assert scene.node.core.prover.verifications == verified_then > verified

    play(tmp_path, story)


# What the record says, and what came with it


def test_the_head_says_what_the_record_says(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        good, form = scene.good, SERVER + "InvalidMessage"
        salt = bytes(16)
        digest = records.subject_digest(salt, "iin", "900101300123")

        def opened(*opening) -> bytes:
            return good(subject_digest=digest).but(opening=Opening(*opening)).frames()

        broken = SERVER + "InvalidHashChainRef"
        other_id = records.request_id_at(scene.node.core.now_ms(), bytes(16))
        await scene.check({
            "request id": (good().but(head={"request_id": other_id}).frames(), form),
            "client": (good().but(head={"client": "TJ/GOV/STAT/registers"}).frames(), form),
            "service": (good().but(head={"service": "KZ/GOV/STAT/registers/other"}).frames(), form),
            "method": (good(method="DELETE").but(head={"method": "GET"}).frames(), form),
            "target": (good(target="/other").but(head={"target": "/regions/1"}).frames(), form),
            "target spelled otherwise": (good(target="/regions/%31").but(head={"target": "/regions/1"}).frames(), form),
            "body length": (good(body=b"ab").but(head={"body_length": 3}).frames(), form),
            "header block": (good(block=b"accept:a/b\r\n").but(block=b"accept:a/c\r\n").frames(), broken),
            "header block added": (good().but(block=b"x-admin:1\r\n").frames(), broken),
            "person without opening": (good(subject_digest=digest).frames(), broken),
            "opening without person": (good().but(opening=Opening(salt, "iin", "9")).frames(), broken),
            "another person": (opened(salt, "iin", "900101300124"), broken),
            "another scheme": (opened(salt, "pin", "900101300123"), broken),
            "another salt": (opened(b"1" * 16, "iin", "900101300123"), broken),
            "no salt": (opened(b"", "iin", "900101300123"), broken),
        })  # fmt: skip
        got = await scene.deliver(opened(salt, "iin", "900101300123"))
        assert got.code == "answered"
        assert (b"kopir-subject", b"iin/900101300123") in scene.service.seen[-1].headers

    play(tmp_path, story)


def test_the_body_is_the_one_that_was_signed(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        large = bytes(3 << 20)
        broken = SERVER + "InvalidHashChainRef"

        def sent(body: bytes, other: bytes) -> bytes:
            return scene.good(method="POST", body=body).but(sent_body=other, head={"body_length": None}).frames()

        await scene.check({
            "one byte": (sent(b"abc", b"abd"), broken),
            "shorter": (sent(b"abc", b"ab"), broken),
            "longer": (sent(b"abc", b"abcd"), broken),
            "none": (sent(b"abc", b""), broken),
            "unasked": (sent(b"", b"a"), broken),
            "one byte of many": (sent(large, large[:-1] + b"\1"), broken),
            "many bytes too few": (sent(large, large[:-1]), broken),
        })  # fmt: skip
        assert scene.node.core.spool.used_bytes == 0

    play(tmp_path, story, prepare=any_method)


def test_any_field_of_the_record_changed_behind_its_receipt_is_refused(tmp_path: Path) -> None:
    others: dict[str, object] = {
        "nonce": b"x" * 16,
        "message_id": "another",
        "header_digest": bytes(32),
        "media_type": "a/b",
        "body_length": 1,
        "body_digest": bytes(32),
        "user": "admin",
        "represented_party": "GOV/1",
        "issue": "9",
        "purpose": "another",
        "legal_basis": "none",
        "subject_digest": bytes(32),
        "head_size": 7,
        "head_root": merkle.EMPTY_ROOT[::-1],
        "target": "/regions/2",
        "method": "HEAD",
        "service": "KZ/GOV/STAT/registers/other",
        "client": "TJ/GOV/DIGITAL",
    }

    async def story(scene: Scene) -> None:
        table = {}
        for name, value in others.items():
            sent = scene.good(head_size=6, head_root=bytes(32))
            _, receipt = sent.sealed()
            changed = sent.record._replace(**{name: value})  # type: ignore[arg-type]  # by the table
            forged = replace(sent, record=changed, data=records.encode(changed), receipt=receipt)
            table[name] = forged.frames()
        found = {name: await scene.fault_of(data) for name, data in table.items()}
        assert {name: fault for name, fault in found.items() if fault} == {}
        await scene.check({})

    play(tmp_path, story)


def test_any_byte_of_record_and_receipt_changed_is_refused(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        faults = {}
        for part in ("data", "receipt"):
            length = len(scene.good().sealed()[part == "receipt"])
            for at in range(0, length, 5):
                sent = scene.good()
                whole = dict(zip(("data", "receipt"), sent.sealed(), strict=True))
                bytes_of = bytearray(whole[part])
                bytes_of[at] ^= 0x01
                fault = await scene.fault_of(sent.but(**(whole | {part: bytes(bytes_of)})).frames())
                if fault:
                    faults[f"{part} byte {at}"] = fault
        assert faults == {}
        await scene.check({})

    play(tmp_path, story)


def test_only_requests_of_the_form_are_requests(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        good, form = scene.good, SERVER + "InvalidMessage"
        signer = made(scene.tj, "digital")

        def raw(**changes) -> bytes:
            sent = good()
            data = raw_record(sent.record, **changes)
            return replace(sent, data=data, receipt=seal_bytes(data, signer).receipt).frames()

        leaf = {"request_leaf": bytes(32)}
        await scene.check({
            "a response": (raw(kind=Kind.RESPONSE, status=200, **leaf), form),
            "a refusal": (raw(kind=Kind.REFUSAL, status=500, reason="x", **leaf), form),
            "no answer": (raw(kind=Kind.UNANSWERED, reason="x", **leaf), form),
            "a client that is not canonical": (raw(client="TJ/GOV/DIGITAL/%65gov"), form),
            "a control character": (raw(user="a\r\nx-admin: 1"), form),
            "a status": (raw(status=200), form),
            "a time that is not in the id": (raw(instant_ms=scene.node.core.now_ms() + 5), form),
            "no record at all": (good().but(data=b"\x80", receipt=seal_bytes(b"\x80", signer).receipt).frames(), form),
        })  # fmt: skip

    play(tmp_path, story)


# Time and repetition


def test_a_request_is_accepted_once_in_its_time(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        now, good = scene.node.core.now_ms(), scene.good
        used = good().frames()
        assert (await scene.deliver(used)).code == "answered"
        replayed = SERVER + "InvalidRequest"
        stale = records.request_id_at(now - 310_000, bytes(16))
        await scene.check({
            "again": (used, replayed),
            "again, after a while": (used, replayed),
            "too old": (good(instant_ms=now - 302_000).frames(), replayed),
            "from the future": (good(instant_ms=now + 63_000).frames(), replayed),
            "five minutes ahead": (good(instant_ms=now + 300_000).frames(), replayed),
            "an old id in the head": (good().but(head={"request_id": stale}).frames(), replayed),
            "no id in the head": (good().but(head={"request_id": b""}).frames(), replayed),
        })  # fmt: skip
        for instant in (now - 290_000, now + 50_000):
            assert (await scene.deliver(good(instant_ms=instant).frames())).code == "answered"

    play(tmp_path, story)


def test_the_same_record_under_a_new_receipt_is_still_a_repetition(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        sent = scene.good()
        assert (await scene.deliver(sent.frames())).code == "answered"
        data, _ = sent.sealed()
        again = sent.but(receipt=seal_bytes(data, sent.signer, others=9).receipt)
        await scene.check(
            {
                "resealed": (again.frames(), SERVER + "InvalidRequest"),
                "another nonce": (sent.but(nonce=b"n" * 16).frames(), SERVER + "InvalidRequest"),
            }
        )

    play(tmp_path, story)


# Early


def test_a_large_body_without_right_is_refused_before_it_was_sent(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        sent = scene.good(method="POST", body=bytes(1 << 17))
        state = scene.trace.state
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(sent.head_frame())
            got = await line.get()

        assert got.code == SERVER + "AccessDenied"
        assert scene.trace.state == state
        assert "AccessDenied" in scene.trace.log()

    play(tmp_path, story)


def test_the_client_hears_why_a_large_body_was_refused(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for _ in range(3):
            answer = await pair.ask("/regions/1", method="POST", body=bytes(20 << 20))
            assert (answer.status, answer.headers["x-road-error"]) == (500, SERVER + "AccessDenied")
        assert pair.service.seen == []
        assert pair.kz.core.spool.used_bytes == pair.tj.core.spool.used_bytes == 0
        assert [one.kind for one in Trace(pair.tj, None).records()] == [Kind.REQUEST, Kind.UNANSWERED] * 3
        assert (await pair.ask("/regions/1")).status == 200

    run_pair(tmp_path, story)


def test_a_body_over_the_limit_is_refused_by_its_announcement_and_by_its_bytes(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        any_method(kz, tj)
        kz.config.write_text(kz.config.read_text() + "\n[limits]\nbody_bytes = 200000\n")

    async def story(scene: Scene) -> None:
        body = bytes(200_001)
        unannounced = scene.good(method="POST", body=body).but(head={"body_length": None})
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good(method="POST", body=body).head_frame())
            assert (await line.get()).code == SERVER + "InvalidRequest"
        await scene.check({"bytes": (unannounced.frames(), SERVER + "InvalidRequest")})

    play(tmp_path, story, prepare=prepare)


def test_frames_in_pieces_are_hashed_as_one_body(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        body = sha256(b"x").digest() * 100
        sent = scene.good(method="POST", body=body)
        whole = sent.head_frame() + body_frames(body, piece=7) + peer.encode_tail(*sent.sealed())
        assert (await scene.deliver(whole)).code == "answered"
        assert scene.service.seen[0].body == body

    play(tmp_path, story, prepare=any_method)
