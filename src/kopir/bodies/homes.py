"""Where a body has its website on this portal. Rooms above know; this room leads there and knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kopir.base.registry import Registry
from kopir.bodies.models import Body

Source = Callable[[Body, str], str]
"""Takes the body and the language; the address of its website there, or "" where it has none."""

HOMES: Final = Registry[Source]("source of websites of bodies")


def find_home(body: Body, language: str) -> str:
    """The address of the body's website in this language; "" where nobody knows one."""
    return next(filter(None, (source(body, language) for _name, source in HOMES)), "")
