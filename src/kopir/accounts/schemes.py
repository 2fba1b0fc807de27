"""The kinds of national identifiers of persons that this node can check: its own country's, and other packs'."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from kopir.bodies.country import Country
from kopir.bodies.identifiers import Scheme
from kopir.bodies.pack import PackError, read_pack


def get_own_country() -> Country:
    """The country of this node."""
    return read_pack(settings.KOPIR_COUNTRY).country


def find_scheme(country: str, scheme: str) -> Scheme | None:
    """The rules of a kind of identifier, None for a country without a pack or a kind that names no persons."""
    own = get_own_country()
    found = own if own.code == country else find_country(country)
    if found is None:
        return None
    return next((one for one in found.identifiers_of("person") if one.code == scheme), None)


@cache
def find_country(code: str) -> Country | None:
    """The country of an ISO 3166 code, None where no pack of it ships."""
    try:
        return read_pack(code.lower()).country if code.isalpha() and len(code) == 2 else None
    except PackError:
        return None
