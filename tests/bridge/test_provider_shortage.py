"""What the provider's role does when it runs out: of keys, of the vault, of room for one more exchange."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from evilpeer import line_to, made
from httpwire import until
from kopir.bridge.sealing import Sealer
from kopir.bridge.vault import VaultError
from kopir.signing.facts import kid_of
from kopir.signing.signer import LocalSigner
from kopir.wire.record import Kind
from scenes import SERVER, Scene, play, signer_of
from signers import BrokenSigner
from twonodes import HttpResponse, allow_everything


def test_an_answer_that_cannot_be_signed_becomes_a_refusal_of_the_owner(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        core = scene.node.core
        for gone in ("the token", "the key"):
            sealer = core.sealers[scene.kz.statistics]
            if gone == "the token":
                assert isinstance(sealer._signer, LocalSigner)
                core.sealers[scene.kz.statistics] = Sealer(BrokenSigner(sealer._signer), start=core.start)
            else:
                del core.sealers[scene.kz.statistics]

            got = await scene.deliver(scene.good().frames())

            assert got.code == "answered", gone
            assert (got.record.kind, got.record.reason) == (Kind.REFUSAL, SERVER + "CannotCreateSignature"), gone
            assert signer_of(got.tail.receipt) == kid_of(made(scene.kz, "digital").der)
            assert [one.kind for one in scene.trace.records()][-2:] == [Kind.REQUEST, Kind.REFUSAL]
        assert len(scene.service.seen) == 2

    play(tmp_path, story)


def test_a_vault_that_failed_makes_refusals_and_a_node_that_is_not_ready(tmp_path: Path) -> None:
    """Three moments: before the request's record, after it, and while the service is at work."""

    def prepare(kz, _) -> None:
        kz.config.write_text(kz.config.read_text() + "\n[journal]\nkeep_bodies = true\n")

    async def story(scene: Scene) -> None:
        node, vault = scene.node, scene.node.core.vault
        assert vault is not None
        assert (await scene.deliver(scene.good().frames())).record.kind is Kind.RESPONSE
        keep = vault.keep

        def fail(*_: object) -> None:
            vault.error = VaultError("the disk is gone")
            raise vault.error

        vault.keep = fail  # type: ignore[method-assign, assignment]
        got = await scene.deliver(scene.good().frames())
        assert (got.record.kind, got.record.reason) == (Kind.REFUSAL, SERVER + "LoggingFailed")
        assert len(scene.service.seen) == 1
        assert node.problems() == ["the disk is gone"]
        size = node.core.journal.size
        assert (await scene.deliver(scene.good().frames())).code == SERVER + "LoggingFailed"
        assert node.core.journal.size == size, "what cannot be kept is not begun"

        vault.keep, vault.error = keep, None  # type: ignore[method-assign]

        def breaks(_) -> HttpResponse:
            vault.error = VaultError("the disk is gone")
            return HttpResponse(200, [], b"ok")

        scene.service.answer = breaks
        got = await scene.deliver(scene.good().frames())
        assert (got.record.kind, got.record.reason) == (Kind.REFUSAL, SERVER + "LoggingFailed")

    play(tmp_path, story, prepare=prepare)


def test_one_node_gets_its_share_of_the_exchanges_under_way_and_no_more(tmp_path: Path) -> None:
    """And a request that is being received is no exchange under way."""

    async def story(scene: Scene) -> None:
        node, may_answer = scene.node, asyncio.Event()

        async def slowly(_) -> HttpResponse:
            await may_answer.wait()
            return HttpResponse(200, [], b"late")

        scene.service.answer = slowly
        async with AsyncExitStack() as stack:
            for _ in range(9):
                line = await stack.enter_async_context(line_to(scene.kz.ports.peer, scene.tls))
                line.send(scene.good(method="POST", body=b"x").head_frame())
            lines = [await stack.enter_async_context(line_to(scene.kz.ports.peer, scene.tls)) for _ in range(8)]
            for line in lines:
                line.send(scene.good().frames())
            await until(lambda: len(scene.service.seen) == 8)
            assert await scene.fault_of(scene.good().frames(), SERVER + "NetworkError") == ""
            may_answer.set()
            assert [(await line.get()).body for line in lines] == [b"late"] * 8
        await until(lambda: not node.provider.in_flight)
        assert not node.provider._carried
        assert (await scene.deliver(scene.good().frames())).code == "answered"

    play(tmp_path, story, prepare=few_in_flight)


def few_in_flight(kz, tj) -> None:
    allow_everything(kz, tj)
    kz.config.write_text(kz.config.read_text() + "\n[limits]\nin_flight = 20\n")
