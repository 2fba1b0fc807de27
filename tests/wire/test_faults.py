"""Faults: X-Road's codes in both spellings, JSON, XML and SOAP bodies that hold whatever the message says."""

from __future__ import annotations

import json

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire import errors
from kopir.wire.errors import CallerError, LocalProtocolError, RefusedError
from kopir.wire.faults import (
    CLIENT_PROXY,
    CODES,
    SERVER_PROXY,
    Fault,
    Spelling,
    fault_of,
    fault_of_peer,
    is_soap_call,
    render,
    render_soap,
    soap_later,
    spelled,
    to_snake,
)

DETAIL = "7d9f5b6e-0000-4000-8000-000000000001"
DENIED = Fault("Server.ServerProxy.AccessDenied", "Request is not allowed", DETAIL)
JSON = b"application/json"


def test_a_fault_is_json_by_default() -> None:
    status, content_type, body = render(DENIED, None)
    assert (status, content_type) == (500, JSON)
    assert json.loads(body) == {
        "type": "Server.ServerProxy.AccessDenied",
        "message": "Request is not allowed",
        "detail": DETAIL,
    }
    assert spelled(DENIED) == "Server.ServerProxy.AccessDenied"


def test_a_fault_is_xml_on_demand() -> None:
    status, content_type, body = render(Fault("Client.BadRequest", "a < b & c", DETAIL), b"application/xml")
    assert (status, content_type) == (400, b"application/xml;charset=utf-8")
    assert [(part.tag, part.text) for part in ElementTree.fromstring(body).iter()] == [
        ("error", None),
        ("type", "Client.BadRequest"),
        ("message", "a < b & c"),
        ("detail", DETAIL),
    ]


# The cases of X-Road's RestProxyTest.shouldRespectAcceptHeaderInErrorResponse, and some more
@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (b"application/json;charset=utf-8", JSON),
        (b"foobarbaz", JSON),
        (b"application/xml", b"application/xml;charset=utf-8"),
        (b"text/xml", b"text/xml;charset=utf-8"),
        (b"application/xml, text/xml", b"application/xml;charset=utf-8"),
        (b"text/xml, application/xml", b"text/xml;charset=utf-8"),
        (b"text/xml-patch+xml", JSON),
        (b"application/xml; q=0.2", b"application/xml;charset=utf-8"),
        (b"text/xml, application/xml, application/json", b"text/xml;charset=utf-8"),
        (b"application/json, TEXT/XML;q=0.1", b"text/xml;charset=utf-8"),
        (b"text/*", b"text/xml;charset=utf-8"),
        (b"*/*", JSON),
        (b",;,\xff", JSON),
        (b"", JSON),
    ],
)
def test_accept_decides_as_in_x_road(accept: bytes, content_type: bytes) -> None:
    assert render(DENIED, accept)[1] == content_type


@pytest.mark.parametrize(
    ("camel", "snake"),
    [
        ("Server.ServerProxy.AccessDenied", "server.serverproxy.access_denied"),
        ("Server.ClientProxy.SslAuthenticationFailed", "server.clientproxy.ssl_authentication_failed"),
        ("Server.ServerProxy.ServiceFailed.HttpError", "server.serverproxy.service_failed.http_error"),
        ("Client.BadRequest", "client.bad_request"),
        ("IOError", "io_error"),
        ("HSMNonOperational", "hsm_non_operational"),
        ("HashChainUnusedInputs", "hashchain_unused_inputs"),
        ("InvalidHashChainRef", "invalid_hash_chain_ref"),
        ("OutdatedGlobalConf", "global_conf_outdated"),
        ("MalformedServerConf", "malformed_server_conf"),
        ("ServiceMalformedUrl", "service_malformed_url"),
        ("UnknownHost", "unknown_host"),
    ],
)
def test_codes_have_a_second_spelling(camel: str, snake: str) -> None:
    assert to_snake(camel) == snake


def test_no_two_codes_share_a_spelling() -> None:
    snakes = {to_snake(code) for code in CODES}
    assert len(snakes) == len(CODES)
    assert all(code == code.lower() and " " not in code for code in snakes)


def test_the_switch_changes_body_and_header_alike() -> None:
    assert spelled(DENIED, Spelling.SNAKE) == "server.serverproxy.access_denied"
    assert json.loads(render(DENIED, None, Spelling.SNAKE)[2])["type"] == "server.serverproxy.access_denied"
    assert b"<type>server.serverproxy.access_denied</type>" in render(DENIED, b"text/xml", Spelling.SNAKE)[2]
    assert b"<faultcode>server.serverproxy.access_denied<" in render_soap(DENIED, Spelling.SNAKE)[2]
    assert render(DENIED, None, Spelling.SNAKE)[0] == 500


def test_an_error_becomes_the_fault_of_whose_fault_it_is() -> None:
    caller = fault_of(CallerError("x", code="DuplicateHeaderField"), side=CLIENT_PROXY, detail=DETAIL)
    assert (caller.code, caller.status) == ("Client.DuplicateHeaderField", 400)
    refused = fault_of(RefusedError("x", code="UnknownService"), side=SERVER_PROXY, detail=DETAIL)
    assert (refused.code, refused.status) == ("Server.ServerProxy.UnknownService", 500)
    local = fault_of(LocalProtocolError("x"), side=CLIENT_PROXY, detail=DETAIL)
    assert local == Fault("Server.ClientProxy.InternalError", "x", DETAIL)
    assert fault_of(RefusedError("x", code="Made.Up"), side=CLIENT_PROXY, detail=DETAIL) == local


