"""Headers between client, nodes and service: what passes, what is dropped, what no peer may slip in."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha512
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire.errors import CallerError, MalformedError
from kopir.wire.r1_headers import (
    DROP,
    FIELD,
    FIELDS,
    PASS,
    SECRET,
    join_block,
    kind_of,
    make_block,
    named_by_connection,
    provider_request_headers,
    request_hash,
    response_headers,
    split_block,
    split_secrets,
)

FIELDS_OF_A_CALL: dict[str, Any] = {
    "client": "TJ/GOV/7/portal",
    "message_id": "m-1",
    "request_id": "0198c2a0-0000-7000-8000-000000000001",
    "media_type": None,
    "user": None,
    "represented_party": None,
    "issue": None,
    "purpose": None,
    "legal_basis": None,
    "subject": None,
    "block": b"",
    "secrets": b"",
}


def test_an_answers_headers_are_sorted_into_two_blocks() -> None:
    block, secrets = make_block(
        [
            (b"content-type", b"application/json"),
            (b"date", b"Mon, 01 Sep 2025 08:00:00 GMT"),
            (b"etag", b'"1"'),
            (b"set-cookie", b"a=b"),
            (b"set-cookie", b"c=d"),
            (b"content-length", b"95"),
            (b"connection", b"keep-alive"),
            (b"x-custom", b""),
        ]
    )
    assert block == b'date:Mon, 01 Sep 2025 08:00:00 GMT\r\netag:"1"\r\nx-custom:\r\n'
    assert secrets == b"set-cookie:a=b\r\nset-cookie:c=d\r\n"


def test_blocks_are_read_back_in_order() -> None:
    assert split_block(b"") == []
    assert split_block(b"b:1\r\na: x:y\r\nb:\r\n") == [(b"b", b"1"), (b"a", b" x:y"), (b"b", b"")]
    assert split_secrets(b"cookie:a=b\r\n") == [(b"cookie", b"a=b")]


def test_of_two_dates_the_first_is_kept() -> None:
    block, _ = make_block([(b"date", b"1"), (b"a", b"2"), (b"date", b"3")])
    assert block == b"date:1\r\na:2\r\n"


@pytest.mark.parametrize(
    "name",
    [
        b"transfer-encoding", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
        b"trailer", b"upgrade", b"connection", b"user-agent", b"host", b"content-length", b"server", b"expect",
        b"x-road-request-id", b"x-road-request-hash", b"x-road-service", b"x-road-error",
    ],
)  # fmt: skip
def test_what_belongs_to_one_hop_or_to_nodes_is_dropped(name: bytes) -> None:
    assert kind_of(name) == DROP
    assert make_block([(name, b"x"), (b"via", b"1.1 a")]) == (b"via:1.1 a\r\n", b"")
    with pytest.raises(MalformedError, match="may not hold"):
        split_block(name + b":x\r\n")
    with pytest.raises(MalformedError, match="may not hold"):
        split_secrets(name + b":x\r\n")


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_what_the_record_holds_never_stands_in_a_block(name: bytes) -> None:
    assert kind_of(name) == FIELD
    assert make_block([(name, b"x")]) == (b"", b"")
    with pytest.raises(MalformedError, match="may not hold"):
        split_block(name + b":x\r\n")


@pytest.mark.parametrize("name", [b"authorization", b"cookie", b"set-cookie"])
def test_credentials_stand_in_the_secret_block_alone(name: bytes) -> None:
    assert kind_of(name) == SECRET
    assert make_block([(name, b"x")]) == (b"", name + b":x\r\n")
    with pytest.raises(MalformedError, match="may not hold"):
        split_block(name + b":x\r\n")
    with pytest.raises(MalformedError, match="may not hold"):
        split_secrets(b"accept:x\r\n")


@pytest.mark.parametrize(
    "name", [b"accept", b"cache-control", b"x-road-custom", b"www-authenticate", b"x-forwarded-for"]
)
def test_all_else_passes(name: bytes) -> None:
    assert kind_of(name) == PASS


def test_a_service_cannot_answer_with_headers_of_the_protocol() -> None:
    assert make_block([(b"kopir-purpose", b"x"), (b"kopir-news", b"x"), (b"x-road-error", b"x")]) == (b"", b"")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ([], set()),
        ([b"close"], set()),
        ([b"Keep-Alive"], set()),
        ([b"keep-alive, X-Internal"], {b"keep-alive", b"x-internal"}),
        ([b"a", b"b ,c"], {b"a", b"b", b"c"}),
    ],
)
def test_connection_names_headers_of_this_hop(values: list[bytes], named: set[bytes]) -> None:
    assert named_by_connection([(b"via", b"x"), *[(b"connection", value) for value in values]]) == named


def test_headers_named_by_connection_are_dropped() -> None:
    headers = [(b"connection", b"X-Internal, date"), (b"x-internal", b"1"), (b"date", b"2"), (b"etag", b"3")]
    assert make_block(headers) == (b"etag:3\r\n", b"")


def test_a_service_gets_the_records_fields_the_blocks_and_the_request_id() -> None:
    call: dict[str, Any] = FIELDS_OF_A_CALL | {
        "media_type": "application/json",
        "user": "TJ123",
        "represented_party": "COM/5",
        "issue": "№ 7",
        "purpose": "Санҷиши суроға, 1",
        "legal_basis": "Art. 5/2",
        "subject": ("kz.iin", "88/01"),
        "block": b"accept:*/*\r\n",
        "secrets": b"authorization:Bearer x\r\n",
    }
    assert provider_request_headers(**call) == [
        (b"x-road-client", b"TJ/GOV/7/portal"),
        (b"x-road-id", b"m-1"),
        (b"content-type", b"application/json"),
        (b"x-road-userid", b"TJ123"),
        (b"x-road-represented-party", b"COM/5"),
        (b"x-road-issue", "№ 7".encode()),
        (
            b"kopir-purpose",
            b"%D0%A1%D0%B0%D0%BD%D2%B7%D0%B8%D1%88%D0%B8%20%D1%81%D1%83%D1%80%D0%BE%D2%93%D0%B0,%201",
        ),
        (b"kopir-legal-basis", b"Art.%205%2F2"),
        (b"kopir-subject", b"kz.iin/88%2F01"),
        (b"accept", b"*/*"),
        (b"authorization", b"Bearer x"),
        (b"x-road-request-id", b"0198c2a0-0000-7000-8000-000000000001"),
    ]


def test_a_service_gets_no_empty_headers() -> None:
    names = [name for name, _ in provider_request_headers(**FIELDS_OF_A_CALL)]
    assert names == [b"x-road-client", b"x-road-id", b"x-road-request-id"]


def test_the_request_hash_covers_line_headers_and_body() -> None:
    headers = [(b"x-road-client", b"TJ/GOV/7/portal"), (b"accept", b"*/*"), (b"x-road-request-id", b"1")]
    head = b"POST\r\n/r1/KZ/GOV/1/a/b?c=d\r\nx-road-client:TJ/GOV/7/portal\r\naccept:*/*\r\nx-road-request-id:1\r\n"
    target = b"/r1/KZ/GOV/1/a/b?c=d"
    assert request_hash("POST", target, headers, None) == b64encode(sha512(head).digest()).decode()
    body = sha512(b"{}").digest()
    with_body = b64encode(sha512(sha512(head).digest() + body).digest()).decode()
    assert request_hash("POST", target, headers, body) == with_body
    assert request_hash("POST", target, [*headers[:2], (b"x-road-request-id", b"2")], body) != with_body


def _response(block: bytes, secrets: bytes = b"", media_type: str | None = None) -> list[tuple[bytes, bytes]]:
    return response_headers(
        client="TJ/GOV/7/portal",
        service="KZ/GOV/1/regions/lookup",
        message_id="m-1",
        request_id="r-1",
        request_hash="aGFzaA==",
        media_type=media_type,
        block=block,
        secrets=secrets,
        date=b"now",
    )


def test_a_client_gets_the_services_headers_and_the_nodes() -> None:
    assert _response(b"etag:1\r\n", b"set-cookie:a=b\r\n", "application/json") == [
        (b"etag", b"1"),
        (b"date", b"now"),
        (b"set-cookie", b"a=b"),
        (b"content-type", b"application/json"),
        (b"x-road-id", b"m-1"),
        (b"x-road-client", b"TJ/GOV/7/portal"),
        (b"x-road-service", b"KZ/GOV/1/regions/lookup"),
        (b"x-road-request-id", b"r-1"),
        (b"x-road-request-hash", b"aGFzaA=="),
    ]


def test_the_services_date_stands_alone() -> None:
    headers = _response(b"date:then\r\n")
    assert [value for name, value in headers if name == b"date"] == [b"then"]
    assert b"content-type" not in dict(headers)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"accept", b"x-a", b"authorization", b"date"]),
            st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"])).map(
                lambda v: v.encode("latin-1")
            ),
        )
    )
)
@settings(max_examples=150)
def test_blocks_make_the_round_trip(headers: list[tuple[bytes, bytes]]) -> None:
    passed = [header for header in headers if header[0] != b"authorization"]
    secret = [header for header in headers if header[0] == b"authorization"]
    assert split_block(join_block(passed)) == passed
    assert split_secrets(join_block(secret)) == secret


@given(st.binary(max_size=60) | st.text(alphabet="ax-:\r\n ", max_size=30).map(str.encode))
@settings(max_examples=300)
def test_any_bytes_are_one_block_or_a_named_error(block: bytes) -> None:
    for split in (split_block, split_secrets):
        try:
            headers = split(block)
        except MalformedError:
            continue
        assert join_block(headers) == block


@pytest.mark.parametrize("hop", [b"X-Road-Client", b"close, x-road-userid", b"kopir-purpose"])
def test_connection_cannot_strip_a_header_of_the_protocol(hop: bytes) -> None:
    with pytest.raises(CallerError, match="Connection"):
        named_by_connection([(b"connection", hop)])


@pytest.mark.parametrize("value", [b"a\r\nx-road-client: evil", b"a\n", b"\r", b"\x00", b"\x7f", b"a\r\n\r\nGET /"])
def test_no_value_can_add_a_line(value: bytes) -> None:
    with pytest.raises(CallerError, match="control character"):
        make_block([(b"accept", value)])
    with pytest.raises(CallerError, match="control character"):
        make_block([(b"accept", b"x"), (b"cookie", value)])


@pytest.mark.parametrize("name", [b"", b"a b", b"A", b"a\r\n", b"\xff", b"a" * 257, b"kopir-other"])
def test_what_is_no_known_header_name_is_refused(name: bytes) -> None:
    with pytest.raises(CallerError):
        kind_of(name)
    with pytest.raises(MalformedError):
        split_block(name + b":x\r\n")


def test_a_name_cannot_hide_a_colon() -> None:
    with pytest.raises(CallerError, match="not a header name"):
        make_block([(b"a:b", b"x")])


@pytest.mark.parametrize(
    "block",
    [b"a:b", b"a:b\r\n\r\n", b"\r\na:b\r\n", b"a\r\n", b"a:b\n", b"a:b\r\nc:d", b":b\r\n", b"a:\r\r\n", b"a :b\r\n"],
)
def test_a_block_that_is_not_lines_is_refused(block: bytes) -> None:
    with pytest.raises(MalformedError):
        split_block(block)
