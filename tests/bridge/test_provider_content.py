"""What a request says and when it says it: head, body and record agree, each byte is covered, nothing comes twice."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from evilpeer import line_to, made, raw_record
from exchanges import seal_bytes
from kopir.wire import merkle
from kopir.wire import record as records
from kopir.wire.peer import Opening
from kopir.wire.record import Kind
from scenes import SERVER, Scene, Trace, play
from twonodes import Pair, allow_everything, run_pair

NO_FORM = SERVER + "InvalidMessage"
OTHER_CONTENT = SERVER + "InvalidHashChainRef"
NOT_NOW = SERVER + "InvalidRequest"

# What the record says, and what came with it


def test_the_head_says_what_the_record_says(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        good, form = scene.good, NO_FORM
        salt = bytes(16)
        digest = records.subject_digest(salt, "iin", "900101300123")

        def opened(*opening) -> bytes:
            return good(subject_digest=digest).but(opening=Opening(*opening)).frames()

        broken = OTHER_CONTENT
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
        broken = OTHER_CONTENT

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

    play(tmp_path, story, prepare=allow_everything)


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
        good, form = scene.good, NO_FORM
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
        replayed = NOT_NOW
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
                "resealed": (again.frames(), NOT_NOW),
                "another nonce": (sent.but(nonce=b"n" * 16).frames(), NOT_NOW),
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
        allow_everything(kz, tj)
        kz.config.write_text(kz.config.read_text() + "\n[limits]\nbody_bytes = 200000\n")

    async def story(scene: Scene) -> None:
        body = bytes(200_001)
        unannounced = scene.good(method="POST", body=body).but(head={"body_length": None})
        async with line_to(scene.kz.ports.peer, scene.tls) as line:
            line.send(scene.good(method="POST", body=body).head_frame())
            assert (await line.get()).code == NOT_NOW
        await scene.check({"bytes": (unannounced.frames(), NOT_NOW)})

    play(tmp_path, story, prepare=prepare)


def test_frames_in_pieces_are_hashed_as_one_body(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        body = sha256(b"x").digest() * 100
        sent = scene.good(method="POST", body=body)
        whole = sent.head_frame() + sent.body_frames(piece=7) + sent.tail()
        assert (await scene.deliver(whole)).code == "answered"
        assert scene.service.seen[0].body == body

    play(tmp_path, story, prepare=allow_everything)
