"""What stands before Django: a WSGI wrapper that answers public pages from memory. No Django, no database.

The application says in the header `Kopir-Keep` what may be kept, from what it was made, and until when; writers purge
by tags through a folder that all processes of the node share. It never keeps an answer on its own judgment, and never
one that is somebody's.

Doors: `wrap`, `prepare`, `count_threads`, `Purger`, `read_metrics`, and for what is counted `Tray`, `taking`,
`is_reader`. How it works: `docs/why/page-store.md`.
"""

from kopir.edge.metrics import read_metrics
from kopir.edge.purge import Purger
from kopir.edge.store import PageStore, prepare, wrap
from kopir.edge.tray import Note, Tray, taking
from kopir.edge.visits import LACKED, SEEN, is_reader
from kopir.edge.waiting import count_threads

__all__ = [
    "LACKED",
    "SEEN",
    "Note",
    "PageStore",
    "Purger",
    "Tray",
    "count_threads",
    "is_reader",
    "prepare",
    "read_metrics",
    "taking",
    "wrap",
]
