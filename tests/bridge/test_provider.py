"""Requests to the provider's role, good ones first; then everything that can be wrong with one, sent by hand.

Whatever is refused before its evidence holds reaches no service and no journal, is counted and logged, and harms no one
else: each group ends with a good request.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from evilpeer import Message, line_to, made, with_proof
from kopir.signing.algorithms import sign
from kopir.signing.facts import kid_of
from kopir.wire import merkle
from kopir.wire import receipt as receipts
from kopir.wire import record as records
from kopir.wire.record import Kind
from pki import make_certificate
from scenes import SERVER, Scene, Trace, play, signer_of
from twonodes import Pair, allow_everything, edit, run_pair

WRONG_SIGNER = SERVER + "IncorrectCertificate"
NO_PROOF = SERVER + "InvalidSignatureValue"
NO_FORM = SERVER + "InvalidMessage"
OTHER_CONTENT = SERVER + "InvalidHashChainRef"
NOT_NOW = SERVER + "InvalidRequest"
FOREIGN = "KZ/GOV/DIGITAL/egov"


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

    play(tmp_path, story, prepare=allow_everything)


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
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: a/" + b"b" * 300 + b"\r\n\r\n",
        b"HTTP/1.1 999 Out\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["a media type that no record holds", "a status that no record holds"],
)
def test_what_a_service_does_wrong_is_a_signed_refusal(tmp_path: Path, answer) -> None:
    def prepare(kz, _) -> None:
        edit(kz, (f'url = "http://127.0.0.1:{kz.ports.registry}"', f'url = "http://127.0.0.1:{kz.ports.stamps}"'))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def story(scene: Scene) -> None:
        service = await asyncio.start_server(serve, "127.0.0.1", scene.kz.ports.stamps)

        got = await scene.deliver(scene.good().frames())

        service.close()
        assert got.record.kind is Kind.REFUSAL
        assert got.record.reason is not None
        assert got.record.reason.startswith(SERVER + "ServiceFailed")
        assert [one.kind for one in scene.trace.records()] == [Kind.REQUEST, Kind.REFUSAL]

    play(tmp_path, story, prepare=prepare)


def test_a_mistake_of_the_node_behind_the_evidence_is_a_signed_refusal(tmp_path: Path) -> None:
    class Broken:
        def __init__(self, services) -> None:
            self.rights, self.find = services.rights, None

    async def broken(scene: Scene) -> None:
        scene.node.provider.services = Broken(scene.node.provider.services)  # type: ignore[assignment]
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
            "another member of the country": (good().but(signer=made(tj, "stat")).frames(), WRONG_SIGNER),
            "the node's TLS key": (good().but(signer=made(tj, "tls")).frames(), WRONG_SIGNER),
            "the stamp authority": (good().but(signer=made(tj, "tsa")).frames(), WRONG_SIGNER),
            "a member of another country": (good().but(signer=made(kz, "digital")).frames(), WRONG_SIGNER),
            "a certificate nobody listed": (good().but(signer=stranger).frames(), WRONG_SIGNER),
            "the kid of a listed colleague": (
                with_proof(good(), kid=kid_of(made(tj, "stat").der)).frames(), WRONG_SIGNER),
            "a member whom this node does not serve": (not_listed.frames(), WRONG_SIGNER),
            "a record of another country's member, relayed": (
                good(client=FOREIGN).but(signer=made(kz, "digital")).frames(), WRONG_SIGNER),
            "a subsystem that is not there": (good(client="TJ/GOV/DIGITAL/none").frames(), WRONG_SIGNER),
        })  # fmt: skip

    play(tmp_path, story)


def test_a_record_goes_from_the_node_on_the_line_to_this_node(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        await scene.check({
            "to another node": (scene.good(to_node="KZ/GOV/DIGITAL/node2").frames(), SERVER + "InvalidSecurityServer"),
            "to another node behind this head": (
                scene.good(to_node="KZ/GOV/DIGITAL/node2").but(head={"to_node": scene.kz.node}).frames(),
                NO_FORM),
            "from another node": (scene.good(from_node="TJ/GOV/DIGITAL/n2").frames(), SERVER + "InconsistentResponse"),
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
        invalid, form = NO_PROOF, NO_FORM
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
            "EdDSA under a P-256 key": (with_proof(good(), alg=receipts.EDDSA).frames(), WRONG_SIGNER),
            "PS256 under a P-256 key": (
                with_proof(good(), alg=receipts.PS256, signature=bytes(256)).frames(), WRONG_SIGNER),
            "no receipt": (good().but(receipt=b"").frames(), form),
            "a receipt with a byte behind": (good().but(receipt=receipt + b"\0").frames(), form),
            "a receipt cut short": (good().but(receipt=receipt[:-1]).frames(), form),
        }  # fmt: skip
        assert flipped(0) != parsed.signature
        await scene.check(table)

    play(tmp_path, story)


def _with_own(message: Message, part: str, at: int) -> bytes:
    """The message with one byte of its own signature, or one hash of its own path, changed."""
    message = with_proof(message)
    own = receipts.decode_receipt(message.receipt or b"")
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
                NO_PROOF),
            "another kid": (
                with_proof(proven[2], kid=kid_of(made(scene.tj, "stat").der)).frames(), WRONG_SIGNER),
            "another alg": (with_proof(proven[3], alg=receipts.EDDSA).frames(), WRONG_SIGNER),
            "a neighbor's receipt": (proven[4].but(receipt=proven[5].receipt).frames(), NO_PROOF),
        })  # fmt: skip
        verified_then = scene.node.core.prover.verifications
        assert (await scene.deliver(proven[5].frames())).code == "answered"
        assert scene.node.core.prover.verifications == verified_then > verified

    play(tmp_path, story)
