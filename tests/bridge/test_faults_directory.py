"""What directories do to running nodes: certificates leave, documents lie, publishers fall silent, countries join."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from countries import signed
from evilpeer import caller, deliver, line_to, request_of
from kopir.bridge.errors import PublishError
from kopir.bridge.node import Node
from kopir.demo.country import Country
from kopir.signing.authority import open_authority
from kopir.signing.keys import load_private_key, new_private_key, write_private_key
from kopir.signing.signer import p256_key
from kopir.wire.directory import Directory, decode, unframe
from scenes import HERE, HOUR_MS, SERVER, Scene, Trace, clock_ms, issue, play, publish
from twonodes import Pair, Service, build_countries, edit, http, run, running, serving

WRONG_SIGNER = "IncorrectCertificate"


class Clock:
    """Both nodes' clock, which a test sets."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return clock_ms() + self.ahead_ms


def play_pair(folder: Path, story: Callable[[Pair, Clock], Awaitable[None]]) -> None:
    """Run both nodes by one clock."""
    kz, tj = build_countries(folder, "KZ", "TJ")
    clock = Clock()

    async def scene() -> None:
        async with (
            serving(kz.ports.registry, Service()) as service,
            running(kz, clock=clock) as kz_node,
            running(tj, clock=clock) as tj_node,
        ):
            pair = Pair(kz, tj, kz_node, tj_node, service)
            await refresh(pair.kz, pair.tj)
            assert (await pair.ask("/regions/1")).status == 200
            await asyncio.wait_for(story(pair, clock), 60)

    run(scene)


async def refresh(*nodes: Node) -> None:
    for node in nodes:
        await node.refresher.refresh(node.core.now_ms())


def present(country: Country) -> Directory:
    return decode(unframe((country.folder / "directory.cose").read_bytes()).payload)


def put(country: Country, directory: Directory, key: Any = None) -> None:
    """Publish without asking whether readers will take it."""
    signing = key or p256_key(load_private_key(country.folder / "keys" / "directory.key"))
    (country.folder / "directory.cose").write_bytes(signed(directory, signing))


async def code_of(pair: Pair) -> str:
    """The error of a call, or `200`."""
    got = await pair.ask("/regions/1")
    return got.headers.get("x-road-error", str(got.status))


# Certificates that leave


