"""Requests of the client's dialect: read into what a record needs, or refused with the code X-Road would give."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire.errors import CallerError, RefusedError
from kopir.wire.names import parse_client, parse_node, parse_service
from kopir.wire.r1 import METHODS, TEXT_LIMIT_BYTES, R1Response, parse_request, parse_response, split_target
from kopir.wire.r1_headers import provider_request_headers

TARGET = b"/r1/KZ/GOV/010140000011/regions/lookup/regions/110000000?lang=kk"
CLIENT = (b"x-road-client", b"TJ/GOV/7/portal")


def refusal(method: str = "GET", target: bytes = TARGET, headers=(CLIENT,)) -> CallerError:
    with pytest.raises(CallerError) as caught:
        parse_request(method, target, list(headers))
    return caught.value


def test_a_request_is_read() -> None:
    request = parse_request(
        "GET",
        TARGET,
        [
            (b"host", b"node.tj"),
            (b"user-agent", b"curl"),
            (b"accept", b"application/json"),
            CLIENT,
            (b"x-road-id", b"m-1"),
            (b"x-road-userid", b"TJ123"),
            (b"x-road-issue", "№ 7".encode()),
            (b"x-road-represented-party", b"COM/5"),
            (b"x-road-security-server", b"KZ/GOV/010140000011/node-1"),
            (b"x-road-request-id", b"forged"),
            (b"x-road-request-hash", b"forged"),
            (b"x-road-custom", b"1"),
            (b"kopir-purpose", b"%D2%9B%20and more"),
            (b"kopir-legal-basis", b"Art. 5"),
            (b"kopir-subject", b"kz.iin/8801%2F01"),
            (b"content-type", b"text/plain"),
            (b"content-length", b"3"),
            (b"authorization", b"Bearer x"),
            (b"cookie", b"a=b"),
        ],
    )
    assert request.service == parse_service("KZ/GOV/010140000011/regions/lookup")
    assert request.rest == "/regions/110000000?lang=kk"
    assert request.client == parse_client("TJ/GOV/7/portal")
    assert (request.message_id, request.user, request.issue) == ("m-1", "TJ123", "№ 7")
    assert request.represented_party == "COM/5"
    assert request.security_server == parse_node("KZ/GOV/010140000011/node-1")
    assert (request.purpose, request.legal_basis) == ("қ and more", "Art. 5")
    assert request.subject == ("kz.iin", "8801/01")
    assert request.media_type == "text/plain"
    assert request.block == b"accept:application/json\r\nx-road-custom:1\r\n"
    assert request.secrets == b"authorization:Bearer x\r\ncookie:a=b\r\n"


def test_the_client_alone_is_enough_and_empty_headers_count_as_absent() -> None:
    bare = parse_request("POST", b"/r1/KZ/GOV/1/a/b", [CLIENT])
    empty = [(name.encode(), b"") for name in
             ("x-road-id", "x-road-userid", "x-road-issue", "x-road-represented-party", "x-road-security-server",
              "kopir-purpose", "kopir-legal-basis", "kopir-subject", "content-type")]  # fmt: skip
    assert bare == parse_request("POST", b"/r1/KZ/GOV/1/a/b", [CLIENT, *empty])
    assert bare[1:2] + bare[3:] == ("", None, None, None, None, None, None, None, None, None, b"", b"")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_all_verbs_of_the_protocol_are_read(method: str) -> None:
    assert parse_request(method, TARGET, [CLIENT]).rest == "/regions/110000000?lang=kk"


@pytest.mark.parametrize(
    ("target", "rest"),
    [
        (b"/r1/KZ/GOV/1/a/b", ""),
        (b"/r1/KZ/GOV/1/a/b/", "/"),
        (b"/r1/KZ/GOV/1/a/b?x=/y?z", "?x=/y?z"),
        (b"/r1/KZ/GOV/1/a/b/?", "/?"),
        (b"/r1/%4BZ/GOV/1/a/b/%61%2B/c?d=%2e%2e&e=%00;'\"", "/%61%2B/c?d=%2e%2e&e=%00;'\""),
        (b"/r1/KZ/GOV/1/a/b/path%3B/", "/path%3B/"),
        (b"http://node.tj:8080/r1/KZ/GOV/1/a/b/c", "/c"),
        (b"HTTPS://[::1]/r1/KZ/GOV/1/a/b/c?http://x/", "/c?http://x/"),
        (b"/r1/KZ/GOV/1/a/b/" + b"x" * 8000 + b"?" + b"y" * 190, "/" + "x" * 8000 + "?" + "y" * 190),
    ],
)
def test_the_rest_is_kept_as_it_came(target: bytes, rest: str) -> None:
    assert split_target(target) == (parse_service("KZ/GOV/1/a/b"), rest)


def test_what_connection_names_is_dropped() -> None:
    headers = [CLIENT, (b"connection", b"x-hop, content-type"), (b"x-hop", b"1"), (b"content-type", b"a/b")]
    request = parse_request("GET", TARGET, headers)
    assert (request.block, request.media_type) == (b"", None)


def test_texts_may_be_of_any_language_and_up_to_their_limit() -> None:
    basis = "ҚР Заңы, 5-бап"
    encoded = "".join(f"%{byte:02x}" for byte in basis.encode()).encode()
    exact = b"%D2%9B" * (TEXT_LIMIT_BYTES // 2)
    request = parse_request("GET", TARGET, [CLIENT, (b"kopir-legal-basis", encoded), (b"kopir-purpose", exact)])
    assert (request.legal_basis, request.purpose) == (basis, "қ" * 256)
    raw = parse_request("GET", TARGET, [CLIENT, (b"kopir-legal-basis", basis.encode())])
    assert raw.legal_basis == basis


def test_a_services_headers_are_sorted() -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"etag", b"1"), (b"set-cookie", b"a=b")]
    assert parse_response(headers) == R1Response("text/plain; charset=utf-8", b"etag:1\r\n", b"set-cookie:a=b\r\n")
    assert parse_response([]) == R1Response(None, b"", b"")
    assert parse_response([(b"content-type", b"a/b"), (b"content-type", b"c/d")]).media_type == "a/b"


@pytest.mark.parametrize(
    "header", [(b"etag", b"a\r\nb"), (b"content-type", b"\xff"), (b"content-type", b"a\x01"), (b"a b", b""),
               (b"connection", b"x-road-id")],
)  # fmt: skip
def test_a_services_bad_headers_are_its_failure(header: tuple[bytes, bytes]) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_response([header])
    assert caught.value.code == "ServiceFailed"


free_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=40)


@given(free_text, free_text, free_text, free_text)
@settings(max_examples=150)
def test_what_a_service_gets_can_be_read_again(purpose: str, basis: str, scheme: str, person: str) -> None:
    headers = provider_request_headers(
        client="TJ/GOV/7/portal",
        message_id="m-1",
        request_id="r-1",
        media_type="a/b",
        user="u",
        represented_party="p",
        issue="i",
        purpose=purpose,
        legal_basis=basis,
        subject=(scheme, person),
        block=b"accept:*/*\r\n",
        secrets=b"cookie:a\r\n",
    )
    request = parse_request("GET", TARGET, headers)
    assert (request.purpose, request.legal_basis, request.subject) == (purpose, basis, (scheme, person))
    assert (request.user, request.represented_party, request.issue) == ("u", "p", "i")
    assert (request.media_type, request.block, request.secrets) == ("a/b", b"accept:*/*\r\n", b"cookie:a\r\n")


@given(
    st.binary(max_size=40).map(lambda tail: b"/r1/KZ/GOV/1/a/b" + tail) | st.binary(max_size=40),
    st.sampled_from(["x-road-client", "x-road-id", "x-road-security-server", "x-road-represented-party",
                     "kopir-purpose", "kopir-subject", "connection", "accept", "content-type"]),
    st.binary(max_size=30),
)  # fmt: skip
@settings(max_examples=300)
def test_any_bytes_are_a_request_or_a_callers_error(target: bytes, name: str, value: bytes) -> None:
    try:
        request = parse_request("GET", target, [(name.encode(), value), CLIENT])
    except CallerError as error:
        assert error.message.isascii()  # noqa: PT017
        assert error.message.isprintable()  # noqa: PT017
    else:
        assert request.rest.isascii()
        assert b"\n" not in request.block.replace(b"\r\n", b"")


@pytest.mark.parametrize("headers", [[], [(b"x-road-client", b"")], [(b"x-road-id", b"1")]])
def test_a_missing_client_is_the_callers_fault(headers) -> None:
    error = refusal(headers=headers)
    assert (error.code, error.message) == ("BadRequest", "the header X-Road-Client is missing")


@pytest.mark.parametrize("value", [b"TJ", b"TJ/GOV/7/a/b", b"TJ/GOV/..", b"TJ/GOV/a%2Fb", b"TJ//7", b"TJ/GOV/7/%252e"])
def test_a_bad_client_has_its_own_code(value: bytes) -> None:
    assert refusal(headers=[(b"x-road-client", value)]).code == "InvalidClientIdentifier"


@pytest.mark.parametrize("name", [b"x-road-client", b"x-road-id", b"x-road-custom", b"x-road-request-id",
                                  b"kopir-purpose", b"content-type"])  # fmt: skip
def test_a_doubled_header_of_the_protocol_is_refused(name: bytes) -> None:
    error = refusal(headers=[CLIENT] * (name != CLIENT[0]) + [(name, b"TJ/GOV/7"), (name, b"TJ/GOV/7")])
    assert error.code == "DuplicateHeaderField"
    assert name.decode() in error.message


@pytest.mark.parametrize("method", ["CONNECT", "get", "", "PROPFIND", "GET\r\n"])
def test_another_method_is_refused(method: str) -> None:
    assert refusal(method).code == "InvalidHttpMethod"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (b"/r2/KZ/GOV/1/a/b", "InvalidProtocolVersion"),
        (b"/r0", "InvalidProtocolVersion"),
        (b"/R1/KZ/GOV/1/a/b", "BadRequest"),
        (b"/r10/KZ/GOV/1/a/b", "BadRequest"),
        (b"/r1", "BadRequest"),
        (b"/", "BadRequest"),
    ],
)
def test_another_version_is_refused(target: bytes, code: str) -> None:
    assert refusal(target=target).code == code


@pytest.mark.parametrize(
    "target",
    [
        b"",
        b"*",
        b"r1/KZ/GOV/1/a/b",
        b"http://",
        b"http:///r1/KZ/GOV/1/a/b",
        b"http://node.tj",
        b"http://node.tj?/r1/KZ/GOV/1/a/b",
        b"ftp://node.tj/r1/KZ/GOV/1/a/b",
        b"//r1/KZ/GOV/1/a/b",
        b"/r1/KZ/GOV/1/a",
        b"/r1/KZ/GOV/1/a/",
        b"/r1/KZ/GOV/1/a?/b",
        b"/r1/KZ/GOV//a/b",
        b"/r1/KZ/GOV/../a/b",
        b"/r1/KZ/GOV/1/%2e%2e/b",
        b"/r1/KZ/GOV/1/%252e/b",
        b"/r1/KZ/GOV/1/s%2Fub/b",
        b"/r1/KZ/GOV/1/a;x/b",
        b"/r1/KZ/GOV/1/a/\xd2\x9b",
        b"/r1/KZ/GOV/1/a/b/..",
        b"/r1/KZ/GOV/1/a/b/%2e%2e/c",
        b"/r1/KZ/GOV/1/a/b/%252e%252e/c",
        b"/r1/KZ/GOV/1/a/b//c",
        b"/r1/KZ/GOV/1/a/b/c;d",
        b"/r1/KZ/GOV/1/a/b/c%2Fd",
        b"/r1/KZ/GOV/1/a/b/\xd2\x9b",
        b"/r1/KZ/GOV/1/a/b/c#d",
        b"/r1/KZ/GOV/1/a/b?c#d",
        b"/r1/KZ/GOV/1/a/b?c d",
        b"/r1/KZ/GOV/1/a/b?c\r\nx-evil:1",
        b"/r1/KZ/GOV/1/a/b?\xff",
        b"/r1/KZ/GOV/1/a/b/" + b"x" * 8192,
        b"/r1/KZ/GOV/1/a/b?" + b"x" * 8192,
    ],
)
def test_a_target_with_two_meanings_is_refused(target: bytes) -> None:
    assert refusal(target=target).code == "BadRequest"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (b"x-road-id", b"a\r\nx-road-userid: root", "control"),
        (b"x-road-id", b"a\x00", "control"),
        (b"x-road-id", b"a\x7f", "control"),
        (b"x-road-id", "a\u2028b".encode(), "control"),
        (b"x-road-id", "a\u202eb".encode(), "control"),
        (b"x-road-id", "a\x85b".encode(), "control"),
        (b"x-road-id", b"\xff", "UTF-8"),
        (b"x-road-id", b"x" * 257, "longer than 256"),
        (b"x-road-id", "қ".encode() * 129, "longer than 256"),
        (b"x-road-userid", b"x" * 513, "longer"),
        (b"x-road-issue", b"a\tb", "control"),
        (b"x-road-represented-party", b"a/b/c", "one or two"),
        (b"x-road-represented-party", b"a/", "empty"),
        (b"x-road-represented-party", b"a/%2e%2e", "dot segment"),
        (b"kopir-purpose", b"%", "two hexadecimal"),
        (b"kopir-purpose", b"%4", "two hexadecimal"),
        (b"kopir-purpose", b"%FF", "once decoded"),
        (b"kopir-purpose", b"a%0Ab", "control"),
        (b"kopir-purpose", b"%E2%80%AE", "control"),
        (b"kopir-purpose", b"x" * 513, "longer than 512 bytes once decoded"),
        (b"kopir-legal-basis", b"%D2%9B" * 257, "longer"),
        (b"kopir-subject", b"8801", "scheme/id"),
        (b"kopir-subject", b"/8801", "scheme/id"),
        (b"kopir-subject", b"kz.iin/", "scheme/id"),
        (b"kopir-subject", b"kz/iin/8801", "scheme/id"),
        (b"kopir-subject", b"kz.iin/%00", "control"),
        (b"kopir-unknown", b"x", "not known"),
        (b"content-type", b"x" * 513, "longer"),
        (b"accept", b"a\r\nb", "control"),
        (b"cookie", b"a\nb", "control"),
        (b"connection", b"x-road-client", "Connection"),
        (b"bad name", b"x", "not a header name"),
    ],
)
def test_a_bad_header_is_refused_by_name(name: bytes, value: bytes, reason: str) -> None:
    error = refusal(headers=[CLIENT, (name, value)])
    assert error.code == "BadRequest"
    assert reason in error.message


def test_a_bad_security_server_has_its_own_code() -> None:
    assert refusal(headers=[CLIENT, (b"x-road-security-server", b"KZ/GOV/1")]).code == "InvalidSecurityServer"
