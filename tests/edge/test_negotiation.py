"""What clients accept and have: q-values, stars, weak tags, nonsense."""

from __future__ import annotations

import pytest

from kopir.edge.negotiation import has_version, takes_gzip


@pytest.mark.parametrize(
    ("accept", "takes"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*;q=0", False),
        ("gzip;q=0.5, identity;q=1", False),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("gzip;q=much", False),
        ("gzip;v=1", True),
        ("gzipped", False),
        (";;,,=", False),
    ],
)
def test_who_takes_gzip(accept, takes):
    assert takes_gzip(accept) is takes


@pytest.mark.parametrize(
    ("header", "has"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        (' "b" ,W/"a"', True),
        ('"b"', False),
        ("a", False),
        ('"a-gzip"', False),
        ("", False),
    ],
)
def test_who_has_a_version_already(header, has):
    assert has_version(header, '"a"') is has
