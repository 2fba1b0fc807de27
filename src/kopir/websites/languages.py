"""One content in languages and scripts, as machines name them: language tags (RFC 5646) with whole addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kopir.bodies.queries import get_country


def list_alternates(by_language: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Tags and addresses of one content: each language of `by_language`, and each script that it can be read in."""
    for language in get_country().languages:
        address = by_language.get(language.code)
        if address is None:
            continue
        if not language.variants:
            yield language.code, address
            continue
        yield f"{language.code}-{language.source.code}", address
        for script in language.variants:
            yield f"{language.code}-{script.code}", in_script(address, language.code, script.code)


def in_script(address: str, language: str, script: str) -> str:
    """The address of the same page in another script of its language."""
    return address.replace(f"/{language}/", f"/{language}-{script.lower()}/", 1)
