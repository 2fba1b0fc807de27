"""What a body's fields may hold, by the country's pack. Whatever is wrong is told with field, reason and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kopir.bodies.errors import UnfitFieldError, WrongNumberError
from kopir.bodies.identifiers import Fault, Scheme, normalize
from kopir.bodies.models import Worded
from kopir.bodies.pack_parts import SLUG
from kopir.bodies.pack_reading import is_time
from kopir.bodies.queries import get_country
from kopir.bodies.rules import missing_languages

CLOSED_PARENT = _("The body above is closed. Open that one first, or choose another one.")
TOO_DEEP = _("Too many bodies stand above one another. Choose one that is higher up.")
LIMIT_TEXT = 1000
TEXTS = ("names", "short_names", "head", "duties", "postal_address")
"""The fields that hold a text for each language."""


def check_fields(fields: Mapping[str, Any], kind: str = "") -> dict[str, Any]:
    """The fields of a body, cleaned. Raises UnfitFieldError or WrongNumberError for the first that is wrong."""
    cleaned = dict(fields)
    for name, value in fields.items():
        if name in TEXTS:
            cleaned[name] = _check_texts(name, value)
        elif name in _CHECKS:
            cleaned[name] = _CHECKS[name](value)
    if not (kind or cleaned.get("kind")):
        _check_kind("")
    return cleaned


def _check_texts(name: str, value: object) -> dict[str, str]:
    languages = get_country().language_codes
    if not isinstance(value, Mapping) or set(value) - set(languages):
        raise UnfitFieldError(field=name, reason=_("Write the text in the languages of the portal only."))
    texts = {code: " ".join(str(value[code]).split()) for code in languages if str(value.get(code, "")).strip()}
    if any(len(text) > LIMIT_TEXT for text in texts.values()):
        raise UnfitFieldError(field=name, reason=_("The text is too long. Keep it under 1,000 characters."))
    missing = missing_languages(texts, languages)
    if missing and (texts or name == "names"):
        names = ", ".join(language.name for language in get_country().languages if language.code in missing)
        reason = _("Write it in every language of the portal. Missing: {names}.")
        raise UnfitFieldError(field=name, reason=str(reason).format(names=names))
    return texts


def _check_slug(value: str) -> str:
    if not re.fullmatch(SLUG, value, re.ASCII):
        raise UnfitFieldError(
            field="slug", reason=_("Write the address in small Latin letters, digits and hyphens: ministry-of-health.")
        )
    return value


def _check_kind(value: str) -> str:
    if value not in get_country().kinds:
        raise UnfitFieldError(field="kind", reason=_("Choose what kind of body it is."))
    return value


def _check_code(value: str) -> str:
    """The number of a body, valid by one of the country's schemes; empty for none."""
    number, schemes = normalize(value), get_country().identifiers_of("body")
    if not number or any(scheme.fault_of(number) is None for scheme in schemes):
        return number
    if not schemes:
        raise UnfitFieldError(field="code", reason=_("Bodies of this country have no numbers. Leave the field empty."))
    raise wrong_number(number, schemes[0])


def wrong_number(number: str, scheme: Scheme) -> WrongNumberError:
    """The error for a number that is none of `scheme`."""
    fault = scheme.fault_of(number) or Fault.PATTERN
    reason = str(_FAULTS[fault])
    if fault is Fault.LENGTH:
        reason = ngettext("it has {count} digit.", "it has {count} digits.", scheme.length).format(count=scheme.length)
    return WrongNumberError(value=number, scheme=_scheme_name(scheme), reason=reason, field="code")


def _scheme_name(scheme: Scheme) -> str:

    return str(Worded.of(scheme.names))


_FAULTS: Mapping[Fault, str | Promise] = MappingProxyType(
    {
        Fault.CHARACTERS: _("write it with digits only."),
        Fault.LENGTH: "",
        Fault.PATTERN: _("it is built in another way. Compare it with the certificate."),
        Fault.CHECK_DIGIT: _("its last digit does not fit the others. Look for a wrong digit."),
    }
)


def _check_hours(value: object) -> list[dict[str, Any]]:
    """The hours as `country.Hours.as_json` makes them."""
    if not isinstance(value, list) or not all(_are_hours(line) for line in value):
        raise UnfitFieldError(
            field="hours",
            reason=_("Write the hours as 09:00 and 18:00, the end later than the start, and choose days."),
        )
    return value


def _are_hours(line: object) -> bool:
    if not isinstance(line, dict) or set(line) - {"days", "opens", "closes", "pause"}:
        return False
    days, pause = line.get("days"), line.get("pause", [])
    times = [line.get("opens"), *(pause if isinstance(pause, list) else [None]), line.get("closes")]
    has_days = isinstance(days, list) and bool(days) and all(type(day) is int and 1 <= day <= 7 for day in days)
    return has_days and len(times) in (2, 4) and all(map(is_time, times)) and times == sorted(set(times))


def _check_phone(value: str) -> str:
    if value and not re.fullmatch(r"\+?[0-9][0-9 ()\-]{2,24}", value, re.ASCII):
        raise UnfitFieldError(field="phone", reason=_("Write the telephone number with digits, as +7 7172 000000."))
    return value


def _check_site(value: str) -> str:
    if value and not value.startswith("https://"):
        raise UnfitFieldError(field="site", reason=_("Write the address of the website with https:// before it."))
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "slug": _check_slug,
        "kind": _check_kind,
        "code": _check_code,
        "hours": _check_hours,
        "phone": _check_phone,
        "site": _check_site,
    }
)
