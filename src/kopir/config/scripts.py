"""Middleware: `/kk-latn/…` and `/uz-cyrl/…` are the pages of `/kk/…` and `/uz/…` in the language's other script.

The script is taken off the address before anything else reads it, and the answer is converted: its text, its language
tags, and its links, so that a reader stays in the script. Links that say which language they lead to are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from kopir.bodies.country import Script
from kopir.bodies.queries import get_country
from kopir.design.page import Choice
from kopir.script import find_rules
from kopir.script.converter import UnknownScriptError
from kopir.websites.dictionary import get_converter
from kopir.websites.rules import may_be_address

_SEGMENT: Final = re.compile(r"/([a-z]{2,3})-([a-z]{4})(?=/|$)")
_TAG: Final = re.compile(r"<(?:a|form|area|button|input)\b[^>]*>")


class ScriptVariant:
    """Sets `request.script` to the code of the script ("Latn"), and converts the answer into it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match = _SEGMENT.match(request.path_info)
        variant = find_variant(match[1], match[2]) if match else None
        if match is None or variant is None:
            return self._get_response(request)
        language = match[1]
        request.path_info = f"/{language}{request.path_info[match.end() :]}"
        request.path = f"/{language}{request.path[match.end() :]}"
        request.script = variant.code  # type: ignore[attr-defined]
        response = self._get_response(request)
        _lead_on(response, language, variant.code)
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        page = rewrite_links(response.content.decode(), language, variant.code)
        converter = get_converter(language, variant.code, _slug_of(request))
        response.content = converter.convert_html(page).encode()
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
        return response


def find_variant(language: str, script: str) -> Script | None:
    """The script of a language of this country that its texts are converted to; `script` in any case."""
    for known in get_country().languages:
        if known.code == language:
            for variant in known.variants:
                if variant.code.lower() == script.lower() and _has_rules(language, variant.code):
                    return variant
    return None


def _has_rules(language: str, script: str) -> bool:
    try:
        find_rules(language, script)
    except UnknownScriptError:
        return False
    return True


def _slug_of(request: HttpRequest) -> str:
    """The first segment of the website whose page this may be; its words go before those of the platform."""
    website = getattr(request, "website", None)
    if website is not None:
        return str(website.slug)
    segments = request.path_info.split("/", 3)
    return segments[2] if len(segments) > 3 and may_be_address(segments[2]) else ""


def rewrite_links(page: str, language: str, script: str) -> str:
    """Let links and forms lead to pages in the same script."""
    prefix, variant = f'="/{language}/', f'="/{language}-{script.lower()}/'

    def rewrite(match: re.Match[str]) -> str:
        tag = match[0]
        return tag if "hreflang=" in tag else tag.replace(prefix, variant)

    return _TAG.sub(rewrite, page)


def _lead_on(response: HttpResponse, language: str, script: str) -> None:
    location = response.headers.get("Location", "")
    if location.startswith(f"/{language}/"):
        response.headers["Location"] = f"/{language}-{script.lower()}{location[len(language) + 1 :]}"


def list_scripts(request: HttpRequest, language: str) -> list[Choice]:
    """This page in each script of its language, for the switch; none where the language has one script."""
    known = next((known for known in get_country().languages if known.code == language), None)
    if known is None or not any(_has_rules(language, variant.code) for variant in known.variants):
        return []
    current = getattr(request, "script", known.source.code)
    path = request.get_full_path()
    rest = path[len(language) + 1 :] if path.startswith(f"/{language}/") else "/"
    return [
        Choice(
            f"{language}-{script.code}",
            script.name,
            f"/{language}{rest}" if script == known.source else f"/{language}-{script.code.lower()}{rest}",
            is_current=script.code == current,
        )
        for script in known.scripts
    ]
