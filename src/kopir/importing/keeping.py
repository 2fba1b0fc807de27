"""Keeps the pictures and files of an old site for one import, each content once; a trial only looks into them.

What `websites.uploads` refuses is not kept, and told. Nothing is fetched: what is not in the folder is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from kopir.base.actors import Actor
from kopir.importing.files import OldFile, find_file, is_of, place_of
from kopir.importing.items import Item, Refusal
from kopir.importing.models import ImportedFile
from kopir.importing.queries import get_files
from kopir.websites.actions.media import add_file, add_picture
from kopir.websites.errors import FileRefusedError
from kopir.websites.models import SiteDocument, Website
from kopir.websites.uploads import KINDS, check_file, clean_picture, ending_of

TITLE_LETTERS: Final = 255


@dataclass
class Keeper:
    """What is kept for one website; `remarks` say what is not and why, each once however many texts name it."""

    website: Website
    folder: Path | None
    actor: Actor
    now: datetime
    is_trial: bool
    kept: int = 0
    wordless: int = 0
    remarks: list[Refusal] = field(default_factory=list)

    def keep_document(self, item: Item) -> SiteDocument | None:
        """The file of a document; None where it has none, and in a trial. Raises FileRefusedError."""
        if item.file is None:
            return None
        pk = self.keep_file(item.file, item.title)
        return None if self.is_trial else SiteDocument.objects.get(pk=pk)

    def keep_picture(self, file: OldFile, words: str) -> int:
        """The id of the picture (0 in a trial). Raises FileRefusedError."""
        return self._keep(file, "image", partial(self._add_picture, file.path, words))

    def keep_file(self, file: OldFile, title: str) -> int:
        """The id of the file (0 in a trial). Raises FileRefusedError."""
        return self._keep(file, "document", partial(self._add_file, file.path, title))

    def find_known(self, host: str, old_path: str) -> ImportedFile | None:
        """What came from this address before."""
        return self._by_place.get((host, old_path))

    def remark(self, place: str, reason: str) -> None:
        """Tell it, once."""
        if reason not in self._told:
            self._told.add(reason)
            self.remarks.append(Refusal(place, reason))

    @cached_property
    def _told(self) -> set[str]:
        return set()

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], ImportedFile]:
        return {(row.old_host, row.old_path): row for row in get_files(self.website)}

    @cached_property
    def _by_content(self) -> dict[tuple[str, str], int]:
        """By kind and digest the id."""
        found = {("image", row.digest): row.image_id for row in self._by_place.values()}
        found |= {("document", row.digest): row.document_id for row in self._by_place.values()}
        return {key: pk for key, pk in found.items() if pk is not None}

    def _add_picture(self, path: Path, words: str) -> int:
        facts = {"title": (words or path.stem)[:TITLE_LETTERS], "text": words[:TITLE_LETTERS], "name": path.name}
        with path.open("rb") as content:
            if self.is_trial:
                clean_picture(path.name, content)
                return 0
            kept = add_picture(website=self.website, **facts, content=content, actor=self.actor, now=self.now)
            return int(kept.pk)

    def _add_file(self, path: Path, title: str) -> int:
        facts = {"title": title[:TITLE_LETTERS], "name": path.name}
        with path.open("rb") as content:
            check_file(path.name, content)
            if self.is_trial:
                return 0
            kept = add_file(website=self.website, **facts, content=content, actor=self.actor, now=self.now)
            return int(kept.pk)

    def _keep(self, file: OldFile, kind: str, add: Callable[[], int]) -> int:
        pk = self._by_content.get((kind, file.digest))
        if pk is None:
            pk = self._by_content[kind, file.digest] = add()
            self.kept += 1
        if not self.is_trial:
            self._remember(file, kind, pk)
        return pk

    def _remember(self, file: OldFile, kind: str, pk: int) -> None:
        """Written at once: what an import that breaks off has kept is found by the next one."""
        key = (file.host, file.old_path)
        row = self._by_place.get(key)
        image_id, document_id = (pk, None) if kind == "image" else (None, pk)
        if row is None or (row.digest, row.image_id, row.document_id) != (file.digest, image_id, document_id):
            self._by_place[key], _is_new = ImportedFile.objects.update_or_create(
                website=self.website,
                old_host=file.host,
                old_path=file.old_path,
                defaults={"digest": file.digest, "image_id": image_id, "document_id": document_id},
            )


@dataclass
class MediaOf:
    """What stood beside the text of one item, as `markup` asks for it."""

    keeper: Keeper
    item: Item

    def find_picture(self, address: str, words: str) -> int | None:
        """The picture, from the folder or from an earlier import."""
        found = self._find(address, "image", lambda file: self.keeper.keep_picture(file, words))
        if found is not None and not words:
            self.keeper.wordless += 1
        return found

    def find_file(self, address: str) -> int | None:
        """The file to which a link leads, the same way; None for addresses of pages."""
        try:
            name = place_of(address)[1].rpartition("/")[2]
        except ValueError:
            return None
        if ending_of(name) not in KINDS:
            return None
        return self._find(address, "document", lambda file: self.keeper.keep_file(file, name))

    def _find(self, address: str, kind: str, keep: Callable[[OldFile], int]) -> int | None:
        keeper, place = self.keeper, self.item.place
        try:
            host, old_path = place_of(address)
        except ValueError:
            return None
        if not is_of(host, self.item.address):
            return None
        host = host or self.item.host
        known = keeper.find_known(host, old_path)
        before: int | None = getattr(known, f"{kind}_id", None)
        if keeper.folder is None:
            return before
        try:
            return keep(find_file(keeper.folder, host, old_path))
        except FileRefusedError as refused:
            keeper.remark(place, f"{old_path}: {refused.message()}")
        except ValueError as fault:
            if before is not None:
                return before
            keeper.remark(place, f"{old_path}: {fault}")
        return None
