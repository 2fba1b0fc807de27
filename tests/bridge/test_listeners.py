"""The sockets of a node: for their owner alone, for registered clients; reloads that drop no connection; the stop."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from httpwire import Line, Reply, line, until
from kopir.bridge import config as configuration
from kopir.bridge.keyring import read_certificate
from kopir.bridge.listeners import ListenError
from kopir.bridge.node import Node
from kopir.bridge.publish import publish
from kopir.demo.country import Country
from kopir.signing.authority import open_authority
from kopir.signing.facts import kid_of
from kopir.signing.keys import load_private_key
from kopir.wire import cbor
from kopir.wire.merkle import leaf_hash
from kopir.wire.receipt import decode_receipt
from pki import TLS, Made, make_certificate
from twonodes import HttpResponse, Pair, build_countries, code_of, edit, http, records_of, run, run_pair

NOW: Any = {"from_ms": 1_600_000_000_000, "to_ms": 4_000_000_000_000}


def make(subject: str) -> Made:
    return make_certificate(subject, usages=("digital_signature",), eku=TLS, **NOW)


SYSTEM, NEIGHBOR, STRANGER = make("CN=Portal"), make("CN=Registers"), make("CN=Stranger")


def save(folder: Path, name: str, made: Made) -> None:
    (folder / f"{name}.crt").write_bytes(made.parsed.public_bytes(Encoding.PEM))
    (folder / f"{name}.pem").write_bytes(
        made.parsed.public_bytes(Encoding.PEM)
        + made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )


def with_https(_: Country, tj: Country) -> None:
    """Let TJ listen on https (at the port of its register) for two registered clients."""
    for name, made in (("system", SYSTEM), ("neighbor", NEIGHBOR), ("stranger", STRANGER)):
        save(tj.folder, name, made)
    edit(
        tj,
        (
            "[client]\n",
            f"""[client]