@pytest.mark.parametrize(
    ("code", "passed_on"),
    [
        ("Server.ServerProxy.UnknownService", "Server.ServerProxy.UnknownService"),
        ("Server.ServerProxy.ServiceFailed.HttpError", "Server.ServerProxy.ServiceFailed.HttpError"),
        ("Client.BadRequest", "Client.BadRequest"),
        ("Server.ClientProxy.LoggingFailed", "Server.ServerProxy.InternalError"),
        ("Server.ServerProxy.", "Server.ServerProxy.InternalError"),
        ("Server.ServerProxy.<b>.IOError", "Server.ServerProxy.InternalError"),
        ("", "Server.ServerProxy.InternalError"),
        ("Client", "Server.ServerProxy.InternalError"),
        ("Client.ServerProxy.IOError", "Server.ServerProxy.InternalError"),
        ("Server.ServerProxy.IOError.IOError", "Server.ServerProxy.InternalError"),
        ("Server.ServerProxy.ServiceFailed.ServiceFailed.HttpError", "Server.ServerProxy.InternalError"),
        ("Server.ServerProxy" + ".IOError" * 1000, "Server.ServerProxy.InternalError"),
    ],
)
def test_what_a_peer_reports_is_passed_on_if_it_may_report_it(code: str, passed_on: str) -> None:
    assert fault_of_peer(code, "x", DETAIL) == Fault(passed_on, "x", DETAIL)


@pytest.mark.parametrize("letter", ["a", "ж", "\U0001f409", "\ud800"])
def test_texts_of_any_length_are_cut_between_two_letters(letter: str) -> None:
    fault = fault_of_peer("Client.BadRequest", letter * 100_000, letter * 100_000)
    assert 1020 < len(fault.message.encode()) <= 1024
    assert 60 < len(fault.detail.encode()) <= 64
    assert Fault("Client.BadRequest", "a" * 1024, "b" * 64) == Fault("Client.BadRequest", "a" * 1025, "b" * 65)
    assert Fault("Client.BadRequest", "ж" * 10, "d").message == "ж" * 10


def test_every_error_of_the_tree_has_a_code_that_clients_know() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    assert len(classes) > 5
    assert {error.code for error in classes if issubclass(error, errors.ProtocolError)} <= CODES


def test_a_soap_call_gets_a_soap_fault() -> None:
    status, content_type, body = render_soap(soap_later(DETAIL))
    assert (status, content_type) == (200, b"text/xml;charset=utf-8")
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope ')
    namespace = "{http://schemas.xmlsoap.org/soap/envelope/}"
    fault = ElementTree.fromstring(body).find(f"{namespace}Body/{namespace}Fault")
    assert fault is not None
    assert fault.findtext("faultcode") == "Server.ClientProxy.InvalidProtocolVersion"
    assert "/r1/" in (fault.findtext("faultstring") or "")
    assert fault.findtext("detail/faultDetail") == DETAIL


@pytest.mark.parametrize(
    ("method", "content_type", "headers", "soap"),
    [
        ("POST", b"text/xml;charset=utf-8", [], True),
        ("POST", b"Multipart/Related; boundary=x", [], True),
        ("POST", b"application/soap+xml", [], True),
        ("POST", b"application/json", [(b"soapaction", b'""')], True),
        ("GET", None, [(b"soapaction", b"")], True),
        ("POST", b"application/json", [(b"accept", b"text/xml")], False),
        ("GET", b"text/xml", [], False),
        ("POST", None, [], False),
    ],
)
def test_soap_calls_are_known_by_action_or_type(method: str, content_type: bytes | None, headers, soap: bool) -> None:
    assert is_soap_call(method, content_type, headers) is soap


@pytest.mark.parametrize(
    "code",
    ["", "AccessDenied", "Server", "Client.", "Server.ServerProxy", "Peer.AccessDenied", "Server.ServerProxy.Made.Up",
     "Server.Elsewhere.AccessDenied", "Client.BadRequest\r\nX-Evil: 1", "client.bad_request"],
)  # fmt: skip
def test_a_fault_with_an_unknown_code_cannot_be_made(code: str) -> None:
    with pytest.raises(LocalProtocolError, match="no code"):
        Fault(code, "x", DETAIL)


@given(st.text(alphabet=st.characters(), max_size=40))
@settings(max_examples=200)
def test_any_message_stays_inside_its_element(message: str) -> None:
    fault = Fault("Client.BadRequest", message, "</detail>")
    assert json.loads(render(fault, None)[2])["message"] == message
    for body in (render(fault, b"text/xml")[2], render_soap(fault)[2]):
        document = ElementTree.fromstring(body)
        texts = [part.text for part in document.iter() if part.text]
        assert len(texts) == 2 + bool(message)
        assert "</detail>" in texts


def test_markup_and_controls_in_a_message_are_harmless() -> None:
    body = render(Fault("Client.BadRequest", "<b>&\x00\x1b\ud800]]>", DETAIL), b"text/xml")[2].decode()
    assert "<message>&lt;b&gt;&amp;\ufffd\ufffd\ufffd]]&gt;</message>" in body
