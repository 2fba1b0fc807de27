"""Whether the record is as it was sealed. Names the first bad row; reads only.

Every row is held against its link, every link against the one before, the heads against those of the bridge's journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kopir.wire.evidence import AuditHead

from .models import Link, Row, Waiting
from .rules import GENESIS, next_head, row_hash

CHUNK: Final = 1000


class Kind(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    HEAD = "head"


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong: at which position of the chain, with which row, as far as that can be said."""

    kind: Kind
    what: str
    position: int | None = None
    row_id: int | None = None


@dataclass(frozen=True)
class Report:
    """What was found. `size` rows hold, up to `head`; `waiting` rows are not yet sealed.

    `journaled` is the size of the newest head of the journal that was reached and agrees.
    """

    size: int
    head: bytes
    waiting: int
    journaled: int
    fault: Fault | None

    @property
    def ok(self) -> bool:
        """Whether everything is as it was sealed."""
        return self.fault is None


def verify(heads: Sequence[AuditHead] = ()) -> Report:
    """Check the whole record, against the heads that a journal holds if they are given."""
    waiting = Waiting.objects.count()
    walk = _Walk(heads)
    fault = walk.run() or walk.find_lost() or _find_unlinked()
    return Report(walk.size, walk.head, waiting, walk.journaled, fault)


class _Walk:
    """One walk along the chain, up to the first fault."""

    def __init__(self, heads: Sequence[AuditHead]) -> None:
        self.size, self.head, self.journaled = 0, GENESIS, 0
        self._heads: dict[int, bytes] = {}
        self._contradiction: int | None = None
        for one in heads:
            if self._heads.setdefault(one.size, one.head) != one.head and self._contradiction is None:
                self._contradiction = one.size

    def run(self) -> Fault | None:
        """Go on while all holds."""
        if self._contradiction is not None:
            what = f"the journal holds two different heads for the first {self._contradiction} rows"
            return Fault(Kind.HEAD, what, self._contradiction)
        for link, row in _pairs():
            fault = self._check(link, row)
            if fault is not None:
                return fault
            self.size, self.head = link.position, bytes(link.head)
            if self.size in self._heads:
                self.journaled = self.size
        return None

    def find_lost(self) -> Fault | None:
        """Rows at the end that the journal knows and the chain has not."""
        newest = max(self._heads, default=0)
        if newest <= self.size:
            return None
        what = f"the journal knows of {newest} rows, the chain has {self.size}: those after row {self.size} are gone"
        return Fault(Kind.MISSING, what, self.size + 1)

    def _check(self, link: Link, row: Row | None) -> Fault | None:
        position, row_id = self.size + 1, link.row_id
        if link.position != position:
            what = f"the chain has no position {position}: a row was taken out of it"
            return Fault(Kind.MISSING, what, position)
        if row is None:
            return Fault(Kind.MISSING, f"row {row_id} is in the chain and not in the record", position, row_id)
        if row_hash(row.facts()) != bytes(link.row_hash):
            return Fault(Kind.CHANGED, f"row {row_id} is not as it was sealed", position, row_id)
        if next_head(self.head, bytes(link.row_hash)) != bytes(link.head):
            what = f"row {row_id} does not follow on the row before it: rows changed places, or the link was changed"
            return Fault(Kind.REORDERED, what, position, row_id)
        if self._heads.get(position, bytes(link.head)) != bytes(link.head):
            before = self.journaled
            what = f"the journal has another head for the first {position} rows; after row {before} it was rewritten"
            return Fault(Kind.HEAD, what, position, row_id)
        return None


def _pairs() -> Iterator[tuple[Link, Row | None]]:
    """The links in their order, each with its row."""
    after = -1
    while True:
        links = list(Link.objects.filter(position__gt=after).order_by("position")[:CHUNK])
        if not links:
            return
        rows = Row.objects.in_bulk([link.row_id for link in links])
        for link in links:
            yield link, rows.get(link.row_id)
        after = links[-1].position


def _find_unlinked() -> Fault | None:
    """A row that came in beside `record`, or one that waits and is gone."""
    known = Row.objects.exclude(pk__in=Link.objects.values("row_id")).exclude(pk__in=Waiting.objects.values("row_id"))
    row_id = known.order_by("pk").values_list("pk", flat=True).first()
    if row_id is not None:
        return Fault(Kind.INSERTED, f"row {row_id} was put in without being recorded", None, row_id)
    gone = Waiting.objects.exclude(row_id__in=Row.objects.values("pk")).order_by("row_id").first()
    if gone is not None:
        return Fault(Kind.MISSING, f"row {gone.row_id} was recorded and is gone", None, gone.row_id)
    return None
