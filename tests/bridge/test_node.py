"""Two nodes carry an exchange from end to end; what each side journals; what the client and the service see."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

from kopir.bridge import config as configuration
from kopir.bridge.node import FIRST_REFRESH_S, Node
from kopir.bridge.proving import Prover
from kopir.demo.country import Country
from kopir.wire.record import Kind
from scenes import Trace
from twonodes import HttpResponse, Pair, build_countries, records_of, run, run_pair, running


def test_an_information_system_of_one_country_asks_a_register_of_the_other(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        answer = await pair.ask("/regions/750000000?lang=kk", headers={"X-Road-Id": "abc-1", "X-Road-UserId": "TJ123"})

        assert (answer.status, json.loads(answer.body)) == (200, {"ok": True})
        assert answer.headers["x-road-id"] == "abc-1"
        assert answer.headers["x-road-client"] == "TJ/GOV/DIGITAL/egov"
        assert answer.headers["x-road-service"] == "KZ/GOV/STAT/registers/regions"
        assert list(answer.headers).count("date") == 1
        (seen,) = pair.service.seen
        assert (seen.method, seen.target) == ("GET", b"/regions/750000000?lang=kk")
        assert (b"x-road-userid", b"TJ123") in seen.headers
        for node in (pair.kz, pair.tj):
            request, response = records_of(node)
            assert (request.kind, response.kind, response.status) == (Kind.REQUEST, Kind.RESPONSE, 200)
            assert request.user == "TJ123"

    run_pair(tmp_path, story)


def test_both_journals_hold_the_bytes_that_were_signed_and_sent(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.ask()

        kept = Trace(pair.tj, pair.service).sealed()
        assert kept == Trace(pair.kz, pair.service).sealed()
        signers = (pair.tj_country.owner, pair.kz_country.statistics)
        for (_, data, proof), member in zip(kept, signers, strict=True):
            document = pair.tj.core.directories.get(member[:2])
            assert document is not None
            now_ms = pair.tj.core.now_ms()
            assert Prover().check(data, proof, directory=document.directory, member=member, now_ms=now_ms)

    run_pair(tmp_path, story)


def test_every_record_bears_witness_to_what_its_writer_had_kept(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        for _ in range(3):
            await pair.ask()

        sizes: dict[Kind, list[int]] = {Kind.REQUEST: [], Kind.RESPONSE: []}
        for record in records_of(pair.tj):
            writer = pair.tj if record.kind is Kind.REQUEST else pair.kz
            assert record.head_root == writer.core.journal.root_at(record.head_size)
            sizes[record.kind].append(record.head_size)
        first, second, third = sizes[Kind.REQUEST]
        assert first < second < third < pair.tj.core.journal.head[0], "the last durable head, not an old one"
        assert sizes[Kind.RESPONSE] == sorted(set(sizes[Kind.RESPONSE]))

    run_pair(tmp_path, story)


def test_a_running_node_needs_neither_the_authoritys_nor_the_directorys_key(tmp_path: Path) -> None:
    def prepare(*countries: Country) -> None:
        for country in countries:
            shutil.rmtree(country.folder / "ca")
            (country.folder / "keys" / "directory.key").unlink()

    async def story(pair: Pair) -> None:
        assert (await pair.ask()).status == 200
        assert await pair.kz.reload() == await pair.tj.reload() == []
        assert (await pair.ask()).status == 200

    run_pair(tmp_path, story, prepare=prepare)


def test_a_body_reaches_the_service_and_another_comes_back(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        text = kz.config.read_text().replace('method = "GET"\n', "")
        kz.config.write_text(text)

    async def story(pair: Pair) -> None:
        large = bytes(range(256)) * 12_000  # 3 MB: over what is kept in memory
        pair.service.answer = lambda seen: HttpResponse(201, [(b"content-type", b"a/b")], seen.body[::-1])

        answer = await pair.ask("/regions/new", method="POST", body=large, headers={"Content-Type": "x/y"})

        assert (answer.status, answer.body == large[::-1]) == (201, True)
        assert pair.service.seen[0].body == large
        assert pair.kz.core.spool.used_bytes == pair.tj.core.spool.used_bytes == 0

    run_pair(tmp_path, story, prepare=prepare)


def test_an_address_that_hangs_delays_no_start_of_a_node_that_knows_the_directories(tmp_path: Path) -> None:
    kz, tj = build_countries(tmp_path, "KZ", "TJ")

    async def scene() -> None:
        async with running(kz), running(tj) as node:
            assert node.problems() == []
        asked: list[str] = []

        async def hang(address: str) -> bytes:
            asked.append(address)
            return await asyncio.get_running_loop().create_future()

        again = Node(configuration.load(tj.config))
        again.refresher._fetch = hang
        started = asyncio.get_running_loop().time()
        await again.start()
        try:
            assert asyncio.get_running_loop().time() - started < FIRST_REFRESH_S
            assert again.problems() == []
            await asyncio.sleep(0.1)
            assert asked, "the directories are refreshed in the background"
        finally:
            await again.stop(grace_s=1)

    run(scene)
