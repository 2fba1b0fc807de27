"""Rights: default deny, path globs as X-Road reads them, and every trick with the path denied."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kopir.wire import rights
from kopir.wire.errors import CallerError, LocalProtocolError
from kopir.wire.names import parse_client, parse_service
from kopir.wire.rights import GLOB_LIMIT_CHARS, PathPattern, RightsTable, Rule, decode_path, join_base

SERVICE = parse_service("KZ/GOV/1/regions/lookup")
OTHER = parse_service("KZ/GOV/1/regions/other")
PORTAL = parse_client("TJ/GOV/7/portal")
SIBLING = parse_client("TJ/GOV/7/archive")
MEMBER = parse_client("TJ/GOV/7")
STRANGER = parse_client("TJ/GOV/8/portal")


def test_a_subsystem_may_call_the_service_it_was_given() -> None:
    table = RightsTable([Rule("TJ/GOV/7/portal", SERVICE)])
    assert table.may_call(PORTAL, SERVICE, "GET", "/regions/110000000?x=1")
    assert table.may_call(PORTAL, SERVICE, "POST", "")
    assert not table.may_call(SIBLING, SERVICE, "GET", "")
    assert not table.may_call(MEMBER, SERVICE, "GET", "")
    assert not table.may_call(PORTAL, OTHER, "GET", "")


def test_nothing_is_granted_by_default() -> None:
    assert not RightsTable([]).may_call(PORTAL, SERVICE, "GET", "")
    assert RightsTable([]).endpoints(PORTAL, SERVICE) == []


def test_a_member_covers_its_subsystems_and_no_one_elses() -> None:
    table = RightsTable([Rule("TJ/GOV/7", SERVICE)])
    assert [table.may_call(client, SERVICE, "GET", "") for client in (PORTAL, SIBLING, MEMBER, STRANGER)] == [
        True,
        True,
        True,
        False,
    ]


def test_a_group_holds_members_and_subsystems() -> None:
    table = RightsTable([Rule("registrars", SERVICE)], {"registrars": ["TJ/GOV/8/portal", "TJ/GOV/%37"], "empty": []})
    assert table.may_call(STRANGER, SERVICE, "GET", "")
    assert table.may_call(PORTAL, SERVICE, "GET", "")
    assert not table.may_call(parse_client("TJ/GOV/8/x"), SERVICE, "GET", "")
    assert not RightsTable([Rule("empty", SERVICE)], {"empty": []}).may_call(PORTAL, SERVICE, "GET", "")


def test_endpoints_bind_method_and_path() -> None:
    table = RightsTable(
        [
            Rule("TJ/GOV/7/portal", SERVICE, "GET", "/regions/*"),
            Rule("TJ/GOV/7", SERVICE, "POST", "/search"),
            Rule("TJ/GOV/7", SERVICE, None, "/open/**"),
            Rule("TJ/GOV/7/archive", SERVICE, "DELETE"),
        ]
    )
    assert table.may_call(PORTAL, SERVICE, "GET", "/regions/1?a=/b")
    assert table.may_call(PORTAL, SERVICE, "POST", "/search")
    assert table.may_call(PORTAL, SERVICE, "PUT", "/open/a/b")
    assert table.may_call(SIBLING, SERVICE, "DELETE", "/anything")
    assert not table.may_call(PORTAL, SERVICE, "HEAD", "/regions/1")
    assert not table.may_call(PORTAL, SERVICE, "get", "/regions/1")
    assert not table.may_call(PORTAL, SERVICE, "GET", "/regions/1/2")
    assert not table.may_call(PORTAL, SERVICE, "GET", "/Regions/1")
    assert not table.may_call(PORTAL, SERVICE, "GET", "/search")
    assert not table.may_call(SIBLING, SERVICE, "GET", "/regions/1")
    assert table.endpoints(PORTAL, SERVICE) == [("*", "/open/**"), ("GET", "/regions/*"), ("POST", "/search")]
    assert table.endpoints(SIBLING, SERVICE) == [("*", "/open/**"), ("DELETE", "**"), ("POST", "/search")]
    assert table.endpoints(STRANGER, SERVICE) == []


# The cases of X-Road's PathGlobTest
@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("**", "", True),
        ("***", "match/anything/*", True),
        ("**", "/a/b/c", True),
        ("/*/", "/a/", True),
        ("/*/", "/a/b/", False),
        ("", "", True),
        ("", " ", False),
        (".^$+{[]|()", ".^$+{[]|()", True),
        ("**/bar/**", "a/b/c/bar/e/f", True),
        ("**/bar/**", "a/b/c/foo/e/f", False),
        ("**\\*", "/what/ever*", True),
        ("**\\*", "/what/ever!", False),
        ("simple", "simple", True),
        ("simple", "prefix.simple.suffix", False),
        ("**/*/**", "something/bar/something/else", True),
        ("**/*/**", "/bar/", True),
        ("**/*/**", "//", True),
        ("**/*/**", "something/else", False),
        ("\\A", "\\A", True),
        ("\\*", "*", True),
        ("\\*", "\\*", False),
        ("\\\\", "\\", True),
        ("aa\\", "aa\\", True),
        # Ours
        ("/a*", "/abc", True),
        ("/a*", "/abc/d", False),
        ("/*", "/", True),
        ("/**", "", False),
        ("/x/**/y", "/x/1/2/y", True),
        ("/x/**/y", "/x/y", False),
        ("/x**y**z", "/x1y2/y3z", True),
        ("/x**y**z", "/x1z2/z3y", False),
        ("/a/*", "/a/b\nc", True),
        ("/a", "/a\n", False),
    ],
)
def test_globs_match_as_in_x_road(glob: str, path: str, matches: bool) -> None:
    assert PathPattern(glob).matches(path) is matches


# The cases of X-Road's ServerConfTest, with dot segments denied as since 7.7.1
@pytest.mark.parametrize(
    ("method", "rest", "allowed"),
    [
        ("GET", "/api/foo", True),
        ("POST", "/api/test/foo", True),
        ("POST", "/api/t%65st/foo", True),
        ("POST", "/api/t%65st/foo%2dbar", True),
        ("POST", "/api/test/foo/../bar", False),
        ("POST", "/api/test%2Dbar", False),
        ("POST", "/api/test/../bar", False),
        ("GET", "/api/test/../../../api/test", False),
        ("POST", "/api/test/foo/bar", False),
        ("DELETE", "/api/test", False),
    ],
)
def test_paths_are_decoded_before_they_are_matched(method: str, rest: str, allowed: bool) -> None:
    table = RightsTable([Rule("TJ/GOV/7", SERVICE, "GET", "/api/*"), Rule("TJ/GOV/7", SERVICE, "POST", "/api/test/*")])
    assert table.may_call(PORTAL, SERVICE, method, rest) is allowed


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ("", ""),
        ("/", "/"),
        ("/a/", "/a/"),
        ("/a/b", "/a/b"),
        ("/%D2%9B/%61%2B+", "/қ/a++"),
        ("/100%25/a:b@c", "/100%/a:b@c"),
        ("/path%3B/%3bx", "/path;/;x"),
        ("/a%3Ab", "/a:b"),
        ("/...", "/..."),
        ("/" + "x" * 300, "/" + "x" * 300),
    ],
)
def test_a_path_is_decoded_once(raw: str, decoded: str) -> None:
    assert decode_path(raw) == decoded


@pytest.mark.parametrize(
    ("base", "rest", "joined"),
    [
        ("", "", "/"),
        ("", "/", "/"),
        ("", "/a?b=/../c", "/a?b=/../c"),
        ("/", "/a", "/a"),
        ("/", "", "/"),
        ("/", "?q", "/?q"),
        ("/api", "", "/api"),
        ("/api", "/", "/api/"),
        ("/api", "/%61%2B", "/api/%61%2B"),
        ("/api/", "/a/", "/api/a/"),
        ("/api/", "", "/api/"),
        ("/api/v1", "?q=1?2", "/api/v1?q=1?2"),
    ],
)
def test_the_rest_is_put_behind_the_base_untouched(base: str, rest: str, joined: str) -> None:
    assert join_base(base, rest) == joined


def test_a_bad_base_is_our_own_fault() -> None:
    for base in ("api", "/a/../b", "/a//b", "/a;b", "/a b"):
        with pytest.raises(LocalProtocolError, match="address"):
            join_base(base, "/x")


def test_a_path_that_leaves_the_base_is_refused_even_if_decoding_grew_lenient(monkeypatch) -> None:
    monkeypatch.setattr(rights, "decode_path", posixpath.normpath)
    assert join_base("/api", "/a/../b") == "/api/a/../b"
    with pytest.raises(CallerError, match="leaves"):
        join_base("/api", "/../b")


@pytest.mark.parametrize("glob", ["/a*b", "*.json", "/a/*b/**", "*\\*", "/*\\\\"])
def test_a_glob_that_could_never_match_is_refused(glob: str) -> None:
    with pytest.raises(LocalProtocolError, match="followed by"):
        Rule("TJ/GOV/7", SERVICE, "GET", glob)


@pytest.mark.parametrize("method", ["get", "*", "", "G ET"])
def test_a_rule_for_no_method_is_refused(method: str) -> None:
    with pytest.raises(LocalProtocolError, match="method"):
        Rule("TJ/GOV/7", SERVICE, method)


def test_a_subject_that_is_no_client_and_no_group_is_refused() -> None:
    for subject in ("TJ/GOV", "TJ/GOV/7/a/b", "TJ/../7"):
        with pytest.raises(LocalProtocolError, match="no client"):
            RightsTable([Rule(subject, SERVICE)])
    with pytest.raises(LocalProtocolError, match="not defined"):
        RightsTable([Rule("registrars", SERVICE)])
    with pytest.raises(LocalProtocolError, match="no client"):
        RightsTable([], {"registrars": ["portal"]})


HOSTILE = [
    "x",
    "//",
    "//a",
    "/a//b",
    "/a//",
    "/.",
    "/..",
    "/../",
    "/a/../b",
    "/a/./b",
    "/%2e%2e/b",
    "/%2E./b",
    "/.%2e/b",
    "/a/%2e",
    "/%252e%252e/b",
    "/a%252Fb",
    "/a%2fb",
    "/a%2Fb",
    "/a%5Cb",
    "/a\\b",
    "/a%00",
    "/a%0d%0ab",
    "/a\r\nb",
    "/a;b",
    "/a;/../b",
    "/..;/b",
    "/..%3B/b",
    "/..%3bx/b",
    "/%3B../b",
    "/a%253Bb",
    "/%",
    "/%zz",
    "/%C0%AE%C0%AE/b",
    "/%FF",
    "/қ",
    "/a b",
    "/a\tb",
    '/a"b',
    "/a#b",
    "/a\x7f",
    "/%7F",
    "/%C2%85",
    "/" + "a" * 8192,
]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_path_with_two_meanings_is_refused_and_grants_nothing(path: str) -> None:
    with pytest.raises(CallerError):
        decode_path(path)
    with pytest.raises(CallerError):
        join_base("/api", path)
    everything = RightsTable([Rule("TJ/GOV/7", SERVICE)])
    assert everything.may_call(PORTAL, SERVICE, "GET", "/b")
    assert not everything.may_call(PORTAL, SERVICE, "GET", path)


def test_an_encoded_semicolon_is_data_but_opens_no_path_rule() -> None:
    by_path = RightsTable([Rule("TJ/GOV/7", SERVICE, "GET", "/open/*"), Rule("TJ/GOV/7", SERVICE, "GET", "**")])
    assert by_path.may_call(PORTAL, SERVICE, "GET", "/secret")
    assert not by_path.may_call(PORTAL, SERVICE, "GET", "/secret%3B.open")
    assert not by_path.may_call(PORTAL, SERVICE, "GET", "/open/x%3b")
    assert RightsTable([Rule("TJ/GOV/7", SERVICE)]).may_call(PORTAL, SERVICE, "GET", "/path%3B/")


def test_a_long_path_matches_no_glob_and_costs_little() -> None:
    pattern = PathPattern("**a**a**a**a**b")  # would take hours if each `**` tried what the one before left
    assert not pattern.matches("/" + "a" * (GLOB_LIMIT_CHARS - 1))
    assert PathPattern("/**").matches("/" + "a" * (GLOB_LIMIT_CHARS - 1))
    assert not PathPattern("/**").matches("/" + "a" * GLOB_LIMIT_CHARS)


@given(st.text(alphabet="a/%2e5Ff.;\\C0AE~", max_size=30).map(lambda text: "/" + text) | st.text(max_size=30))
@settings(max_examples=300)
def test_any_path_is_decoded_unambiguously_or_refused(path: str) -> None:
    try:
        decoded = decode_path(path)
    except CallerError:
        return
    assert decoded.count("/") == path.count("/")
    assert "//" not in decoded
    assert posixpath.normpath(decoded).rstrip("/") == decoded.rstrip("/") or not decoded
    assert join_base("/api", path).startswith("/api")


def _matches_slowly(glob: str, path: str) -> bool:
    """Walk a glob of `*`, `**` and letters one character at a time: the definition, without a regular expression."""
    if not glob:
        return not path
    if glob.startswith("**"):
        return any(_matches_slowly(glob.lstrip("*"), path[cut:]) for cut in range(len(path) + 1))
    if glob.startswith("*"):
        return _matches_slowly(glob[1:], path[len(path.split("/", 1)[0]) :])
    return path[:1] == glob[:1] and _matches_slowly(glob[1:], path[1:])


@given(
    st.lists(st.sampled_from(["a", "b", "/", "/*/", "/a", "**"]), max_size=6).map("".join),
    st.text(alphabet="ab/", max_size=10),
)
@settings(max_examples=300)
def test_globs_agree_with_their_definition(glob: str, path: str) -> None:
    assert PathPattern(glob).matches(path) is _matches_slowly(glob, path)
