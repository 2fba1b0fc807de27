"""Batch signatures: what is pending together is signed together, one at a time; a failure reaches all who wait."""

from __future__ import annotations

import asyncio
import os

import pytest

from httpwire import until
from kopir.bridge import sealing
from kopir.bridge.sealing import Sealer, SigningFailedError
from kopir.signing.algorithms import verify
from kopir.signing.signer import LocalSigner
from kopir.wire import receipt
from pki import make_certificate
from signers import BrokenSigner, SlowSigner

MEMBER = make_certificate("CN=Member,C=KZ")
LOCAL = LocalSigner(MEMBER.key, MEMBER.der)


def seal_in(scene, signer=LOCAL):
    async def main():
        loop = asyncio.get_running_loop()
        tasks: list[asyncio.Task[None]] = []

        def start(work):
            tasks.append(loop.create_task(work))
            return tasks[-1]

        sealer = Sealer(signer, start=start)
        return await asyncio.wait_for(scene(sealer), 60)

    return asyncio.run(main())


def leaf(number: int = 0) -> bytes:
    return number.to_bytes(32, "big")


def is_proven(own_leaf: bytes, data: bytes) -> bool:
    parsed = receipt.decode_receipt(data)
    return parsed.kid == LOCAL.kid and verify(
        parsed.alg, MEMBER.key.public_key(), parsed.signature, parsed.tbs(own_leaf)
    )


def test_a_lone_record_stands_beside_a_random_leaf():
    async def scene(sealer):
        data = await sealer.seal(leaf(), bytes)
        parsed = receipt.decode_receipt(data)
        assert (parsed.size, parsed.index, len(parsed.path)) == (2, 1, 1)
        assert is_proven(leaf(), data)
        assert not is_proven(leaf(1), data)
        again = receipt.decode_receipt(await sealer.seal(leaf(), bytes))
        assert again.path != parsed.path, "equal records must not give equal roots"
        assert (sealer.signatures, sealer.kid) == (2, LOCAL.kid)

    seal_in(scene)


def test_what_comes_in_one_turn_is_signed_once():
    async def scene(sealer):
        receipts = await asyncio.gather(*(sealer.seal(leaf(number), bytes) for number in range(100)))
        assert sealer.signatures == 1
        assert all(is_proven(leaf(number), data) for number, data in enumerate(receipts))
        assert {receipt.decode_receipt(data).size for data in receipts} == {101}

    seal_in(scene)


def test_with_a_slow_signer_one_signature_is_under_way_and_what_comes_meanwhile_is_the_next_tree():
    signer = SlowSigner(LOCAL, delay_s=0.05)

    async def scene(sealer):
        first = sealer.seal(leaf(0), bytes)
        await until(lambda: signer._under_way)
        later = [sealer.seal(leaf(number), bytes) for number in range(1, 8)]
        await first
        latest = sealer.seal(leaf(9), bytes)
        await asyncio.gather(*later, latest)
        assert (signer.signed, signer.most_at_once) == (3, 1) or (signer.signed, signer.most_at_once) == (2, 1)
        sizes = [receipt.decode_receipt(one.result()).size for one in (first, *later)]
        assert sizes[0] == 2
        assert set(sizes[1:]) in ({8}, {9})
        assert all(is_proven(leaf(number), one.result()) for number, one in enumerate((first, *later)))

    seal_in(scene, signer)


def test_a_batch_has_a_limit_and_the_rest_follows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "MAX_BATCH", 4)

    async def scene(sealer):
        receipts = await asyncio.gather(*(sealer.seal(leaf(number), bytes) for number in range(10)))
        assert sealer.signatures == 3
        assert [receipt.decode_receipt(data).size for data in receipts] == [5] * 8 + [3] * 2

    seal_in(scene)


def test_who_no_longer_waits_harms_nobody():
    async def scene(sealer):
        one, other = sealer.seal(leaf(0), bytes), sealer.seal(leaf(1), bytes)
        one.cancel()
        assert is_proven(leaf(1), await other)

    seal_in(scene)


def test_a_token_that_was_pulled_out_fails_all_who_wait_by_name_and_the_next_is_tried_again():
    broken = BrokenSigner(LOCAL)

    async def scene(sealer):
        results = [sealer.seal(leaf(number), bytes) for number in range(3)]
        results[0].cancel()
        for one in results[1:]:
            with pytest.raises(SigningFailedError, match="token is gone") as caught:
                await one
            assert caught.value.code == "CannotCreateSignature"
        sealer._signer = LOCAL
        assert is_proven(leaf(7), await sealer.seal(leaf(7), bytes))
        assert sealer.signatures == 1

    seal_in(scene, broken)


def test_the_random_leaf_is_drawn_anew_for_each_tree():
    drawn: list[int] = []

    async def scene(sealer):
        def draw(count: int) -> bytes:
            drawn.append(count)
            return os.urandom(count)

        sealer._random = draw
        await sealer.seal(leaf(0), bytes)
        await sealer.seal(leaf(1), bytes)
        assert drawn == [32, 32]

    seal_in(scene)


@pytest.mark.parametrize("answer", [b"0D\x02 a signature in DER", b"", None])
def test_a_token_that_gives_no_signature_of_ours_fails_all_who_wait(answer):
    class OddSigner(BrokenSigner):
        async def sign(self, data: bytes) -> bytes:
            return answer

    async def scene(sealer):
        results = [sealer.seal(leaf(number), bytes) for number in range(2)]
        for one in results:
            with pytest.raises(SigningFailedError):
                await asyncio.wait_for(one, 2)
        sealer._signer = LOCAL
        assert is_proven(leaf(7), await sealer.seal(leaf(7), bytes))

    seal_in(scene, OddSigner(LOCAL))


def test_a_token_that_never_answers_fails_all_who_wait_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "SIGNATURE_S", 0.05, raising=False)

    async def scene(sealer):
        with pytest.raises(SigningFailedError, match="TimeoutError"):
            await asyncio.wait_for(sealer.seal(leaf(), bytes), 2)

    seal_in(scene, SlowSigner(LOCAL, delay_s=60))
