"""The client's dialect: a request or answer that is accepted fits a record and comes out the same at the other end.

An input is the head of a message: a line `METHOD TARGET`, then `name:value` lines, ended by CR LF as in a header block.
It is read as a request, as an answer, and what follows its first line as a block from a peer.
"""

from __future__ import annotations

from ends import tell_error, tell_refusal

from kopir.wire import r1, r1_headers, record
from kopir.wire.errors import CallerError, MalformedError, RefusedError
from kopir.wire.names import parse_service
from kopir.wire.rights import decode_path

TOKENS = [
    *(
        b"\r\n",
        b":",
        b"\n",
        b"\r",
        b"?",
        b"/",
        b"%2F",
        b"%2e%2e",
        b"..",
        b";",
        b"#",
        b" ",
        b"\t",
        b"http://h:1/",
        b"/r1/",
        b"/r2/",
    ),
    *(b"\r\nx-road-client:KZ/GOV/1/a", b"\r\nx-road-id:1", b"\r\nx-road-userid:u", b"\r\nx-road-issue:i"),
    *(b"\r\nx-road-represented-party:GOV/2", b"\r\nx-road-security-server:KZ/GOV/1/n", b"\r\nx-road-request-id:1"),
    *(b"\r\nkopir-purpose:p", b"\r\nkopir-legal-basis:%D2%9B", b"\r\nkopir-subject:iin/9", b"\r\nkopir-other:1"),
    *(
        b"\r\nconnection:x-a, close",
        b"\r\nx-a:1",
        b"\r\ncookie:c",
        b"\r\nauthorization:b",
        b"\r\nproxy-authorization:b",
    ),
    *(b"\r\ntransfer-encoding:chunked", b"\r\ncontent-length:3", b"\r\ncontent-type:text/plain", b"\r\ndate:now"),
]
_CODES = {
    *("BadRequest", "InvalidHttpMethod", "InvalidProtocolVersion", "InvalidClientIdentifier"),
    *("InvalidSecurityServer", "DuplicateHeaderField"),
}
_NODE = "KZ/GOV/1/n"
_ID = "01890000-0000-7000-8000-000000000000"
_NEVER = {
    *(b"x-road-client", b"x-road-id", b"x-road-service", b"x-road-request-id", b"x-road-request-hash", b"x-road-error"),
    *(b"connection", b"content-length", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"host", b"expect"),
}


def check(data: bytes) -> str:
    """Read a head in all three ways."""
    first, _, rest = data.partition(b"\r\n")
    method, _, target = first.partition(b" ")
    lines = [line.partition(b":") for line in rest.split(b"\r\n")]
    headers = [(name.lower(), value) for name, _, value in lines[:-1]]
    ends = (_check_request(method.decode("latin-1"), target, headers), _check_response(headers), _check_block(rest))
    return "; ".join(ends)


def _check_request(method: str, target: bytes, headers: r1_headers.Headers) -> str:
    try:
        asked = r1.parse_request(method, target, headers)
    except CallerError as error:
        return tell_error(error, _CODES)
    assert parse_service(str(asked.service)) == asked.service
    assert r1.split_target(f"/r1/{asked.service}{asked.rest}".encode()) == (asked.service, asked.rest)
    assert decode_path(asked.rest.partition("?")[0]).count("/") == asked.rest.partition("?")[0].count("/")
    _check_blocks(asked.block, asked.secrets)
    record.encode(_record_of(method, asked))
    # What the service gets says to another node exactly what the client said to this one.
    given = r1_headers.provider_request_headers(
        client=str(asked.client),
        message_id=asked.message_id or "1",
        request_id=_ID,
        media_type=asked.media_type,
        user=asked.user,
        represented_party=asked.represented_party,
        issue=asked.issue,
        purpose=asked.purpose,
        legal_basis=asked.legal_basis,
        subject=asked.subject,
        block=asked.block,
        secrets=asked.secrets,
    )
    again = r1.parse_request(method, target, given)
    assert again == asked._replace(message_id=asked.message_id or "1", security_server=None)
    absent = sum(value is None for value in asked)
    return f"accepted, nulls {absent}, {bool(asked.block)} {bool(asked.secrets)} {asked.rest[:1]}"


def _check_response(headers: r1_headers.Headers) -> str:
    try:
        answer = r1.parse_response(headers)
    except RefusedError as error:
        return tell_error(error, {"ServiceFailed"})
    _check_blocks(answer.block, answer.secrets)
    told = r1_headers.response_headers(
        client="KZ/GOV/1/a",
        service="KZ/GOV/1/a/s",
        message_id="1",
        request_id=_ID,
        request_hash="h",
        media_type=answer.media_type,
        block=answer.block,
        secrets=answer.secrets,
        date=b"now",
    )
    again = r1.parse_response(told)
    dated = answer.block if b"date" in _names(answer.block) else answer.block + b"date:now\r\n"
    assert (again.media_type, again.block, again.secrets) == (answer.media_type, dated, answer.secrets)
    assert [name for name, _ in told].count(b"date") == 1
    return f"answered {answer.media_type is None} {bool(answer.block)} {bool(answer.secrets)}"


def _check_block(block: bytes) -> str:
    ends = []
    for split in (r1_headers.split_block, r1_headers.split_secrets):
        try:
            headers = split(block)
        except MalformedError as error:
            ends.append(tell_refusal(error, block).partition("'")[0])
            continue
        assert r1_headers.join_block(headers) == block
        ends.append(f"{min(len(headers), 3)} headers")
    return ", ".join(ends)


def _check_blocks(block: bytes, secrets: bytes) -> None:
    passed, secret = r1_headers.split_block(block), r1_headers.split_secrets(secrets)
    assert r1_headers.join_block(passed) == block
    assert r1_headers.join_block(secret) == secrets
    for name, value in passed + secret:
        assert name == name.lower()
        assert name not in _NEVER
        assert not name.startswith((b"kopir-", b"proxy-"))
        assert not set(b"\r\n\0").intersection(value)


def _names(block: bytes) -> list[bytes]:
    return [name for name, _ in r1_headers.split_block(block)]


def _record_of(method: str, asked: r1.R1Request) -> record.Record:
    """The record that a node would write; its texts are as long as those of the request."""
    return record.Record(
        kind=record.Kind.REQUEST,
        nonce=bytes(16),
        request_id=record.request_id_at(1_750_000_000_000, bytes(16)),
        message_id=asked.message_id or "1",
        from_node=_NODE,
        to_node=_NODE,
        client=str(asked.client),
        service=str(asked.service),
        method=method,
        target=asked.rest,
        status=None,
        header_digest=bytes(32),
        media_type=asked.media_type,
        body_length=0,
        body_digest=record.EMPTY_DIGEST,
        instant_ms=1_750_000_000_000,
        user=asked.user,
        represented_party=asked.represented_party,
        issue=asked.issue,
        purpose=asked.purpose,
        legal_basis=asked.legal_basis,
        subject_digest=asked.subject and record.subject_digest(bytes(16), *asked.subject),
        head_size=0,
        head_root=record.EMPTY_DIGEST,
        request_leaf=None,
        reason=None,
    )
