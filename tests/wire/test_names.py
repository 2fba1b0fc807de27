"""Identifiers: one canonical text for each, any valid spelling read, everything ambiguous refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire.errors import CallerError
from kopir.wire.names import (
    TEXT_LIMIT_CHARS,
    ClientId,
    MemberId,
    NodeId,
    ServiceId,
    check_segment,
    decode_segment,
    encode_segment,
    parse_client,
    parse_member,
    parse_node,
    parse_service,
    show,
)

PARSERS = {parse_member: 3, parse_client: 4, parse_service: 5, parse_node: 4}


def test_a_service_is_read_and_gives_its_owner() -> None:
    service = parse_service("KZ/GOV/010140000011/regions/lookup")
    assert service == ServiceId("KZ", "GOV", "010140000011", "regions", "lookup")
    assert service.subsystem == ClientId("KZ", "GOV", "010140000011", "regions")
    assert service.member == MemberId("KZ", "GOV", "010140000011")
    assert (str(service), service.text) == ("KZ/GOV/010140000011/regions/lookup",) * 2


def test_a_client_is_a_subsystem_or_a_member() -> None:
    subsystem, member = parse_client("TJ/GOV/7/portal"), parse_client("TJ/GOV/7")
    assert subsystem.subsystem_code == "portal"
    assert member.subsystem_code is None
    assert subsystem.member == member.member == MemberId("TJ", "GOV", "7")
    assert (str(subsystem), str(member)) == ("TJ/GOV/7/portal", "TJ/GOV/7")
    assert subsystem != member


def test_a_node_is_owned_by_the_member_of_its_first_three_segments() -> None:
    node = parse_node("UZ/GOV/3/node-1")
    assert node == NodeId("UZ", "GOV", "3", "node-1")
    assert node.owner == parse_member("UZ/GOV/3")


def test_equal_text_of_different_kinds_is_not_equal() -> None:
    names: list[object] = [parse_client("A/B/C/D"), parse_node("A/B/C/D")]
    assert names[0] != names[1]
    assert len(set(names)) == 2


def test_identifiers_serve_as_keys() -> None:
    found = {
        parse_member("A/B/C"): 1,
        parse_client("A/B/C"): 2,
        parse_service("A/B/C/D/E"): 3,
        parse_node("A/B/C/D"): 4,
    }
    assert found[MemberId("A", "B", "C")] == 1
    assert found[ClientId("A", "B", "C", None)] == 2
    assert found[ServiceId("A", "B", "C", "D", "E")] == 3
    assert found[NodeId("A", "B", "C", "D")] == 4


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("KZ/GOV/%61bc", "KZ/GOV/abc"),
        ("KZ/GOV/%d2%9b", "KZ/GOV/%D2%9B"),
        ("KZ/GOV/қ", "KZ/GOV/%D2%9B"),
        ("KZ/GOV/a b", "KZ/GOV/a%20b"),
        ("KZ/GOV/a+b", "KZ/GOV/a+b"),
        ("KZ/GOV/a%2Bb", "KZ/GOV/a+b"),
        ("KZ/GOV/'(x),=%27%28%29%2c%3d~_-.", "KZ/GOV/'(x),='(),=~_-."),
        ("KZ/GOV/100%25", "KZ/GOV/100%25"),
        ("KZ/GOV/%25zz", "KZ/GOV/%25zz"),
        ("KZ/GOV/a%3Fb%23c%3A@", "KZ/GOV/a%3Fb%23c%3A%40"),
        ("KZ/GOV/...", "KZ/GOV/..."),
    ],
)
def test_every_spelling_has_one_canonical_text(text: str, canonical: str) -> None:
    member = parse_member(text)
    assert str(member) == canonical
    assert parse_member(canonical) == member


def test_comparison_is_exact_by_case_too() -> None:
    assert parse_member("KZ/GOV/a") != parse_member("KZ/GOV/A")


def test_a_segment_may_have_255_bytes_and_no_more() -> None:
    assert decode_segment("%D2%9B" * 127 + "a") == "қ" * 127 + "a"
    with pytest.raises(CallerError, match="256 bytes"):
        decode_segment("%D2%9B" * 128)


def _is_allowed(value: str) -> bool:
    try:
        check_segment(value)
    except CallerError:
        return False
    return True


segments = st.text(min_size=1, max_size=60).filter(_is_allowed)


@given(st.lists(segments, min_size=5, max_size=5))
@settings(max_examples=150)
def test_what_is_allowed_makes_the_round_trip(parts: list[str]) -> None:
    service = ServiceId(*parts)
    assert str(service).isascii()
    assert parse_service(str(service)) == service
    assert [decode_segment(encode_segment(part)) for part in parts] == parts
    assert parse_node(str(NodeId(*parts[:4]))) == NodeId(*parts[:4])


@given(st.text() | st.text(alphabet="aA/%2e5Ff.;\\", max_size=30) | st.binary().map(lambda raw: raw.decode("latin-1")))
@settings(max_examples=300)
def test_any_text_is_one_identifier_or_a_named_error(text: str) -> None:
    for parse in PARSERS:
        try:
            name = parse(text)
        except CallerError as error:
            assert error.code == ("InvalidClientIdentifier" if parse is parse_client else "BadRequest")  # noqa: PT017
            assert error.message.isascii()  # noqa: PT017
            assert error.message.isprintable()  # noqa: PT017
        else:
            assert parse(str(name)) == name


@pytest.mark.parametrize("parse", PARSERS)
def test_another_number_of_segments_is_refused(parse) -> None:
    count = PARSERS[parse]
    parse("/".join("a" * count))
    for wrong in (0, 1, 2, count + 1, count + 2):
        with pytest.raises(CallerError, match="segments"):
            parse("/".join("a" * wrong))


def test_an_endless_text_is_refused_before_it_is_cut_up() -> None:
    with pytest.raises(CallerError, match="too long"):
        parse_member("/" * (TEXT_LIMIT_CHARS + 1))


HOSTILE = [
    ("", "empty"),
    (".", "dot segment"),
    ("..", "dot segment"),
    ("%2e", "dot segment"),
    ("%2E%2e", "dot segment"),
    (".%2e", "dot segment"),
    ("a%2Fb", "not allowed"),
    ("a%5cb", "not allowed"),
    ("a\\b", "not allowed"),
    ("a%00b", "not allowed"),
    ("a;b=c", "not allowed"),
    ("a%3Bb", "not allowed"),
    ("a%0d%0aX-Evil: 1", "not allowed"),
    ("a\r\nb", "not allowed"),
    ("a\x7fb", "not allowed"),
    ("a%C2%85b", "not allowed"),
    ("%252e%252e", "still percent-encoded"),
    ("%252F", "still percent-encoded"),
    ("%2561", "still percent-encoded"),
    ("%", "two hexadecimal digits"),
    ("a%2", "two hexadecimal digits"),
    ("%zz", "two hexadecimal digits"),
    ("%u002e", "two hexadecimal digits"),
    ("%FF", "not UTF-8"),
    ("%C0%AE", "not UTF-8"),
    ("%ED%A0%80", "not UTF-8"),
    ("\ud800", "not valid Unicode"),
    ("\ud800%41", "not UTF-8"),
    ("a" * 256, "longer"),
]


@pytest.mark.parametrize(("segment", "reason"), HOSTILE)
def test_a_segment_with_two_meanings_is_refused(segment: str, reason: str) -> None:
    with pytest.raises(CallerError, match=reason) as caught:
        decode_segment(segment, code="InvalidClientIdentifier")
    assert caught.value.code == "InvalidClientIdentifier"
    with pytest.raises(CallerError):
        parse_service(f"KZ/GOV/1/{segment}/x")


@pytest.mark.parametrize("value", ["", "..", "a/b", "a;b", "%41", "a" * 256, "\ud800", "\n"])
def test_an_identifier_cannot_be_made_invalid(value: str) -> None:
    with pytest.raises(CallerError) as caught:
        ClientId("KZ", "GOV", "1", value)
    assert caught.value.code == "InvalidClientIdentifier"
    for make in (lambda: MemberId(value, "b", "c"), lambda: ServiceId("a", "b", "c", "d", value)):
        with pytest.raises(CallerError) as caught:
            make()
        assert caught.value.code == "BadRequest"


def test_what_is_shown_of_a_bad_name_is_short_and_printable() -> None:
    assert show("a\r\nb") == r"'a\r\nb'"
    assert len(show("x" * 10_000)) < 100
