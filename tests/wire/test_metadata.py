"""Metadata: the documents of X-Road's own examples, and descriptions that give no address away."""

from __future__ import annotations

import json

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire.errors import CallerError, RefusedError
from kopir.wire.metadata import (
    ANSWERED,
    RESERVED,
    ClientEntry,
    ServiceEntry,
    accepts_json,
    check_described,
    instance_asked,
    is_metadata,
    render_clients,
    render_methods,
    rewrite_openapi,
    service_code_asked,
    unreadable_description,
)
from kopir.wire.names import ClientId, parse_client, parse_service

CLIENTS = [
    ClientEntry(parse_client("AA/GOV/TS1OWNER"), "TS1 Owner"),
    ClientEntry(parse_client("AA/ENT/CLIENT1/sub"), "Client One", "Client One Sub"),
    ClientEntry(parse_client("AA/ENT/CLIENT1/bare"), "Client One"),
]
SERVICE = parse_service("INSTANCE/CLASS2/MEMBER2/SUBSYSTEM2/payloadgen")
NS1, NS2 = "{http://x-road.eu/xsd/identifiers}", "{http://x-road.eu/xsd/xroad.xsd}"


def test_clients_are_listed_in_json() -> None:
    content_type, body = render_clients(CLIENTS, b"application/json")
    assert content_type == b"application/json;charset=utf-8"
    member = {"xroad_instance": "AA", "member_class": "ENT", "member_code": "CLIENT1", "object_type": "SUBSYSTEM"}
    assert json.loads(body) == {
        "member": [
            {
                "id": {
                    "member_class": "GOV",
                    "member_code": "TS1OWNER",
                    "object_type": "MEMBER",
                    "xroad_instance": "AA",
                },
                "name": "TS1 Owner",
            },
            {"id": member | {"subsystem_code": "sub"}, "name": "Client One", "subsystem_name": "Client One Sub"},
            {"id": member | {"subsystem_code": "bare"}, "name": "Client One"},
        ]
    }


def test_clients_are_listed_in_xml_otherwise() -> None:
    content_type, body = render_clients(CLIENTS, None)
    assert content_type == b"text/xml;charset=utf-8"
    root = ElementTree.fromstring(body)
    assert root.tag == f"{NS2}clientList"
    members = root.findall(f"{NS2}member")
    assert [[(part.tag, part.text) for part in member.iter()][1:] for member in members] == [
        [
            (f"{NS2}id", None),
            (f"{NS1}xRoadInstance", "AA"),
            (f"{NS1}memberClass", "GOV"),
            (f"{NS1}memberCode", "TS1OWNER"),
            (f"{NS2}name", "TS1 Owner"),
        ],
        [
            (f"{NS2}id", None),
            (f"{NS1}xRoadInstance", "AA"),
            (f"{NS1}memberClass", "ENT"),
            (f"{NS1}memberCode", "CLIENT1"),
            (f"{NS1}subsystemCode", "sub"),
            (f"{NS2}name", "Client One"),
            (f"{NS2}subsystemName", "Client One Sub"),
        ],
        [
            (f"{NS2}id", None),
            (f"{NS1}xRoadInstance", "AA"),
            (f"{NS1}memberClass", "ENT"),
            (f"{NS1}memberCode", "CLIENT1"),
            (f"{NS1}subsystemCode", "bare"),
            (f"{NS2}name", "Client One"),
        ],
    ]
    types = [identifier.get(f"{NS1}objectType") for identifier in root.iter(f"{NS2}id")]
    assert types == ["MEMBER", "SUBSYSTEM", "SUBSYSTEM"]


# The cases of X-Road's MetadataClientRequestProcessorTest
@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (b"text/xml;q=1.0, application/json;q=0.9 , text/*", True),
        (b"Application/JSON; charset=utf-8", True),
        (b"x-this/that;q=1.0;param=value, text/xml, */*", False),
        (b"application/json-patch+json", False),
        (b"", False),
        (None, False),
    ],
)
def test_json_is_sent_to_those_who_list_it(accept: bytes | None, wanted: bool) -> None:
    assert accepts_json(accept) is wanted


