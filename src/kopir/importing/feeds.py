"""Reads RSS 2.0 and Atom (RFC 4287). A document type, and with it every entity, is refused."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from kopir.importing.errors import SourceFileError
from kopir.importing.records import Record

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"


def read_feed(content: bytes) -> Iterator[Record]:
    """The records of a feed. Raises SourceFileError."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        reason = _("It declares a document type or entities, which are not read. Take them out.")
        raise SourceFileError(reason=reason) from None
    except (ParseError, ValueError, LookupError) as error:  # the last two: an encoding that is none
        raise SourceFileError(reason=_("It is no XML: {fault}").format(fault=error)) from None
    read, entries = (_atom, root.iter(f"{_ATOM}entry")) if root.tag == f"{_ATOM}feed" else (_rss, root.iter("item"))
    for number, entry in enumerate(entries, 1):
        fields = read(entry)
        yield Record(f"item {number}", {name: value for name, value in fields.items() if value})


def _rss(item: Element) -> dict[str, str]:
    summary, body = _text(item, "description"), _text(item, _CONTENT)
    address = _text(item, "link")
    return {
        "key": _text(item, "guid") or address,
        "title": _text(item, "title"),
        "date": _text(item, "pubDate"),
        "summary": summary if body else "",
        "body": body or summary,
        "address": address,
    }


def _atom(entry: Element) -> dict[str, str]:
    summary, body = _text(entry, f"{_ATOM}summary"), _content(entry)
    links = {link.get("rel", "alternate"): link.get("href", "") for link in entry.iter(f"{_ATOM}link")}
    return {
        "key": _text(entry, f"{_ATOM}id"),
        "title": _text(entry, f"{_ATOM}title"),
        "date": _text(entry, f"{_ATOM}published") or _text(entry, f"{_ATOM}updated"),
        "summary": summary if body else "",
        "body": body or summary,
        "address": links.get("alternate", ""),
    }


def _content(entry: Element) -> str:
    """The HTML of an entry, written as text or as elements of XHTML; their names lose the name space."""
    found = entry.find(f"{_ATOM}content")
    if found is None:
        return ""
    if found.get("type") != "xhtml":
        return (found.text or "").strip()
    return "".join(_html(child) for child in found)


def _html(element: Element) -> str:
    """An element as HTML, by hand: the serializer would write prefixes. It is cleaned like all HTML later."""
    name = element.tag.rpartition("}")[2]
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items() if "}" not in key)
    inner = escape(element.text or "") + "".join(_html(child) + escape(child.tail or "") for child in element)
    return f"<{name}{attributes}>{inner}</{name}>"


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