def test_a_members_certificate_that_left_is_dead_at_the_next_refresh(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        issue(pair.tj_country, "digital2", "signing")
        publish(pair.tj_country, ('certificates = ["keys/digital.crt"]', 'certificates = ["keys/digital2.crt"]'))
        assert await code_of(pair) == "200", "until the next refresh the last document holds"
        seen, size = len(pair.service.seen), pair.kz.core.journal.size

        assert pair.kz.core.prover._known

        await refresh(pair.kz)

        assert not pair.kz.core.prover._known, "no root that its key had signed is known any more"
        assert await code_of(pair) == SERVER + WRONG_SIGNER
        assert len(pair.service.seen) == seen
        assert pair.kz.core.journal.size == size + 1, "the new directory alone"
        edit(pair.tj_country, ("keys/digital.", "keys/digital2."))
        assert await pair.tj.reload() == []
        assert await code_of(pair) == "200"

    play_pair(tmp_path, story)


def test_a_service_members_certificate_that_left_signs_no_answer(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        publish(pair.kz_country, ('certificates = ["keys/stat.crt"]', "certificates = []"))

        await refresh(pair.tj)

        assert await code_of(pair) == HERE + WRONG_SIGNER

    play_pair(tmp_path, story)


def test_connections_of_a_tls_certificate_that_left_are_closed_idle_and_busy(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        may_answer = asyncio.Event()
        plain = scene.service.answer

        async def slowly(seen):
            await may_answer.wait()
            return plain(seen)

        port = scene.kz.ports.peer
        async with line_to(port, scene.tls) as idle, line_to(port, scene.tls) as busy:
            idle.send(scene.good().frames())
            assert (await idle.get()).code == "answered"
            scene.service.answer = slowly
            busy.send(scene.good().frames())
            while len(scene.service.seen) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            issue(scene.tj, "tls2")
            publish(scene.tj, ("keys/tls.crt", "keys/tls2.crt"))

            await refresh(scene.node)

            assert (await idle.get()).code == (await busy.get()).code == "closed"
            may_answer.set()
            while len(scene.trace.records()) < 4:  # noqa: ASYNC110  # what was carried out goes on to its record
                await asyncio.sleep(0.01)
        scene.service.answer = plain
        assert await scene.fault_of(scene.good().frames(), SERVER + "SslAuthenticationFailed") == ""
        scene.tls = caller(scene.tj, "tls2")
        await scene.check({})

    play(tmp_path, story)


def test_the_consumer_drops_its_connections_to_a_certificate_that_left(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        issue(pair.kz_country, "tls2")
        publish(pair.kz_country, ("keys/tls.crt", "keys/tls2.crt"))

        await refresh(pair.tj)

        assert await code_of(pair) == HERE + "NetworkError"
        edit(pair.kz_country, ("keys/tls.", "keys/tls2."))
        assert await pair.kz.reload() == []
        assert await code_of(pair) == "200"

    play_pair(tmp_path, story)


def test_a_revoked_certificate_cannot_stay_listed(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        kz, tj = pair.kz, pair.tj_country
        trace = Trace(kz, None)
        der = x509.load_pem_x509_certificate((tj.folder / "keys" / "tls.crt").read_bytes())
        authority = open_authority(tj.folder / "ca")
        authority.revoke(f"{der.serial_number:x}", now_ms=clock_ms() - 1000)
        crl = authority.make_crl(now_ms=clock_ms(), days=1)
        with pytest.raises(PublishError, match="readers would refuse"):
            publish(tj)
        last = present(tj)
        put(tj, replace(last, number=last.number + 1, revocation_lists=(crl,)))

        await refresh(kz)

        assert kz.core.directories.get("TJ").directory.number == last.number
        assert '"event":"directory_refused"' in trace.log()
        assert "UnchainedDirectory" in kz._exposition().decode()
        nodes = (replace(last.nodes[0], certificates=()),)
        put(tj, replace(last, number=last.number + 2, revocation_lists=(crl,), nodes=nodes))
        await refresh(kz)
        got = await deliver(
            pair.kz_country.ports.peer, caller(tj), request_of(tj, pair.kz_country, clock_ms()).frames()
        )
        assert got.code == SERVER + "SslAuthenticationFailed"

    play_pair(tmp_path, story)


# Documents that lie


def flip(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


LIES: dict[str, tuple[str, Callable[[Country, Directory], bytes]]] = {
    "forged": ("Forged", lambda tj, last: signed(replace(last, number=last.number + 1), new_private_key())),
    "signed by a member": (
        "Forged",
        lambda tj, last: signed(
            replace(last, number=last.number + 1), p256_key(load_private_key(tj.folder / "keys" / "digital.key"))
        ),
    ),
    "older": ("Old", lambda tj, last: sign_as(tj, replace(last, number=last.number - 1))),
    "of another instance": (
        "Foreign",
        lambda tj, last: sign_as(tj, Directory("UZ", 99, last.issued_ms, last.expires_ms)),
    ),
    "expired": (
        "Expired",
        lambda tj, last: sign_as(
            tj, replace(last, number=9, issued_ms=clock_ms() - 9 * HOUR_MS, expires_ms=clock_ms() - HOUR_MS)
        ),
    ),
    "from the future": (
        "",
        lambda tj, last: sign_as(
            tj, replace(last, number=9, issued_ms=clock_ms() + 9 * HOUR_MS, expires_ms=clock_ms() + 19 * HOUR_MS)
        ),
    ),
    "cut": ("", lambda tj, last: sign_as(tj, last)[:-1]),
    "a byte changed": ("", lambda tj, last: flip(sign_as(tj, replace(last, number=9)), 700)),
    "its signature changed": ("Forged", lambda tj, last: flip(sign_as(tj, replace(last, number=9)), -1)),
    "noise": ("", lambda tj, last: bytes(range(256)) * 8),
    "empty": ("", lambda tj, last: b""),
}


def sign_as(country: Country, directory: Directory) -> bytes:
    return signed(directory, p256_key(load_private_key(country.folder / "keys" / "directory.key")))


def test_documents_that_lie_are_refused_with_the_reason_and_the_last_good_one_serves_on(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        tj, directories = pair.tj_country, pair.kz.core.directories
        publish(tj)
        await refresh(pair.kz)
        last = present(tj)
        in_force = directories.get("TJ").document
        faults = {}
        for name, (reason, lie) in LIES.items():
            trace = Trace(pair.kz, None)
            pair.kz.log._limited.clear()
            before = refusals(pair.kz)
            (tj.folder / "directory.cose").write_bytes(lie(tj, last))
            await refresh(pair.kz)
            if directories.get("TJ").document != in_force:
                faults[name] = "it came into force"
            elif refusals(pair.kz) <= before or '"event":"directory_refused"' not in trace.log():
                faults[name] = "not counted, or not told"
            elif reason not in pair.kz._exposition().decode():
                faults[name] = f"refused for another reason than {reason}"
            elif await code_of(pair) != "200":
                faults[name] = "no call any more"
        assert faults == {}

    play_pair(tmp_path, story)


def refusals(node: Node) -> float:
    samples = [one for metric in node.metrics.directory_refused.collect() for one in metric.samples]
    return float(sum(one.value for one in samples if one.name.endswith("_total")))


def test_the_same_number_with_other_content_raises_the_alarm(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        trace = Trace(pair.kz, None)
        last = present(pair.tj_country)
        put(pair.tj_country, replace(last, members=(), subsystems=(), services=(), nodes=()))

        await refresh(pair.kz)

        assert '"event":"directory_alarm"' in trace.log()
        assert pair.kz.refresher.alarms >= 1
        assert 'reason="EquivocalDirectory"' in pair.kz._exposition().decode()
        assert await code_of(pair) == "200"

    play_pair(tmp_path, story)


# Outage and expiry


def test_the_last_good_document_serves_through_an_outage_until_it_expires(tmp_path: Path) -> None:
    async def story(pair: Pair, clock: Clock) -> None:
        kz, tj = pair.kz_country, pair.tj_country
        for country in (kz, tj):
            (country.folder / "directory.cose").rename(country.folder / "away.cose")
        await refresh(pair.kz, pair.tj)
        clock.ahead_ms = 23 * HOUR_MS
        await refresh(pair.kz, pair.tj)
        assert await code_of(pair) == "200"

        clock.ahead_ms = 25 * HOUR_MS
        await refresh(pair.kz, pair.tj)

        assert await code_of(pair) == HERE + "OutdatedGlobalConf"
        state = Trace(pair.kz, pair.service).state
        got = await deliver(kz.ports.peer, caller(tj), request_of(tj, kz, clock()).frames())
        assert got.code == SERVER + "OutdatedGlobalConf"
        assert Trace(pair.kz, pair.service).state == state
        assert (await http(kz.ports.control, "GET", "/ready")).status == 503
        for country in (kz, tj):
            (country.folder / "away.cose").rename(country.folder / "directory.cose")
            open_authority(country.folder / "ca").make_crl(now_ms=clock(), days=30)
            publish(country, now_ms=clock())
        await refresh(pair.kz, pair.tj)
        assert await code_of(pair) == "200"
        assert (await http(kz.ports.control, "GET", "/ready")).status == 200

    play_pair(tmp_path, story)


@pytest.mark.parametrize(
    ("renewed", "code"),
    [
        (("KZ", "TJ"), "200"),
        (("KZ",), HERE + "OutdatedGlobalConf"),
        (("TJ",), HERE + "OutdatedGlobalConf"),
    ],
    ids=["both renewed", "the consumer's has expired", "the provider's has expired"],
)
def test_a_call_needs_both_directories_in_force(tmp_path: Path, renewed, code) -> None:
    async def story(pair: Pair, clock: Clock) -> None:
        clock.ahead_ms = 25 * HOUR_MS
        for country in (pair.kz_country, pair.tj_country):
            if country.instance in renewed:
                publish(country, now_ms=clock())
        await refresh(pair.kz, pair.tj)

        assert await code_of(pair) == code

    play_pair(tmp_path, story)


def test_a_provider_without_a_directory_of_its_own_serves_nobody(tmp_path: Path) -> None:
    async def story(pair: Pair, clock: Clock) -> None:
        clock.ahead_ms = 25 * HOUR_MS
        publish(pair.tj_country, now_ms=clock())
        await refresh(pair.kz)
        state = Trace(pair.kz, pair.service).state

        message = request_of(pair.tj_country, pair.kz_country, clock())
        got = await deliver(pair.kz_country.ports.peer, caller(pair.tj_country), message.frames())

        assert got.code == SERVER + "OutdatedGlobalConf"
        assert Trace(pair.kz, pair.service).state == state

    play_pair(tmp_path, story)


# Keys and countries


def test_the_next_directory_key_takes_over_when_it_was_announced(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        tj = pair.tj_country
        key = new_private_key()
        write_private_key(tj.folder / "keys" / "directory2.key", key)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (tj.folder / "next.pub").write_bytes(public)
        text = (tj.folder / "directory.toml").read_text()
        instance = 'instance = "TJ"\n'
        assert instance in text

        publish(tj, (instance, instance + 'next_key = "next.pub"\n'))
        await refresh(pair.kz)
        publish(tj, ('next_key = "next.pub"\n', ""), key="directory2")
        await refresh(pair.kz)

        newest = pair.kz.core.directories.get("TJ").directory.number
        assert newest == present(tj).number
        assert await code_of(pair) == "200"
        put(tj, replace(present(tj), number=newest + 1))  # by the former key
        await refresh(pair.kz)
        assert pair.kz.core.directories.get("TJ").directory.number == newest

    play_pair(tmp_path, story)


def test_a_third_country_is_heard_once_its_anchor_is_accepted(tmp_path: Path) -> None:
    async def story(pair: Pair, _: Clock) -> None:
        kz = pair.kz_country
        (uz,) = build_countries(tmp_path, "UZ")
        uz.trust([kz])
        async with running(uz) as node:
            await refresh(node)
            ask = {"X-Road-Client": uz.client}
            target = f"/r1/{kz.service}/regions/1"
            stranger = await http(uz.ports.client, "GET", target, ask)
            assert stranger.status == 500
            assert len(pair.service.seen) == 1

            kz.trust([pair.tj_country, uz])
            reloaded = await http(kz.ports.control, "POST", "/reload")

            assert (reloaded.status, reloaded.body) == (200, b"reloaded\n")
            assert (await http(uz.ports.client, "GET", target, ask)).status == 200
            assert await code_of(pair) == "200"

            (kz.folder / "anchors" / uz.anchor.name).unlink()
            kz.trust([pair.tj_country])
            assert (await http(kz.ports.control, "POST", "/reload")).status == 200
            assert (await http(uz.ports.client, "GET", target, ask)).status == 500
            assert len(pair.service.seen) == 3

    play_pair(tmp_path, story)


def test_a_country_that_lists_a_foreign_certificate_takes_nobodys_place(tmp_path: Path) -> None:
    """AF lists TJ's TLS certificate, and TJ's authority, as its own: TJ is heard as before, and AF gains nothing."""

    async def story(pair: Pair, clock: Clock) -> None:
        kz, tj = pair.kz_country, pair.tj_country
        (af,) = build_countries(tmp_path, "AF")
        last, theirs = present(af), present(tj)
        nodes = (replace(last.nodes[0], certificates=theirs.nodes[0].certificates),)
        authorities = (*last.authorities, *theirs.authorities)
        lists = (*last.revocation_lists, *theirs.revocation_lists)
        put(af, replace(last, number=9, nodes=nodes, authorities=authorities, revocation_lists=lists))
        kz.trust([af, tj])
        for _ in range(2):  # the second time AF's directory is there, and the first in order
            assert await pair.kz.reload() == []
        assert pair.kz.core.directories.get("AF").directory.number == 9

        assert await code_of(pair) == "200"
        message = request_of(af, kz, clock_ms(), client=tj.client)
        assert (await deliver(kz.ports.peer, caller(tj), message.frames())).code != "answered"

    play_pair(tmp_path, story)
