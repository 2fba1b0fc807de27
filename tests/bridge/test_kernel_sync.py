"""The kernel's own fdatasync: done once for each order, its errors told, nothing left open."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kopir.bridge import kernel_sync
from kopir.bridge.kernel_sync import KernelSync
from twonodes import run


def story(scene: Callable[[KernelSync], Awaitable[None]]) -> None:
    async def main() -> None:
        kernel = KernelSync.start(asyncio.get_running_loop())
        if kernel is None:
            pytest.skip("this kernel does not sync by order; the journal uses its thread")
        try:
            await scene(kernel)
        finally:
            kernel.close()

    run(main)


async def synced(kernel: KernelSync, descriptor: int) -> BaseException | None:
    future: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    kernel.sync(descriptor, future.set_result)
    return await asyncio.wait_for(future, 20)


def test_data_is_synced_again_and_again(tmp_path: Path) -> None:
    async def scene(kernel: KernelSync) -> None:
        descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
        try:
            for _ in range(20):
                os.write(descriptor, b"data")
                assert await synced(kernel, descriptor) is None
        finally:
            os.close(descriptor)

    story(scene)


def test_the_loop_goes_on_while_the_kernel_syncs(tmp_path: Path) -> None:
    async def scene(kernel: KernelSync) -> None:
        descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, bytes(1 << 20))
        order: list[str] = []
        done: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

        def tell(failure: BaseException | None) -> None:
            order.append("synced")
            done.set_result(failure)

        kernel.sync(descriptor, tell)
        order.append("went on")
        assert await asyncio.wait_for(done, 20) is None
        os.close(descriptor)
        assert order == ["went on", "synced"]

    story(scene)


def test_what_cannot_be_synced_is_told() -> None:
    async def scene(kernel: KernelSync) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        try:
            failure = await synced(kernel, writer)
        except OSError as error:  # some kernels refuse the order, some tell afterwards
            failure = error
        finally:
            os.close(writer)
        assert isinstance(failure, OSError)
        assert failure.errno in {errno.EINVAL, errno.EBADF}

    story(scene)


def test_a_closed_descriptor_is_refused() -> None:
    async def scene(kernel: KernelSync) -> None:
        with pytest.raises(OSError, match="Bad file descriptor"):
            kernel.sync(999_999, lambda _: None)

    story(scene)


def test_nothing_is_left_open() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # descriptors, not files

    async def scene(_: KernelSync) -> None:
        return

    for _ in range(3):
        story(scene)

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_where_the_kernel_does_not_offer_it_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_sync, "_NUMBERS", None)

    async def main() -> None:
        assert KernelSync.start(asyncio.get_running_loop()) is None

    run(main)
