"""Files of an old site in a folder that stands for its root: what was at /uploads/a.pdf is FOLDER/uploads/a.pdf.

None outside of the folder is read, wherever names and links lead. Whether a file may be kept is judged elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.translation import gettext as _

from kopir.websites.uploads import KINDS, PICTURES, ending_of

LIMIT_PATH: Final = 500
_NAMED: Final = re.compile(r"""\b(?:src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


@dataclass(frozen=True)
class OldFile:
    """A file with its old address: `old_path` is decoded ("/uploads/жарлық.pdf"), `host` "" where it is not known."""

    path: Path
    host: str
    old_path: str
    digest: str


def place_of(address: str) -> tuple[str, str]:
    """Host in lower case and decoded path of an address, without its query. Raises ValueError for what is none."""
    parts = urlsplit(address)
    path = "/" + unquote(parts.path).lstrip("/")
    if "\0" in path:  # neither a disk nor PostgreSQL takes it
        raise ValueError(_("“{text}” is no address.").format(text=address[:80]))
    return _host_of(address), path


def find_file(folder: Path, host: str, old_path: str) -> OldFile:
    """The file that was there. Raises ValueError that says why there is none."""
    name = old_path.lstrip("/")
    try:
        found = (folder / name).resolve()
    except (OSError, ValueError):
        found = folder.parent
    if not found.is_relative_to(folder.resolve()):
        raise ValueError(_("Its file is outside of the folder."))
    if len(old_path) > LIMIT_PATH:
        raise ValueError(_("Its old address is too long."))
    try:
        if found.is_file():
            stat = found.stat()
            return OldFile(found, host, old_path, _digest(found, stat.st_size, stat.st_mtime_ns))
    except OSError:
        pass  # a name too long for the disk, a folder or a file that may not be read
    raise ValueError(_("There is no file “{name}”.").format(name=name[:80]))


def list_named(html: str, address: str, folder: Path | None) -> list[OldFile]:
    """The pictures and files in the folder that a text names, which stood at `address`: quick, and not exact."""
    found = {}
    for match in _NAMED.finditer(html if folder is not None else ""):
        try:
            host, old_path = place_of(urljoin(address, unescape(match[1] or match[2] or match[3] or "")))
            if folder is not None and ending_of(old_path) in {*PICTURES, *KINDS} and is_of(host, address):
                found[old_path] = find_file(folder, host, old_path)
        except ValueError:
            continue  # told when it is looked for
    return [found[old_path] for old_path in sorted(found)]


def is_of(host: str, address: str) -> bool:
    """Whether a file of this host belongs to the site on which `address` is; where one is not known, it does."""
    own = _host_of(address)
    return not host or not own or host == own


def _host_of(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


@lru_cache(maxsize=4096)
def _digest(path: Path, _size: int, _changed_ns: int) -> str:
    """Of what the file holds; a picture that a thousand texts show is read once."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
