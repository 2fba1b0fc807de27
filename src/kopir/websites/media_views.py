"""Pictures and files of websites, on every host: what a shown page uses for everybody, the rest for its editors alone.

A file is never kept for long without asking: what is unpublished is gone within a minute, wherever it was kept.
"""

from __future__ import annotations

import re
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from kopir.base.access import everyone
from kopir.base.actors import ANONYMOUS
from kopir.websites.media_queries import Media, find_media
from kopir.websites.uploads import KINDS, ending_of

PICTURE_TYPES: Final = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
PUBLIC: Final = "public, max-age=60, must-revalidate"
PRIVATE: Final = "private, no-store"
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A file that is opened runs nothing and asks for nothing; the style is that of the browser's own viewer."""
RANGE_BYTES: Final = 4 * 2**20
"""The most of a film that is given at once; a browser asks for the next part by itself."""
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_COMPRESSED: Final = frozenset({"mp4", "pdf", "docx", "xlsx", "odt", "ods", *PICTURE_TYPES})


@everyone
@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture or file by the name under which it is kept; 404 for what this reader may not know of."""
    found = find_media(name, getattr(request, "actor", ANONYMOUS))
    ending = ending_of(name)
    is_picture = name.startswith("pictures/")
    if found is None or ending not in (PICTURE_TYPES if is_picture else KINDS):
        raise Http404
    if ending in _COMPRESSED:
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # the middleware that compresses looks at it on the way out
    etag = f'"{name.rpartition("/")[2].partition(".")[0]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag) if found.is_public else None
    if response is None:
        content_type = PICTURE_TYPES[ending] if is_picture else KINDS[ending].content_type
        response = _answer(request, found, ending, content_type)
    response["ETag"] = etag
    response["Cache-Control"] = PUBLIC if found.is_public else PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def _answer(request: HttpRequest, found: Media, ending: str, content_type: str) -> HttpResponseBase:
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    if ending == "mp4":
        size = found.file.size
        match = _RANGE.fullmatch(request.headers.get("Range", ""))
        if match and int(match[1]) < size:
            start = int(match[1])
            end = min(int(match[2]) if match[2] else size - 1, size - 1, start + RANGE_BYTES - 1)
            if start <= end:
                file.seek(start)
                with file:
                    part = HttpResponse(file.read(end - start + 1), status=206, content_type=content_type)
                part["Content-Range"] = f"bytes {start}-{end}/{size}"
                part["Accept-Ranges"] = "bytes"
                return part
    response = FileResponse(
        file,
        content_type=content_type,
        as_attachment=bool(found.title) and ending != "pdf",
        filename=f"{get_valid_filename(found.title[:120] or 'file')}.{ending}" if found.title else "",
    )
    if ending == "mp4":
        response["Accept-Ranges"] = "bytes"
    return response
