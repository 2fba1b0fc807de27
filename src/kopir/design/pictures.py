"""Pictures that can be switched off: their markup's addresses, and the gate that answers nothing where they are off.

A stylesheet cannot stop an eager image, so ours are lazy: with `display: none` a lazy image is never requested.
Browsers make lazy images eager where JavaScript is off; there `<source media="(scripting: none)">` leads to the gate,
which looks at the cookie. So nothing is loaded in either case, the HTML is the same for all, and picture files stay
cacheable.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from django.conf import settings
from django.urls import reverse


def _roots() -> dict[str, str]:
    return {"media": settings.MEDIA_URL, "static": settings.STATIC_URL}


def get_gate_address(source: str) -> str:
    """The gate's address for a picture; raises ValueError for one that is no upload and no static file of ours."""
    for kind, root in _roots().items():
        if root and source.startswith(root) and len(source) > len(root):
            return reverse("design_files:low_vision_picture", args=[kind, unquote(source.removeprefix(root))])
    raise ValueError(f"a picture is under MEDIA_URL or STATIC_URL, not at {source!r}")


def find_picture(kind: str, path: str) -> str | None:
    """The picture's own address behind the gate, or None for a path that leaves its folder."""
    root = _roots().get(kind)
    if not root or any(part in {"", ".", ".."} for part in path.split("/")) or "\\" in path:
        return None
    return root + quote(path)
