"""Answers of a provider that is almost right: who signs them, what they answer, what they say, what proves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from evilpeer import Asked, Reply, made, raw_record, with_proof
from exchanges import seal_bytes
from kopir.signing.algorithms import sign
from kopir.signing.facts import kid_of
from kopir.wire import merkle, peer
from kopir.wire import receipt as receipts
from kopir.wire.record import Kind
from pki import make_certificate
from scenes import HERE, SECRET, SERVER, Asking, Replying, clock_ms
from scenes import play_asking as play


def refusal(scene: Asking, asked: Asked, body: bytes) -> Reply:
    reply = scene.reply(asked, body=body)
    changes = {"kind": Kind.REFUSAL, "status": 500, "reason": SERVER + "AccessDenied"}
    return reply.but(signer=made(scene.kz, "digital"), **changes)


# Who may sign an answer


def test_only_the_services_member_signs_an_answer_and_only_the_nodes_owner_a_refusal(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        kz, tj = scene.kz, scene.tj
        digital, stat, stranger = made(kz, "digital"), made(kz, "stat"), make_certificate("CN=Nobody")
        wrong = HERE + "IncorrectCertificate"

        def by(signer) -> Callable[[Asked], bytes]:
            return lambda asked: scene.reply(asked, body=SECRET).but(signer=signer).frames()

        await scene.check({
            "the owner of the node answers": (by(digital), wrong),
            "the client answers itself": (by(made(tj, "digital")), wrong),
            "the TLS key answers": (by(made(kz, "tls")), wrong),
            "a stranger answers": (by(stranger), wrong),
            "the service's member refuses": (
                lambda asked: refusal(scene, asked, b"{}").but(signer=stat).frames(), wrong),
            "the client's member refuses": (
                lambda asked: refusal(scene, asked, b"{}").but(signer=made(tj, "digital")).frames(), wrong),
            "a kid of the owner": (
                lambda asked: with_proof(scene.reply(asked, body=SECRET), kid=kid_of(digital.der)).frames(), wrong),
            "another algorithm": (
                lambda asked: with_proof(scene.reply(asked, body=SECRET), alg=receipts.EDDSA).frames(), wrong),
        })  # fmt: skip

    play(tmp_path, story)


# What an answer says


def test_an_answer_to_another_request_is_none(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        misrouted = HERE + "InconsistentResponse"

        def with_(**changes) -> Callable[[Asked], bytes]:
            return lambda asked: scene.reply(asked, body=SECRET).but(**changes).frames()

        def earlier(asked: Asked) -> bytes:
            return scene.reply(scene.provider.asked[0], body=SECRET).but(number=asked.number).frames()

        def leaf_of_earlier(asked: Asked) -> bytes:
            leaf = merkle.leaf_hash(scene.provider.asked[0].tail.record)
            return scene.reply(asked, body=SECRET).but(request_leaf=leaf).frames()

        await scene.check({
            "another leaf": (with_(request_leaf=bytes(32)), misrouted),
            "the answer of an earlier call": (earlier, misrouted),
            "the leaf of an earlier call": (leaf_of_earlier, misrouted),
            "from another node": (with_(from_node="KZ/GOV/DIGITAL/node2"), misrouted),
            "to another node": (with_(to_node="TJ/GOV/DIGITAL/node2"), misrouted),
            "another client": (with_(client="TJ/GOV/DIGITAL"), misrouted),
            "another service": (with_(service="KZ/GOV/STAT/registers/other"), misrouted),
            "another message id": (with_(message_id="other"), misrouted),
            "another method": (with_(method="DELETE"), misrouted),
            "another target": (with_(target="/regions/2"), misrouted),
            "another user": (with_(user="admin"), misrouted),
            "another purpose": (with_(purpose="other"), misrouted),
            "another person": (with_(subject_digest=bytes(32)), misrouted),
            "no answer, says the provider": (
                lambda asked: _unanswered(scene, asked), misrouted),
            "the request itself": (
                lambda asked: replace(
                    scene.reply(asked, body=SECRET), data=asked.tail.record, receipt=asked.tail.receipt).frames(),
                misrouted),
            "too old": (with_(instant_ms=clock_ms() - 302_000), HERE + "InvalidRequest"),
            "from the future": (with_(instant_ms=clock_ms() + 63_000), HERE + "InvalidRequest"),
        })  # fmt: skip

    play(tmp_path, story)


def _unanswered(scene: Asking, asked: Asked) -> bytes:
    reply = scene.reply(asked, body=b"")
    changes: dict[str, Any] = {"kind": Kind.UNANSWERED, "status": None, "media_type": None, "reason": "none"}
    return reply.but(head={"status": 200}, **changes).frames()


def test_two_answers_exchanged_between_two_calls_are_both_refused(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        both = asyncio.Event()

        async def exchanged(asked: Asked) -> bytes:
            if len(scene.provider.asked) == 2:
                both.set()
            await both.wait()
            (other,) = [one for one in scene.provider.asked if one is not asked]
            return scene.reply(other, body=SECRET).but(number=asked.number).frames()

        scene.provider.answer = exchanged
        first, second = await asyncio.gather(scene.ask(), scene.ask())

        for got in (first, second):
            assert got.headers["x-road-error"] == HERE + "InconsistentResponse"
            assert SECRET not in got.body
        assert sorted(one.kind for one in scene.trace.records()) == [Kind.REQUEST] * 2 + [Kind.UNANSWERED] * 2
        await scene.check({})

    play(tmp_path, story)


def test_head_body_and_headers_are_those_of_the_record(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        other, form = HERE + "InvalidHashChainRef", HERE + "InvalidMessage"
        large = SECRET * 200_000

        def but(body: bytes = SECRET, block: bytes = b"", **changes) -> Callable[[Asked], bytes]:
            return lambda asked: scene.reply(asked, body=body, block=block).but(**changes).frames()

        await scene.check({
            "another body": (but(sent_body=SECRET + b"!"), other),
            "a byte of a large body": (but(large, sent_body=large[:-1] + b"?"), other),
            "a body cut short": (but(sent_body=SECRET[:-1], head={"body_length": None}), other),
            "no body": (but(sent_body=b""), other),
            "other headers": (but(block=b"x-a:b\r\n", header_digest=bytes(32)), other),
            "headers added": (
                lambda asked: replace(scene.reply(asked, body=SECRET), block=b"set-thing:1\r\n").frames(), other),
            "another status in the head": (but(head={"status": 201}), form),
            "another length in the head": (but(head={"body_length": 1}), form),
            "another request id in the head": (but(head={"request_id": bytes(16)}), HERE + "InconsistentResponse"),
        })  # fmt: skip
        assert scene.node.core.spool.used_bytes == 0

    play(tmp_path, story)


def test_the_evidence_of_an_answer_has_to_hold(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        no_proof, form = HERE + "InvalidSignatureValue", HERE + "InvalidMessage"
        stat = made(scene.kz, "stat")

        def proof(**changes) -> Callable[[Asked], bytes]:
            def answer(asked: Asked) -> bytes:
                reply = with_proof(scene.reply(asked, body=SECRET))
                own = receipts.decode_receipt(reply.receipt)
                return with_proof(
                    reply, **{name: change(getattr(own, name)) for name, change in changes.items()}
                ).frames()

            return answer

        def raw(**changes) -> Callable[[Asked], bytes]:
            def answer(asked: Asked) -> bytes:
                reply = scene.reply(asked, body=SECRET)
                data = raw_record(reply.record, **changes)
                return replace(reply, data=data, receipt=seal_bytes(data, stat).receipt).frames()

            return answer

        def flip(at: int) -> Callable[[bytes], bytes]:
            return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

        def but(**changes) -> Callable[[Asked], bytes]:
            return lambda asked: replace(scene.reply(asked, body=SECRET), **changes).frames()

        def headless(asked: Asked) -> bytes:
            return scene.reply(asked, body=SECRET).tail()

        await scene.check({
            **{f"signature byte {at}": (proof(signature=flip(at)), no_proof) for at in (0, 31, 32, 63)},
            "path": (proof(path=lambda path: [bytes(32), *path[1:]]), no_proof),
            "index": (proof(index=lambda index: index + 1), no_proof),
            "no path": (proof(path=lambda _: []), no_proof),
            "no receipt": (but(receipt=b""), form),
            "no record": (but(data=b"", receipt=seal_bytes(b"", stat).receipt), form),
            "a status of 99": (raw(status=99), form),
            "a reason": (raw(reason="x"), form),
            "a kind of 9": (raw(kind=9), form),
            "a tail without a head": (headless, form),
            "garbage": (lambda _: b"HTTP/1.1 200 OK\r\n\r\n", form),
            "a request": (lambda asked: peer.encode_request_head(asked.number, asked.head), form),
        })  # fmt: skip

    play(tmp_path, story)


def test_half_an_answer_is_none(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        def first(count: int) -> Replying:
            return lambda asked: scene.reply(asked, body=SECRET).frames()[:count]

        scene.provider.closes = True
        for count in (3, 40, -5):
            assert await scene.fault_of(first(count), HERE + "NetworkError") == "", count
        scene.provider.closes = False
        await scene.check({})

    play(tmp_path, story)


def test_any_byte_of_an_answer_changed_is_refused(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        step = 0

        def changed(asked: Asked) -> bytes:
            reply = scene.reply(asked, body=SECRET)
            data, receipt = reply.sealed()
            whole = bytearray(data + receipt)
            whole[step % len(whole)] ^= 1
            return replace(reply, data=bytes(whole[: len(data)]), receipt=bytes(whole[len(data) :])).frames()

        scene.provider.answer = changed
        for step in range(0, 560, 9):
            got = await scene.ask()
            assert got.status == 500, step
            assert SECRET not in got.body, step
        kinds = {one.kind for one in scene.trace.records()}
        assert kinds == {Kind.REQUEST, Kind.UNANSWERED}
        await scene.check({})

    play(tmp_path, story)


def test_a_root_that_is_known_helps_no_other_answer(tmp_path: Path) -> None:
    async def story(scene: Asking) -> None:
        stat = made(scene.kz, "stat")
        known: list[bytes] = []

        def good(asked: Asked) -> bytes:
            reply = scene.reply(asked)
            known[:] = reply.sealed()
            return reply.but(data=known[0], receipt=known[1]).frames()

        scene.provider.answer = good
        assert (await scene.ask()).status == 200
        stolen = known[1]
        signature = receipts.decode_receipt(stolen).signature
        await scene.check({
            "the receipt of the last answer": (
                lambda asked: replace(scene.reply(asked, body=SECRET), receipt=stolen).frames(),
                HERE + "InvalidSignatureValue"),
            "its signature": (
                lambda asked: with_proof(scene.reply(asked, body=SECRET), signature=signature).frames(),
                HERE + "InvalidSignatureValue"),
        })  # fmt: skip
        assert sign(stat.key, b"x")

    play(tmp_path, story)