https = ["127.0.0.1:{tj.ports.registry}"]
certificate = "keys/tls.crt"
key = "keys/tls.key"
""",
        ),
        (
            f'trusted_subsystems = ["{tj.client}"]\n',
            f'trusted_subsystems = ["{tj.statistics}/registers"]\n'
            + registered(tj.client, "system")
            + registered(tj.owner, "neighbor"),
        ),
    )


def registered(client: str, name: str) -> str:
    return f'\n[[client.registered]]\nsubsystem = "{client}"\ncertificate = "{name}.crt"\n'


class Secure:
    """A TLS connection of an information system to the asking node."""

    def __init__(self, pair: Pair, name: str | None) -> None:
        self._pair, self._name = pair, name

    async def __aenter__(self) -> Line:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if self._name is not None:
            context.load_cert_chain(self._pair.tj_country.folder / f"{self._name}.pem")
        port = self._pair.tj_country.ports.registry
        self._writer: asyncio.StreamWriter
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        return Line(reader, self._writer)

    async def __aexit__(self, *_: object) -> None:
        self._writer.transport.abort()


def call(pair: Pair, client: str | None = None) -> bytes:
    return (
        f"GET /r1/{pair.kz_country.service}/regions/1 HTTP/1.1\r\nHost: x\r\n"
        f"X-Road-Client: {client or pair.tj_country.client}\r\n\r\n"
    ).encode()


def told(answer: Reply) -> str | None:
    return answer.header("x-road-error")


def test_unix_sockets_are_for_their_owner_alone_and_leave_with_the_node(tmp_path: Path) -> None:
    def prepare(_: Country, tj: Country) -> None:
        edit(
            tj,
            (
                f'http = ["127.0.0.1:{tj.ports.client}"]',
                f'http = ["unix:{tj.folder}/c", "127.0.0.1:{tj.ports.client}"]',
            ),
            (f'listen = "127.0.0.1:{tj.ports.control}"', f'listen = "unix:{tj.folder}/o"'),
        )
        (tj.folder / "c").touch()  # left behind by a node that was killed

    async def story(pair: Pair) -> None:
        for name in ("c", "o"):
            status = (pair.tj_country.folder / name).stat()
            assert stat.S_ISSOCK(status.st_mode)
            assert stat.S_IMODE(status.st_mode) == 0o600
        async with line(str(pair.tj_country.folder / "c")) as wire:
            assert (await wire.ask(call(pair))).status == 200
        async with line(str(pair.tj_country.folder / "o")) as wire:
            assert (await wire.ask(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")).body == b"alive\n"

    run_pair(tmp_path, story, prepare=prepare)
    assert not (tmp_path / "tj" / "c").exists()
    assert not (tmp_path / "tj" / "o").exists()


def test_over_tls_a_client_is_whom_its_registered_certificate_says(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        refused = "Server.ClientProxy.SslAuthenticationFailed"
        async with Secure(pair, "system") as wire:
            assert (await wire.ask(call(pair))).status == 200
            assert told(await wire.ask(call(pair, pair.tj_country.owner))) == refused
        async with Secure(pair, "neighbor") as wire:
            assert told(await wire.ask(call(pair))) == refused, "registered, but for another client"
            listed = await wire.ask(b"GET /listClients HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (listed.status, b"subsystemCode" in listed.body) == (200, True)
        for name in ("stranger", None):
            with pytest.raises((ssl.SSLError, OSError, asyncio.IncompleteReadError)):
                async with Secure(pair, name) as wire:
                    await wire.ask(b"GET /listClients HTTP/1.1\r\nHost: x\r\n\r\n")
        assert code_of(await pair.ask()) == refused, "what is not named is not believed without TLS either"
        assert len(records_of(pair.tj)) == 2
        named = f"{pair.tj_country.statistics}/registers"
        async with Secure(pair, "system") as wire:
            assert told(await wire.ask(call(pair, named))) == refused, "named, but for plain local listeners alone"
        assert code_of(await pair.ask(client=named)) == "Server.ServerProxy.AccessDenied"

    run_pair(tmp_path, story, prepare=with_https)


def test_registered_certificates_are_reloaded_and_count_at_once_on_open_connections(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        tj = pair.tj_country
        async with Secure(pair, "system") as old, Secure(pair, "neighbor") as other:
            assert (await old.ask(call(pair))).status == 200
            edit(tj, (registered(tj.client, "system"), registered(tj.client, "stranger")))
            answer = await http(tj.ports.control, "POST", "/reload", None, b"")
            assert (answer.status, answer.body) == (200, b"reloaded\n")
            assert told(await old.ask(call(pair))) == "Server.ClientProxy.SslAuthenticationFailed"
            assert (await other.ask(call(pair))).status == 500, "the connection is still there"
            async with Secure(pair, "stranger") as wire:
                assert (await wire.ask(call(pair))).status == 200

    run_pair(tmp_path, story, prepare=with_https)


def test_rights_are_reloaded_between_two_requests_of_one_connection(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            assert (await wire.ask(call(pair))).status == 200
            edit(pair.kz_country, ('path = "/regions/**"', 'path = "/other/**"'))
            assert (await http(pair.kz_country.ports.control, "POST", "/reload", None, b"")).status == 200
            assert told(await wire.ask(call(pair))) == "Server.ServerProxy.AccessDenied"
            edit(pair.kz_country, ('path = "/other/**"', 'path = "/regions/**"'))
            assert (await http(pair.kz_country.ports.control, "POST", "/reload", None, b"")).status == 200
            assert (await wire.ask(call(pair))).status == 200
        assert pair.tj.pool.handshakes == 1, "the connection between the nodes lived through it"

    run_pair(tmp_path, story)


def test_keys_and_the_tls_identity_are_reloaded_without_a_dropped_connection(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        kz = pair.kz_country
        async with line(pair.tj_country.ports.client) as wire:
            assert (await wire.ask(call(pair))).status == 200
            authority = open_authority(kz.folder / "ca")
            for name, subject, purpose in (("tls2", kz.node, "tls"), ("stat2", kz.statistics, "signing")):
                kz.issue(authority, name, subject, purpose, names=("127.0.0.1",) if purpose == "tls" else ())
            text = (kz.folder / "directory.toml").read_text()
            kz_publish_both(kz, text)
            for node in (pair.kz, pair.tj):
                await node.refresher.refresh(node.core.now_ms())
            edit(
                kz,
                ("keys/tls.crt", "keys/tls2.crt"),
                ("keys/tls.key", "keys/tls2.key"),
                ("keys/stat.crt", "keys/stat2.crt"),
                ("keys/stat.key", "keys/stat2.key"),
            )
            assert (await http(kz.ports.control, "POST", "/reload", None, b"")).body == b"reloaded\n"
            assert (await wire.ask(call(pair))).status == 200
            assert pair.tj.pool.handshakes == 1
            pair.tj.pool.close()
            assert (await wire.ask(call(pair))).status == 200
            assert pair.tj.pool.handshakes == 2
            (link,) = next(iter(pair.tj.pool._lanes.values()))
            assert link.digest == kid_of(read_certificate(kz.folder / "keys" / "tls2.crt"))
        signed = [decode_receipt(entry[3]).kid for entry in entries_of(pair.tj) if entry[0] == 1]
        first, second = (kid_of(read_certificate(kz.folder / "keys" / f"{name}.crt")) for name in ("stat", "stat2"))
        assert signed[1::2] == [first, second, second]

    run_pair(tmp_path, story)


def kz_publish_both(country: Country, text: str) -> None:
    """Publish a directory in which old and new certificates stand side by side."""
    text = text.replace('"keys/tls.crt"', '"keys/tls.crt", "keys/tls2.crt"')
    text = text.replace('"keys/stat.crt"', '"keys/stat.crt", "keys/stat2.crt"')
    (country.folder / "directory.toml").write_text(text)
    key = load_private_key(country.folder / "keys" / "directory.key")
    publish(country.folder / "directory.toml", key, country.folder / "directory.cose", now_ms=time.time_ns() // 10**6)


def entries_of(node: Node) -> list[Any]:
    return [cbor.decode(node.core.journal.entry(index)) for index in range(node.core.journal.head[0])]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("[node]", "[node"), "is not TOML"),
        (('method = "GET"', 'method = "FETCH"'), "FETCH"),
        (("keys/stat.key", "keys/gone.key"), "gone.key"),
        (('key = "keys/stat.key"', 'key = "keys/digital.key"'), "does not belong"),
        (('listen = "127.0.0.1:', 'listen = "127.0.0.2:'), "restart the node"),
    ],
)
def test_a_broken_file_changes_nothing_and_the_operator_is_told_why(tmp_path: Path, change, reason) -> None:
    async def story(pair: Pair) -> None:
        config, sealers = pair.kz.core.config, dict(pair.kz.core.sealers)
        edit(pair.kz_country, ('path = "/regions/**"', 'path = "/other/**"'), change)
        answer = await http(pair.kz_country.ports.control, "POST", "/reload", None, b"")
        assert answer.status == 409
        assert reason in answer.body.decode()
        assert pair.kz.core.config is config
        assert pair.kz.core.sealers == sealers
        assert (await pair.ask()).status == 200

    run_pair(tmp_path, story)


def test_a_browser_cannot_steer_a_node(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.control
        for path in ("/stop", "/reload", "/stamp"):
            answer = await http(port, "POST", path, {"Origin": "https://evil.example"}, b"")
            assert answer.status == 403
        assert not pair.tj.stopping.is_set()
        assert (await http(port, "GET", "/ready")).body == b"ready\n"
        assert b"kopir_exchanges_total" in (await http(port, "GET", "/metrics")).body
        assert (await http(port, "POST", "/stop", None, b"")).status == 202
        assert pair.tj.stopping.is_set()
        answer = await http(port, "GET", "/ready")
        assert (answer.status, answer.body) == (503, b"stopping\n")

    run_pair(tmp_path, story)


def test_a_graceful_stop_lets_the_exchange_under_way_end(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        gate = asyncio.Event()

        async def wait(_: object) -> HttpResponse:
            await gate.wait()
            return HttpResponse(200, [], b"still there")

        pair.service.answer = wait
        loop = asyncio.get_running_loop()
        async with line(pair.tj_country.ports.client) as idle:
            under_way = loop.create_task(pair.ask())
            await until(lambda: pair.service.seen)
            pair.tj.listeners.close()
            pair.kz.listeners.close()
            assert await idle.rest() == b""
            with pytest.raises(OSError, match=r"refused|Connect"):
                await pair.ask()
            gate.set()
            answer = await under_way
            assert (answer.status, answer.body, answer.headers["connection"]) == (200, b"still there", "close")
        assert len(records_of(pair.tj)) == len(records_of(pair.kz)) == 2

    run_pair(tmp_path, story)


def test_a_graceful_stop_cuts_no_answer_that_is_still_read(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.service.answer = lambda _: HttpResponse(200, [], bytes(8 << 20))
        reader, writer = await asyncio.open_connection("127.0.0.1", pair.tj_country.ports.client, limit=1 << 10)
        writer.write(call(pair))
        await until(lambda: not pair.tj.consumer.in_flight and len(records_of(pair.tj)) == 2)
        stopping = asyncio.ensure_future(pair.tj.stop(grace_s=20))
        await asyncio.sleep(0.1)
        assert not stopping.done()
        answer = await asyncio.wait_for(reader.read(), 20)
        assert len(answer.partition(b"\r\n\r\n")[2]) == 8 << 20
        await asyncio.wait_for(stopping, 10)
        writer.close()

    run_pair(tmp_path, story)


def test_two_reloads_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        under_way: list[int] = []
        most = 0
        replace = pair.tj.listeners.replace_tls

        async def slow(*contexts: Any) -> None:
            nonlocal most
            under_way.append(1)
            most = max(most, len(under_way))
            await asyncio.sleep(0.02)
            await replace(*contexts)
            under_way.pop()

        pair.tj.listeners.replace_tls = slow  # type: ignore[method-assign, assignment]
        assert await asyncio.gather(*(pair.tj.reload() for _ in range(3))) == [[], [], []]
        assert most == 1

    run_pair(tmp_path, story)


def test_the_access_logs_of_both_nodes_carry_the_message_id(tmp_path: Path) -> None:
    lines: dict[str, list[bytes]] = {"kz": [], "tj": []}

    async def story(pair: Pair) -> None:
        pair.kz.log._write, pair.tj.log._write = lines["kz"].append, lines["tj"].append
        answer = await pair.ask(headers={"X-Road-Id": "abc-1", "Authorization": "Basic secret"})
        for node in (pair.kz, pair.tj):
            node.log.flush()
        request = answer.headers["x-road-request-id"].replace("-", "")
        for side, event in (("kz", "provided"), ("tj", "consumed")):
            logged = [json.loads(one) for data in lines[side] for one in data.splitlines()]
            (access,) = [one for one in logged if one["event"] == event]
            assert (access["message_id"], access["request"], access["status"]) == ("abc-1", request, 200)
            assert access["client"] == pair.tj_country.client
            assert b"secret" not in b"".join(lines[side])

    run_pair(tmp_path, story)


def test_bodies_and_openings_are_kept_aside_where_that_is_wanted(tmp_path: Path) -> None:
    def prepare(kz: Country, tj: Country) -> None:
        edit(kz, ('method = "GET"\n', ""))
        for country in (kz, tj):
            text = country.config.read_text()
            country.config.write_text(text + "\n[journal]\nkeep_bodies = true\nkeep_openings = true\n")

    async def story(pair: Pair) -> None:
        pair.service.answer = lambda _: HttpResponse(200, [], b"the answer")
        await pair.ask(method="POST", body=b"the question", headers={"Kopir-Subject": "iin/900101300123"})
        large = bytes(range(256)) * 8192
        await pair.ask(method="POST", body=large)
        for node in (pair.kz, pair.tj):
            await asyncio.to_thread(node.core.vault.flush)
            journal = node.core.journal
            start = journal.head[0] - 4
            entries: list[Any] = [cbor.decode(journal.entry(start + number)) for number in range(3)]
            leaves = [leaf_hash(entry[2]) for entry in entries]
            kept = [b"".join(node.core.vault.body(start + number, leaf)) for number, leaf in enumerate(leaves)]
            assert kept == [b"the question", b"the answer", large]
            salt, scheme, identifier = node.core.vault.opening(start, leaves[0])
            assert (len(salt), scheme, identifier) == (16, "iin", "900101300123")
            assert node.core.spool.used_bytes == 0

    run_pair(tmp_path, story, prepare=prepare)


@pytest.mark.parametrize("which", ["client", "peer", "control", "directory"])
def test_an_address_that_is_taken_is_named(tmp_path: Path, which: str) -> None:
    country, _ = build_countries(tmp_path, "KZ", "TJ")
    port = getattr(country.ports, which)

    async def scene() -> None:
        taken = socket.create_server(("127.0.0.1", port))
        node = Node(configuration.load(country.config))
        try:
            with pytest.raises(ListenError, match=f"127.0.0.1:{port}"):
                await node.start()
        finally:
            await node.stop(grace_s=0)
            taken.close()

    run(scene)
