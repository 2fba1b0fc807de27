"""The index on the disk of this machine: its folder, its fields, who may write, how readers follow.

    search/current       the name of the folder that is read; replaced in one step
    search/lock          held by whoever writes into that
    search/building      held by whoever builds another one beside it
    search/1-8f3a…/      an index; the number before the hyphen is `FORMAT`

Each machine has an index of its own, filled from the one database. In each stands, committed with the documents, its
`Mark`: which rows of the outbox it has taken. So a process that dies at any point neither loses a row nor takes one
twice. Times and names come from callers; nothing here asks the database.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tantivy

from kopir.search.registry import Document
from kopir.search.words import cut_text, list_words

FORMAT: Final = 2
"""Raised with every change of fields, words or pieces: an index of another format is built anew."""
LIMIT_TEXT: Final = 100_000
"""Characters of a document that are kept and searched."""
LIMIT_STORED_FACETS: Final = 50
HEAP_BYTES: Final = 32 * 2**20
SEPARATOR: Final = "\x1f"
PANIC: Final = "PanicException"
"""What a fault inside the engine is called; it is no Exception, and its class is nowhere to import from."""
_MARK: Final = "#mark"
_LOCK, _BUILDING, _CURRENT = "lock", "building", "current"


class BrokenIndexError(Exception):
    """The index cannot be read or written; it is to be built anew."""


class MissingIndexError(BrokenIndexError):
    """There is no index yet, or one of another release."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an index has taken: everything up to the batch `number` of the outbox that is called `outbox`."""

    outbox: str
    number: int


def build_schema() -> tantivy.Schema:
    """The fields. Pieces are cut by `words`, so tantivy divides at spaces alone."""
    builder = tantivy.SchemaBuilder()
    for name in ("object", "language", "kind", "facet"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "pieces"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="position")
    for name in ("site", "day", "year"):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def fill_document(source: str, document: Document) -> tantivy.Document:
    """A document of ours as one of tantivy."""
    text = document.text[:LIMIT_TEXT]
    whole = f"{document.title}\n{document.summary}\n{text}"
    made = tantivy.Document()
    made.add_text("object", f"{source}:{document.key}")
    made.add_text("language", document.language)
    made.add_text("kind", document.kind)
    made.add_text("title", " ".join(name_pieces(document.language, cut_text(document.title))))
    made.add_text("pieces", " ".join(name_pieces(document.language, cut_text(whole))))
    made.add_text("words", " ".join(list_words(whole)))
    for name, values in document.facets.items():
        for value in values[:LIMIT_STORED_FACETS]:
            made.add_text("facet", f"{name}{SEPARATOR}{value}")
    if document.site is not None:
        made.add_integer("site", document.site)
    if document.date is not None:
        made.add_integer("day", document.date.toordinal())
        made.add_integer("year", document.date.year)
    stored = {
        "source": source,
        "key": document.key,
        "language": document.language,
        "kind": document.kind,
        "site": document.site,
        "title": document.title,
        "summary": document.summary,
        "text": text,
        "address": document.address,
        "date": document.date and document.date.isoformat(),
    }
    made.add_bytes("stored", json.dumps(stored, ensure_ascii=False).encode("utf-8", "replace"))
    return made


def name_pieces(language: str, pieces: Iterable[str]) -> Iterator[str]:
    """Pieces as the index knows them: those of each language apart, so that a query walks no other's documents."""
    return (f"{language}:{piece}" for piece in pieces)


def read_stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Mapping[str, Any]:
    """What was kept of a document."""
    kept: Mapping[str, Any] = json.loads(bytes(searcher.doc(address).get_first("stored") or b"{}"))
    return kept


