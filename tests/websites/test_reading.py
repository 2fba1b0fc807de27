"""Tables of websites to be made."""

from __future__ import annotations

import pytest

from kopir.websites.reading import TableError, read_sites


def test_a_line_names_body_template_and_if_wanted_an_address(kz):
    plans = read_sites(
        [
            {"body": "ministry-of-education ", "template": "small", "address": " edu"},
            {"body": "ministry-of-finance", "template": "small", "address": None},
        ]
    )
    assert [(body.slug, address, template) for body, address, template in plans] == [
        ("ministry-of-education", "edu", "small"),
        ("ministry-of-finance", "ministry-of-finance", "small"),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"body": "ministry-of-magic", "template": "small"}, "line 3: there is no body 'ministry-of-magic'"),
        ({"body": "", "template": "small"}, "line 3: the columns"),
        ({"organ": "x"}, "line 3: the columns"),
    ],
)
def test_a_wrong_line_is_named(kz, row, words):
    with pytest.raises(TableError, match=words):
        read_sites([{"body": "ministry-of-finance", "template": "small"}, row])


def test_an_empty_table_is_refused(kz):
    with pytest.raises(TableError, match="no lines"):
        read_sites([])
