"""Tags: the names of what pages show, and how they travel to the page store. Pure.

A tag is "app.model:what": `bodies.body:5` is an object, `bodies.body:5:brief` a facet of it, `bodies.body:central` a
listing. What stands before the first colon is its prefix, the key of `tables`. To the page store a tag is eleven
characters, the same on both sides; what it stands for is known here alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

ALL: Final = "all"
"""Touched, it purges every page; none carries it."""
LIMIT_GROUP: Final = 200
"""So many tags of one group a page may carry; more become one that stands for the whole group."""
DIGEST_BYTES: Final = 8  # among ten million tags one pair in 370,000 tries meets, and then one page too many is purged


def prefix_of(tag: str) -> str:
    """What the tag is about: "bodies.body"."""
    return tag.partition(":")[0]


def table_tag(table: str) -> str:
    """The tag of every page that read this table of the database."""
    return f"table:{table}"


def group_tag(tag: str) -> str:
    """The tag that a page carries in the place of very many like this one: "bodies.body:*" for "bodies.body:5"."""
    return f"{tag.rpartition(':')[0]}:*"


@lru_cache(maxsize=65_536)
def shorten(tag: str) -> str:
    """The tag as the page store knows it."""
    digest = hashlib.blake2b(tag.encode(), digest_size=DIGEST_BYTES).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def for_page(tags: Iterable[str], tables: Iterable[str]) -> list[str]:
    """What a page is kept under: its tags, large groups as one, and the tables that it read."""
    groups: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        groups[group_tag(tag)].append(tag)
    named = {*map(table_tag, tables)}
    for group, members in groups.items():
        named.update(members if len(members) <= LIMIT_GROUP else [group])
    return sorted(map(shorten, named))


def for_purge(tags: Iterable[str]) -> list[str]:
    """What is purged for these tags: they, and the groups in which large pages hold them."""
    named = set(tags)
    return sorted(map(shorten, named | {group_tag(tag) for tag in named if ":" in tag}))