class Writer:
    """Changes an index; `commit` puts what was changed and the mark on disk in one step."""

    def __init__(self, index: tantivy.Index) -> None:
        self._writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)

    def replace(self, source: str, key: str, documents: list[Document]) -> None:
        """Let the object have these documents and no others."""
        self._writer.delete_documents_by_term("object", f"{source}:{key}")
        self.add(source, documents)

    def add(self, source: str, documents: list[Document]) -> None:
        """Add documents of objects that the index does not have."""
        for document in documents:
            self._writer.add_document(fill_document(source, document))

    def commit(self, mark: Mark) -> None:
        """Make it last, and found."""
        self._writer.delete_documents_by_term("object", _MARK)
        row = tantivy.Document()
        row.add_text("object", _MARK)
        row.add_bytes("stored", json.dumps({"outbox": mark.outbox, "number": mark.number}).encode())
        self._writer.add_document(row)
        self._writer.commit()

    def close(self) -> None:
        """Let merges end, and the next writer begin; what was not committed is gone."""
        self._writer.rollback()
        self._writer.wait_merging_threads()


def make_index(folder: Path, name: str) -> Path:
    """An empty index beside the one that is read."""
    path = folder / f"{FORMAT}-{name}"
    path.mkdir(parents=True)
    tantivy.Index(build_schema(), path=str(path), reuse=False)
    return path


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write into the index at `path`; the caller holds its lock. Raises BrokenIndexError."""
    try:
        writer = Writer(tantivy.Index.open(str(path)))
    except (ValueError, OSError) as error:
        raise BrokenIndexError(str(error)) from error
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def holding(folder: Path, *, is_building: bool = False) -> Iterator[bool]:
    """Whether this process may write now (or build): of all on this machine one may, and the others do not wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / (_BUILDING if is_building else _LOCK)).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def find_current(folder: Path) -> Path | None:
    """The index that is read; None where there is none, or one of another format."""
    try:
        name = (folder / _CURRENT).read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    path = folder / name
    return path if name.startswith(f"{FORMAT}-") and path.is_dir() else None


def switch(folder: Path, path: Path) -> None:
    """Let everybody read the index at `path` from now on, and remove all others."""
    new = folder / f"{_CURRENT}.new"
    new.write_text(path.name, "ascii")
    new.replace(folder / _CURRENT)
    remove_others(folder, path)


def remove_others(folder: Path, keep: Path | None) -> None:
    """Remove every index but one: what an older release or an unfinished build has left."""
    for each in folder.iterdir():
        if each.is_dir() and each != keep:
            shutil.rmtree(each, ignore_errors=True)


class Reader:
    """Reads the current index of a folder, and follows it when it is written or another one takes its place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._seen: tuple[int, int] | None = None
        self._index: tantivy.Index | None = None

    def get_searcher(self) -> tuple[tantivy.Schema, tantivy.Searcher]:
        """The newest state. Raises MissingIndexError and BrokenIndexError."""
        with self._lock:
            try:
                index = self._follow()
            except (ValueError, OSError):
                try:  # another index may have taken its place between two steps
                    self._index = None
                    index = self._follow()
                except (ValueError, OSError) as error:
                    self._index = None
                    raise BrokenIndexError(str(error)) from error
            return index.schema, index.searcher()

    def _follow(self) -> tantivy.Index:
        path = find_current(self._folder)
        if path is None:
            self._index = None
            raise MissingIndexError(f"there is no index of format {FORMAT} in {self._folder}")
        status = (path / "meta.json").stat()
        seen = (status.st_ino, status.st_mtime_ns)
        if self._index is None or path != self._path:
            self._index = tantivy.Index.open(str(path))
            self._index.config_reader("manual")
        elif seen != self._seen:
            self._index.reload()
        self._path, self._seen = path, seen
        return self._index


_readers: dict[Path, Reader] = {}


def get_reader(folder: Path) -> Reader:
    """The reader of a folder, one for all threads of this process."""
    return _readers.setdefault(folder, Reader(folder))


def read_mark(schema: tantivy.Schema, searcher: tantivy.Searcher) -> Mark | None:
    """What the index has taken; None before its first commit."""
    found = searcher.search(tantivy.Query.term_query(schema, "object", _MARK), limit=1, count=False).hits
    if not found:
        return None
    kept = read_stored(searcher, found[0][1])
    return Mark(str(kept["outbox"]), int(kept["number"]))


def find_mark(folder: Path) -> Mark | None:
    """What the current index of a folder has taken. Raises MissingIndexError and BrokenIndexError."""
    try:
        return read_mark(*get_reader(folder).get_searcher())
    except (ValueError, OSError) as error:
        raise BrokenIndexError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise BrokenIndexError(str(error)) from error
