"""One form for each address: two ways to write a page meet, two pages never do."""

from __future__ import annotations

import pytest

from kopir.edge.addresses import (
    HOST_CHARACTERS,
    PATH_CHARACTERS,
    QUERY_CHARACTERS,
    find_cookie,
    get_name,
    get_scheme,
    is_plain,
    make_place,
    normalize_host,
    normalize_query,
)


def _environ(host: str, path: str = "/") -> dict[str, str]:
    return {"HTTP_HOST": host, "PATH_INFO": path, "wsgi.url_scheme": "http"}


def test_a_place_is_scheme_host_and_path():
    assert make_place(_environ("A.example.:80", "/kk/"), get_scheme, ()) == ("http", "a.example", "/kk/")
    assert make_place(_environ("a.example", "//kk/"), get_scheme, ()) is None
    assert make_place(_environ("a/b", "/kk/"), get_scheme, ()) is None
    assert make_place({"PATH_INFO": "/", "wsgi.url_scheme": "http"}, get_scheme, ()) is None


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("a.example", "a.example"),
        ("A.EXAMPLE", "a.example"),
        ("a.example.", "a.example"),
        ("a.example:80", "a.example"),
        ("a.example.:80", "a.example"),
        ("a.example:8000", "a.example:8000"),
        ("[::1]", "[::1]"),
        ("[::1]:8000", "[::1]:8000"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_ways_to_write_a_host(written, host):
    assert normalize_host(written, "http", {"8000"}) == host


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "a..example",
        "a.example..",
        ".example",
        "a.example:8001",
        "a.example:443",
        "a.example:",
        "a.example:x",
        "a.example:800000",
        "a.example/b",
        "a.example,b.example",
        "a@b.example",
        "a.example\n",
        "::1",
        "[::1",
        "ä.example",
        "a" * (HOST_CHARACTERS + 1),
    ],
)
def test_what_is_no_host_of_ours_has_no_page(written):
    assert normalize_host(written, "http", {"8000"}) is None


def test_the_name_of_a_host_is_without_its_port():
    assert [get_name(host) for host in ("a.example", "a.example:8000", "[::1]:8000", "?")] == [
        "a.example",
        "a.example",
        "[::1]",
        "",
    ]


@pytest.mark.parametrize("path", ["/", "/kk/", "/kk/жаңалық", "/a b/c.d/..e/f..", "/" + "a" * (PATH_CHARACTERS - 1)])
def test_paths_as_links_write_them(path):
    assert is_plain(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "kk",
        "//",
        "/kk//",
        "/kk/./a",
        "/kk/../a",
        "/..",
        "/kk/.",
        "/kk\\a",
        "/kk\x00",
        "/kk\n",
        "/" + "a" * PATH_CHARACTERS,
    ],
)
def test_paths_that_no_link_has(path):
    assert not is_plain(path)


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("", ""),
        ("utm_source=x", ""),
        ("page=2", "page=2"),
        ("page=2&utm=1", "page=2"),
        ("q=b&page=2", "page=2&q=b"),
        ("p%61ge=2", "page=2"),
        ("q=a+b", "q=a+b"),
        ("q=a%20b", "q=a+b"),
        ("q=%D2%9B", "q=%D2%9B"),
        ("q=%d2%9b", "q=%D2%9B"),
        ("page", "page="),
        ("q=2&q=1", "q=2&q=1"),
        ("PAGE=2", ""),
        ("page=2;q=1", "page=2%3Bq%3D1"),
        ("page=1&page=2", "page=1&page=2"),
    ],
)
def test_only_parameters_that_matter_in_one_order(query, normal):
    assert normalize_query(query, ("page", "q")) == normal


def test_nothing_matters_where_no_parameter_does():
    assert normalize_query("a=1&" * QUERY_CHARACTERS, ()) == ""


@pytest.mark.parametrize("query", ["q=қ", "page=" + "2" * QUERY_CHARACTERS])
def test_a_query_that_cannot_be_read_safely(query):
    assert normalize_query(query, ("page", "q")) is None


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("kopir-staff=1", "1"),
        ("a=1; kopir-staff=b=2 ; kopir-staff=3", "b=2"),
        ("a=1;kopir-staff=", ""),
        ("kopir-staff", ""),
        ("kopir-staff2=1", None),
        ("x-kopir-staff=1", None),
        ("a=kopir-staff", None),
        ("", None),
    ],
)
def test_a_cookie_is_found_by_its_whole_name(header, value):
    assert find_cookie(header, "kopir-staff") == value