def test_methods_are_listed_with_their_endpoints_and_without_reserved_codes() -> None:
    entries = [
        ServiceEntry(SERVICE, "OPENAPI3", (("PUT", "/pet"), ("GET", "/pet/*"))),
        ServiceEntry(parse_service("INSTANCE/CLASS2/MEMBER2/SUBSYSTEM2/kore"), "REST"),
        ServiceEntry(parse_service("INSTANCE/CLASS2/MEMBER2/SUBSYSTEM2/listMethods"), "REST"),
    ]
    content_type, body = render_methods(entries)
    assert content_type == b"application/json"
    shared = {
        "xroad_instance": "INSTANCE",
        "member_class": "CLASS2",
        "member_code": "MEMBER2",
        "subsystem_code": "SUBSYSTEM2",
        "object_type": "SERVICE",
    }
    assert json.loads(body) == {
        "service": [
            shared
            | {
                "service_code": "payloadgen",
                "service_type": "OPENAPI",
                "endpoint_list": [{"method": "PUT", "path": "/pet"}, {"method": "GET", "path": "/pet/*"}],
            },
            shared | {"service_code": "kore", "service_type": "REST", "endpoint_list": []},
        ]
    }
    assert json.loads(render_methods([])[1]) == {"service": []}


def test_reserved_codes_are_known_exactly() -> None:
    assert len(RESERVED) == 8
    assert ANSWERED < RESERVED
    assert is_metadata("listMethods")
    assert not is_metadata("listmethods")
    assert not is_metadata("lookup")


@pytest.mark.parametrize(
    ("query", "instance"),
    [("", None), ("xRoadInstance=KZ", "KZ"), ("x=1&xRoadInstance=%D2%9A", "Қ"), ("xRoadInstance=", None)],
)
def test_an_instance_may_be_asked(query: str, instance: str | None) -> None:
    assert instance_asked(query) == instance


def test_a_service_code_must_be_asked() -> None:
    assert service_code_asked("serviceCode=lookup") == "lookup"
    assert service_code_asked("servicecode=look+up%20x&y=1") == "look up x"
    for query in ("", "serviceCode=", "code=lookup"):
        with pytest.raises(CallerError, match="Missing serviceCode in message body") as caught:
            service_code_asked(query)
        assert caught.value.code == "InvalidRequest"


def test_only_openapi_services_have_a_description() -> None:
    check_described(SERVICE, "OPENAPI3")
    for service_type, text in (("REST", "Invalid service type: REST"), (None, f"Service not found: {SERVICE}")):
        with pytest.raises(RefusedError, match=text) as caught:
            check_described(SERVICE, service_type)
        assert caught.value.code == "InternalError"


def test_a_description_that_cannot_be_read_is_told_by_the_services_name() -> None:
    error = unreadable_description(SERVICE, "Status: 404")
    assert error.message == f"Failed reading service description from {SERVICE}. Status: 404"
    assert error.code == "InternalError"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://intern.gov.kz:8443/api/v1", "http://example.org/api/v1"),
        ("http://10.0.0.5", "http://example.org"),
        ("//intern.gov.kz/x", "http://example.org/x"),
        ("https://user:secret@intern.gov.kz/x?key=1#y", "http://example.org/x"),
        ("/api/v1", "/api/v1"),
        ("", ""),
        ("https://{host}.gov.kz/v1", "http://example.org/xroad-endpoint"),
        ("{server}/v1", "http://example.org/xroad-endpoint"),
    ],
)
def test_server_addresses_become_example_hosts(url: str, shown: str) -> None:
    document = {"openapi": "3.1.0", "servers": [{"url": url, "description": "d"}], "paths": {}}
    rewritten = json.loads(rewrite_openapi(SERVICE, json.dumps(document).encode()))
    assert rewritten == document | {"servers": [{"url": shown, "description": "d"}]}


