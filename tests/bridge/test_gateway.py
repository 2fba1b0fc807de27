"""The face towards information systems: errors as X-Road tells them, who may speak as whom, metadata, own evidence."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from httpwire import line, until
from kopir.wire import cbor, metadata, peer
from kopir.wire import evidence as files
from kopir.wire import record as records
from kopir.wire.record import Kind
from scenes import SERVER, Asking, play_asking
from twonodes import Answer, HttpResponse, Pair, code_of, edit, http, parse_answer, raw, records_of, run_pair


def test_errors_are_told_in_json_or_xml_with_the_code_in_a_header(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        unknown = f"{pair.kz_country.statistics}/registers/nothing"
        answer = await pair.ask(service=unknown)
        told = json.loads(answer.body)
        assert (answer.status, told["type"]) == (500, "Server.ClientProxy.UnknownService")
        assert answer.headers["x-road-error"] == told["type"]
        assert unknown in told["message"]
        assert len(told["detail"]) == 36
        for accept in ("application/xml", "text/html, text/xml;q=0.1", "text/*"):
            answer = await pair.ask(service=unknown, headers={"Accept": accept})
            tree = fromstring(answer.body)
            assert [child.tag for child in tree] == ["type", "message", "detail"]
            assert tree[0].text == answer.headers["x-road-error"] == "Server.ClientProxy.UnknownService"
        answer = await pair.ask(service=unknown, headers={"Accept": "*/*"})
        assert answer.headers["content-type"] == "application/json"

    run_pair(tmp_path, story)


def test_the_other_spelling_is_a_switch(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        tj.config.write_text(tj.config.read_text() + '\n[errors]\nspelling = "snake"\n')

    async def story(pair: Pair) -> None:
        answer = await pair.ask(service=f"{pair.kz_country.statistics}/registers/nothing")
        assert code_of(answer) == "server.clientproxy.unknown_service"
        assert code_of(await pair.ask("/other")) == "server.serverproxy.access_denied"

    run_pair(tmp_path, story, prepare=prepare)


def test_a_providers_own_error_passes_unchanged_and_without_our_header(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.service.answer = lambda _: HttpResponse(
            418, [(b"content-type", b"text/plain"), (b"x-road-error", b"Server.ServerProxy.AccessDenied")], b"teapot"
        )
        answer = await pair.ask()
        assert (answer.status, answer.body, answer.headers["content-type"]) == (418, b"teapot", "text/plain")
        assert "x-road-error" not in answer.headers

    run_pair(tmp_path, story)


def test_a_signed_refusal_can_be_found_again(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port, own = pair.tj_country.ports.client, {"X-Road-Client": pair.tj_country.client}
        refused = await pair.ask("/other", headers={"X-Road-Id": "abc-1"})
        assert code_of(refused) == "Server.ServerProxy.AccessDenied"
        assert refused.headers["x-road-id"] == "abc-1"
        answer = await http(port, "GET", f"/evidence?id={refused.headers['x-road-request-id']}", own)
        sealed = files.decode(answer.body).answer
        assert sealed is not None
        assert records.decode(sealed.record).kind is Kind.REFUSAL
        early = await pair.ask(service=f"{pair.kz_country.statistics}/registers/nothing")
        assert "x-road-request-id" not in early.headers, "of this no journal knows"

    run_pair(tmp_path, story)


def test_only_named_subsystems_are_believed_on_a_plain_listener(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        own = pair.tj_country
        assert own.owner in pair.tj.core.own_clients
        for client in (own.owner, f"{own.statistics}/registers", "TJ/GOV/DIGITAL/Egov"):
            answer = await pair.ask(client=client)
            assert (answer.status, code_of(answer)) == (500, "Server.ClientProxy.SslAuthenticationFailed")
            is_here = client in pair.tj.core.own_clients
            remedy = "or be named in [client] trusted_subsystems" if is_here else "is not registered at this node"
            assert remedy in json.loads(answer.body)["message"]
        assert records_of(pair.tj) == pair.service.seen == []

    run_pair(tmp_path, story)


def test_list_clients_of_the_own_and_of_another_country(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.client
        answer = await http(port, "GET", "/listClients", {"Accept": "application/json;q=0.1, text/xml"})
        members = json.loads(answer.body)["member"]
        assert [one["id"]["object_type"] for one in members].count("SUBSYSTEM") == 2
        assert members[0]["id"] == {
            "xroad_instance": "TJ", "member_class": "GOV", "member_code": "DIGITAL", "object_type": "MEMBER"
        }  # fmt: skip
        assert members[2]["subsystem_name"] == "Portal of public services"
        answer = await http(port, "GET", "/listClients?xRoadInstance=KZ")
        assert (answer.status, answer.headers["content-type"]) == (200, "text/xml;charset=utf-8")
        assert b"<ns1:xRoadInstance>KZ</ns1:xRoadInstance>" in answer.body
        assert b"TJ" not in answer.body
        answer = await http(port, "HEAD", "/listClients")
        assert (answer.status, answer.body) == (200, b"")
        answer = await http(port, "GET", "/listClients?xRoadInstance=XX")
        assert answer.status >= 400
        assert "XX" in json.loads(answer.body)["message"]
        assert records_of(pair.tj) == []

    run_pair(tmp_path, story)


def test_metadata_of_a_subsystem_comes_through_both_nodes_signed_and_logged(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        subsystem = f"{pair.kz_country.statistics}/registers"
        pair.service.answer = lambda _: HttpResponse(
            200, [], b'{"openapi":"3.1.0","servers":[{"url":"http://10.1.2.3/x"}],"paths":{}}'
        )
        for code in ("listMethods", "allowedMethods"):
            answer = await pair.ask("", service=f"{subsystem}/{code}")
            (one,) = json.loads(answer.body)["service"]
            assert (one["service_code"], one["service_type"]) == ("regions", "OPENAPI")
            assert {"method": "GET", "path": "/regions/**"} in one["endpoint_list"]
        answer = await pair.ask("?serviceCode=regions", service=f"{subsystem}/getOpenAPI")
        assert json.loads(answer.body)["servers"] == [{"url": "http://example.org/x"}]
        for node in (pair.kz, pair.tj):
            assert [one.kind for one in records_of(node)] == [Kind.REQUEST, Kind.RESPONSE] * 3
        for rest, code, expected in (
            ("", "getOpenAPI", "Client.InvalidRequest"),
            ("?serviceCode=nothing", "getOpenAPI", "Server.ServerProxy.InternalError"),
            ("", "getWsdl", "Server.ServerProxy.UnknownService"),
        ):
            assert code_of(await pair.ask(rest, service=f"{subsystem}/{code}")) == expected
        answer = await pair.ask("", method="POST", body=b"", service=f"{subsystem}/listMethods")
        assert code_of(answer) == "Client.InvalidHttpMethod"
        assert records_of(pair.kz)[-1].kind is Kind.REFUSAL

    run_pair(tmp_path, story)


def test_a_soap_call_gets_a_soap_fault_that_says_when(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.client
        for headers in ({"Content-Type": "text/xml;charset=utf-8"}, {"SOAPAction": '""'}):
            answer = await http(port, "POST", "/", headers, b"<Envelope/>")
            assert (answer.status, answer.headers["content-type"]) == (200, "text/xml;charset=utf-8")
            assert answer.headers["soapaction"] == '""'
            assert b"<SOAP-ENV:Fault>" in answer.body
            assert b"not spoken here yet" in answer.body

    run_pair(tmp_path, story)


def test_an_information_system_gets_the_evidence_of_its_own_exchanges_alone(tmp_path: Path) -> None:
    def prepare(kz, tj) -> None:
        edit(tj, (f'trusted_subsystems = ["{tj.client}"]', f'trusted_subsystems = ["{tj.client}", "{tj.owner}"]'))

    async def story(pair: Pair) -> None:
        port, own = pair.tj_country.ports.client, {"X-Road-Client": pair.tj_country.client}
        asked = await pair.ask(headers={"X-Road-Id": "abc-1"})
        for wanted in ("abc-1", asked.headers["x-road-request-id"]):
            answer = await http(port, "GET", f"/evidence?id={wanted}", own)
            assert (answer.status, answer.headers["content-type"]) == (200, "application/vnd.kopir.evidence")
            assert files.decode(answer.body).request.record == cbor.decode(pair.tj.core.journal.entry(_first(pair)))[2]
        other = await http(port, "GET", "/evidence?id=abc-1", {"X-Road-Client": pair.tj_country.owner})
        unknown = await http(port, "GET", "/evidence?id=abc-2", own)
        assert code_of(other) == code_of(unknown) == "Client.NotFound"
        assert other.status == unknown.status == 404
        assert json.loads(other.body)["message"].replace("abc-1", "abc-2") == json.loads(unknown.body)["message"]
        assert code_of(await http(port, "GET", "/evidence", own)) == "Client.BadRequest"
        assert code_of(await http(port, "GET", "/evidence?id=abc-1")) == "Client.BadRequest"
        stranger = {"X-Road-Client": f"{pair.tj_country.statistics}/registers"}
        answer = await http(port, "GET", "/evidence?id=abc-1", stranger)
        assert code_of(answer) == "Server.ClientProxy.SslAuthenticationFailed"

    run_pair(tmp_path, story, prepare=prepare)


def _first(pair: Pair) -> int:
    journal = pair.tj.core.journal
    return next(n for n in range(journal.head[0]) if cbor.decode(journal.entry(n))[0] == 1)


@pytest.mark.parametrize("path", ["/listClients", "/evidence?id=x"])
def test_what_is_only_read_allows_nothing_else(tmp_path: Path, path: str) -> None:
    async def story(pair: Pair) -> None:
        for method in ("POST", "DELETE"):
            answer = await http(pair.tj_country.ports.client, method, path, {"Content-Type": "text/xml"}, b"<x/>")
            assert (answer.status, code_of(answer)) == (405, "Client.InvalidHttpMethod")
            assert answer.headers["allow"] == "GET, HEAD"

    run_pair(tmp_path, story)


def test_absolute_targets_are_served_like_others(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.client
        headers = {"X-Road-Client": pair.tj_country.client}
        target = f"http://node.example/r1/{pair.kz_country.service}/regions/1?x"
        answer = await http(port, "GET", target, headers)
        assert answer.status == 200
        assert pair.service.seen[0].target == b"/regions/1?x"
        assert (await http(port, "GET", "http://node.example/listClients")).status == 200

    run_pair(tmp_path, story)


@pytest.mark.parametrize(
    "target", ["//[", "http://[/", "http://[x]/r1/", "*", "/", "//", "/r2/a/b", "/%", "/evidence%00"]
)
def test_a_target_that_is_none_is_the_callers_mistake_and_no_bug_of_ours(tmp_path: Path, target: str) -> None:
    async def story(pair: Pair) -> None:
        async with line(pair.tj_country.ports.client) as wire:
            answer = await wire.ask(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert answer.status == 400
            code = answer.header("x-road-error")
            assert code is None or code.startswith("Client.")

    run_pair(tmp_path, story)


def test_metrics_health_and_control_are_not_on_the_client_port(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        ports = pair.tj_country.ports
        for path in ("/metrics", "/health", "/ready"):
            assert (await http(ports.control, "GET", path)).status == 200
            assert (await http(ports.client, "GET", path)).status == 400
            assert (await http(ports.directory, "GET", path)).status == 404
        for path in ("/reload", "/stop", "/stamp"):
            assert (await http(ports.client, "POST", path, None, b"")).status == 400
        assert (await http(ports.directory, "GET", "/directory")).status == 200

    run_pair(tmp_path, story)


def test_another_node_makes_up_no_codes_and_tells_no_novels(tmp_path: Path) -> None:
    made_up = f"{SERVER}InternalError"
    codes = {
        f"{SERVER}AccessDenied": f"{SERVER}AccessDenied",
        "Server.ClientProxy.LoggingFailed": made_up,
        f"{SERVER}{'IOError.' * 1000}IOError": made_up,
        f"{SERVER}IOError.IOError": made_up,
        "Client.ServerProxy.ClientProxy.IOError": made_up,
        "x\r\nX-Evil: 1": made_up,
    }

    async def story(scene: Asking) -> None:
        for code, told in codes.items():
            fault = peer.Fault(code, "a" * 20_000, "b" * 20_000)
            scene.provider.answer = lambda asked, fault=fault: peer.encode_fault(asked.number, fault)  # type: ignore[misc]
            got = await scene.ask()
            said = json.loads(got.body)
            assert (got.headers["x-road-error"], said["type"]) == (told, told)
            assert (len(said["message"]), len(said["detail"])) == (1024, 64)
        names = {
            sample.labels["code"] for metric in scene.node.metrics.early_failures.collect() for sample in metric.samples
        }
        assert names == set(codes.values())

    play_asking(tmp_path, story)


def test_a_list_of_clients_is_rendered_once_for_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[bytes | None] = []
    render = metadata.render_clients

    def note(entries, accept):
        rendered.append(accept)
        return render(entries, accept)

    async def story(pair: Pair) -> None:
        monkeypatch.setattr(metadata, "render_clients", note)
        port = pair.tj_country.ports.client
        lists = {(await http(port, "GET", "/listClients", {"Accept": f"a/{n}"})).body for n in range(3)}
        lists |= {(await http(port, "GET", "/listClients", {"Accept": "application/json"})).body for _ in range(3)}
        assert (len(lists), len(rendered)) == (2, 2)
        pair.tj_country.publish()
        await pair.tj.refresher.refresh(pair.tj.core.now_ms())
        assert (await http(port, "GET", "/listClients")).status == 200
        assert len(rendered) == 3

    run_pair(tmp_path, story)


def test_one_client_keeps_no_more_than_two_searches_under_way(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        gate = threading.Event()

        def slow(wanted: str, client: str) -> bytes:
            gate.wait(20)
            return b"found"

        pair.tj.gateway._find_evidence = slow
        port, headers = pair.tj_country.ports.client, {"X-Road-Client": pair.tj_country.client}

        async def search() -> Answer:
            return await http(port, "GET", "/evidence?id=x", headers)

        under_way = [asyncio.ensure_future(search()) for _ in range(2)]
        await until(lambda: pair.tj.gateway._at_desk[pair.tj_country.client] == 2)
        assert code_of(await search()) == "Server.ClientProxy.NetworkError"
        assert (await pair.ask()).status == 200, "exchanges need none of these threads"
        gate.set()
        assert [(await one).body for one in under_way] == [b"found"] * 2
        assert (await search()).body == b"found"
        assert not pair.tj.gateway._at_desk

    run_pair(tmp_path, story)


def test_what_is_no_request_is_told_as_x_road_clients_expect_it(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        port = pair.tj_country.ports.client
        for data, status in {
            b"garbage\r\n\r\n": 400,
            b"GET /r1/x HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n": 431,
            b"POST /r1/x HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n": 501,
        }.items():
            answer = parse_answer(await raw(port, data))
            assert (answer.status, code_of(answer)) == (status, "Client.BadRequest")
        data = b"POST /r1/x HTTP/1.1\r\nAccept: text/xml\r\nTransfer-Encoding: gzip\r\n\r\n"
        answer = parse_answer(await raw(port, data))
        assert fromstring(answer.body)[0].text == answer.headers["x-road-error"] == "Client.BadRequest"

    run_pair(tmp_path, story)
