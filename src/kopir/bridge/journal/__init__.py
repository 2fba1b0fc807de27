"""The journal: one RFC 9162 tree over all that this node exchanged, in append-only segments, committed in groups.

Words: an *entry* is a leaf of the tree; a *group* is what one write and one fdatasync make durable; a *segment* is a
file of 2^k entries; to *retire* a full segment is to remove its entries and keep the root of its subtree. Doors:
`Journal` for the node, `verify` for an inspector. It never repairs silently and never retries a failed write.
"""

from kopir.bridge.journal.commit import Group, Ticket
from kopir.bridge.journal.copying import JournalCopy, copy_journal
from kopir.bridge.journal.errors import JournalDamagedError, JournalFailedError, JournalGapError, JournalLockedError
from kopir.bridge.journal.index import IndexKey
from kopir.bridge.journal.journal import Journal, JournalView
from kopir.bridge.journal.reader import Found, JournalReader
from kopir.bridge.journal.verify import Report, verify

__all__ = [
    "Found",
    "Group",
    "IndexKey",
    "Journal",
    "JournalCopy",
    "JournalDamagedError",
    "JournalFailedError",
    "JournalGapError",
    "JournalLockedError",
    "JournalReader",
    "JournalView",
    "Report",
    "Ticket",
    "copy_journal",
    "verify",
]