def test_servers_are_found_wherever_openapi_allows_them() -> None:
    secret = {"url": "https://intern.gov.kz/x", "variables": {"port": {"default": "8443"}}}
    templated = {"url": "https://{host}/x", "variables": {"host": {"default": "intern.gov.kz"}}}
    document = {
        "openapi": "3.0.3",
        "paths": {"/a": {"servers": [secret], "get": {"servers": [templated], "responses": {"200": {"links": {
            "next": {"server": secret}}}}}}},
        "components": {"schemas": {"A": {"properties": {"servers": {"type": "array"}, "server": {"url": 1}}}}},
        "x-list": [[{"servers": ["intern", {"name": "x"}]}]],
    }  # fmt: skip
    rewritten = json.loads(rewrite_openapi(SERVICE, json.dumps(document).encode()))
    assert "intern.gov.kz" not in json.dumps(rewritten)
    assert rewritten["paths"]["/a"]["get"]["servers"] == [{"url": "http://example.org/xroad-endpoint"}]
    assert rewritten["components"] == document["components"]
    assert rewritten["x-list"] == document["x-list"]


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=150)
def test_any_name_stays_inside_its_element(name: str, subsystem_name: str) -> None:
    entries = [ClientEntry(ClientId("A", "B&C", "<D>", "'\"é"), name, subsystem_name)]
    member = json.loads(render_clients(entries, b"application/json")[1])["member"][0]
    assert (member["name"], member["subsystem_name"]) == (name, subsystem_name)
    root = ElementTree.fromstring(render_clients(entries, None)[1])
    assert root.findtext(f"{NS2}member/{NS2}id/{NS1}memberCode") == "<D>"
    assert [part.tag for part in root[0]] == [f"{NS2}id", f"{NS2}name", f"{NS2}subsystemName"]


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:openapi3. servers', max_size=60).map(str.encode))
@settings(max_examples=300)
def test_any_bytes_are_a_description_or_a_named_refusal(document: bytes) -> None:
    try:
        json.loads(rewrite_openapi(SERVICE, document))
    except RefusedError as error:
        assert error.message.startswith(f"Failed reading service description from {SERVICE}.")  # noqa: PT017


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_any_query_is_read_or_refused(query: str) -> None:
    for read in (instance_asked, service_code_asked):
        try:
            assert read(query) != ""
        except CallerError:
            pass


@pytest.mark.parametrize("query", ["xRoadInstance=A&xroadinstance=B", "xRoadInstance=..", "xRoadInstance=a%2Fb",
                                   "xRoadInstance=%FF", "xRoadInstance=a%0d%0ab", "&".join(["x=1"] * 101)])  # fmt: skip
def test_a_query_with_two_meanings_is_refused(query: str) -> None:
    with pytest.raises(CallerError):
        instance_asked(query)
    with pytest.raises(CallerError):
        service_code_asked(query.replace("xRoadInstance", "serviceCode").replace("xroadinstance", "servicecode"))


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"openapi: 3.0.0\nservers:\n  - url: http://intern\n",
        b"[]",
        b"3",
        b'{"swagger":"2.0"}',
        b'{"openapi":"2.0"}',
        b'{"openapi":3}',
        b'{"openapi":"3.0.0","x":NaN}',
        b'{"openapi":"3.0.0","x":"\xff"}',
        b'{"openapi":"3.0.0","servers":[{"url":"http://[intern"}]}',
        b'{"openapi":"3.0.0","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"openapi":"3.0.0","x":' + b"9" * 5000 + b"}",
    ],
)
def test_a_description_that_is_no_openapi_in_json_is_refused(document: bytes) -> None:
    with pytest.raises(RefusedError, match="Failed reading service description from") as caught:
        rewrite_openapi(SERVICE, document)
    assert caught.value.code == "InternalError"
