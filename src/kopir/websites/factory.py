"""Makes many pages at once: whole trees by a few statements for each table, where Wagtail would save page by page.

A page of Wagtail is a row in each of three tables here; Django inserts such rows one by one only. This writes the
rows table by table, with paths, numbers of children and everything that `Page.save` would have set.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.html import escape
from wagtail.models import Collection, Page
from wagtail.search.backends import get_search_backend

from kopir.websites.models import (
    ContactsPage,
    HomePage,
    LanguageRoot,
    PersonPage,
    SectionPage,
    SitePage,
    Website,
)
from kopir.websites.packs import BlockPlan, PagePlan, SiteTemplate

BATCH: Final = 500
TYPES: Final[Mapping[str, type[SitePage]]] = {
    "home": HomePage,
    "section": SectionPage,
    "contacts": ContactsPage,
    "person": PersonPage,
}
_NAMES: Final = uuid.UUID("5b0f2c5e-6c0e-4a55-9c5f-0f6f5c4f7a10")


@dataclass
class Planned:
    """One page to be made: its type, what stands above it, and its fields."""

    model: type[SitePage]
    slug: str
    above: Planned | Page
    website: Website
    locale_id: int
    fields: dict[str, Any]
    translation_key: uuid.UUID
    page: Page = field(init=False)


def plan_site(
    website: Website, template: SiteTemplate, roots: Mapping[str, LanguageRoot], titles: Mapping[str, str]
) -> list[Planned]:
    """The pages of a new site, each behind the one above it; `titles` are the names of its body by language."""
    planned = []
    for language, root in roots.items():
        placed: dict[str, Planned] = {}
        for plan in template.pages:
            is_home = plan.kind == "home"
            page = Planned(
                model=TYPES[plan.kind],
                slug=website.slug if is_home else plan.slug,
                above=root if is_home else placed[plan.parent],
                website=website,
                locale_id=root.locale_id,
                fields=fields_of(template, plan, language, titles if is_home else plan.titles),
                translation_key=content_key(website.pk, plan.key),
            )
            placed[plan.path] = page
            planned.append(page)
    return planned


def content_key(website_id: int, key: str) -> uuid.UUID:
    """What joins the languages of a page of a template on a website, and says for ever which page it is."""
    return uuid.uuid5(_NAMES, f"{website_id}:{key}")


def block_id(template: str, page: str, block: str) -> str:
    """The id of a block of a template: the same in every site and language, so that upgrades find it again."""
    return str(uuid.uuid5(_NAMES, f"{template}:{page}:{block}"))


def fields_of(template: SiteTemplate, plan: PagePlan, language: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """What a template gives a page in a language."""
    title = titles.get(language) or titles.get("en") or plan.slug
    fields: dict[str, Any] = {"title": title[:255], "show_in_menus": plan.is_in_menu}
    text = plan.texts.get(language, "")
    blocks = [_block(template, plan, block, language) for block in plan.blocks]
    if plan.kind == "section":
        fields["listing"] = plan.listing
    if plan.kind == "home":
        fields["summary"] = text[:400]
        blocks.insert(0, {"type": "news", "value": {"count": 6}, "id": block_id(template.name, plan.key, "1")})
    elif plan.kind == "person":
        fields["duties"] = _paragraph(text) if text else ""
    elif text:
        blocks.insert(0, _block(template, plan, BlockPlan("1", "paragraph", plan.texts), language))
    return {**fields, "body": blocks} if blocks else fields


def _block(template: SiteTemplate, plan: PagePlan, block: BlockPlan, language: str) -> dict[str, Any]:
    value = _VALUES[block.kind](block.texts.get(language) or block.texts.get("en", ""))
    return {"type": block.kind, "value": value, "id": block_id(template.name, plan.key, block.key)}


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


_VALUES: Final[Mapping[str, Callable[[str], Any]]] = {
    "paragraph": _paragraph,
    "heading": lambda text: {"text": text, "level": "2"},
    "inset": lambda text: {"text": _paragraph(text)},
}


@transaction.atomic
def make_pages(planned: Sequence[Planned], now: datetime, *, is_live: bool = True) -> list[int]:
    """Insert the pages, published, and return their ids. Those above have to be in the list before, or in the tree.

    The rows of what stands above in the tree are locked, so that two makers never give the same path.
    """
    outside = {page.above.pk for page in planned if isinstance(page.above, Page)}
    above = {page.pk: page for page in Page.objects.select_for_update().filter(pk__in=outside).order_by("pk")}
    counts: dict[str, int] = {}
    types = {model: ContentType.objects.get_for_model(model) for model in {page.model for page in planned}}
    last = {page.path: _last_step(page) for page in above.values()}
    for each in planned:
        parent = above[each.above.pk] if isinstance(each.above, Page) else each.above.page
        step = last[parent.path] = last.get(parent.path, 0) + 1
        counts[parent.path] = counts.get(parent.path, 0) + 1
        base = {name: each.fields[name] for name in ("title", "show_in_menus", "owner_id") if name in each.fields}
        each.page = Page(
            path=Page._get_path(parent.path, parent.depth + 1, step),  # noqa: SLF001 - treebeard's own way to count
            depth=parent.depth + 1,
            slug=each.slug,
            draft_title=base["title"],
            url_path=f"{parent.url_path}{each.slug}/",
            content_type=types[each.model],
            locale_id=each.locale_id,
            translation_key=each.translation_key,
            live=is_live,
            has_unpublished_changes=not is_live,
            first_published_at=each.fields.get("first_published_at", now) if is_live else None,
            last_published_at=now if is_live else None,
            latest_revision_created_at=None,
            **base,
        )
    for each in planned:
        each.page.numchild = counts.get(each.page.path, 0)
    Page.objects.bulk_create([each.page for each in planned], batch_size=BATCH)
    _add_children(above.values(), counts)
    ids = dict(Page.objects.filter(path__in=[each.page.path for each in planned]).values_list("path", "pk"))
    _insert_parts(planned, ids, now)
    return [ids[each.page.path] for each in planned]


@transaction.atomic
def make_collections(above: Collection, names: Sequence[str]) -> list[Collection]:
    """Insert collections below one, behind all others; Wagtail would sort them by name, and so move the others."""
    stored = Collection.objects.select_for_update().get(pk=above.pk)
    last, start = stored.get_last_child(), stored.depth + 1
    first = 1 if last is None else Collection._str2int(last.path[-Collection.steplen :]) + 1  # noqa: SLF001
    made = [
        Collection(name=name, path=Collection._get_path(stored.path, start, step), depth=start)  # noqa: SLF001
        for step, name in enumerate(names, first)
    ]
    Collection.objects.bulk_create(made, batch_size=BATCH)
    Collection.objects.filter(pk=stored.pk).update(numchild=models.F("numchild") + len(made))
    return made


def _last_step(page: Page) -> int:
    """The number of the last child, 0 where there is none."""
    path = Page.objects.filter(path__startswith=page.path, depth=page.depth + 1).order_by("-path").first()
    return 0 if path is None else int(Page._str2int(path.path[-Page.steplen :]))  # noqa: SLF001


def _add_children(above: Iterable[Page], counts: Mapping[str, int]) -> None:
    for page in above:
        Page.objects.filter(pk=page.pk).update(numchild=models.F("numchild") + counts.get(page.path, 0))


def _insert_parts(planned: Sequence[Planned], ids: Mapping[str, int], now: datetime) -> None:
    """The rows of `SitePage` and of the types, for pages that have their first row."""
    rows: dict[type[SitePage], list[SitePage]] = defaultdict(list)
    for each in planned:
        fields = {name: value for name, value in each.fields.items() if name not in _BASE}
        pk = ids[each.page.path]
        base = {field.attname: getattr(each.page, field.attname) for field in Page._meta.concrete_fields}  # noqa: SLF001
        row = each.model(**{**base, "id": pk}, page_ptr_id=pk, website=each.website, changed_at=now, **fields)
        for part in _parts(each.model):
            setattr(row, part._meta.pk.attname, pk)  # noqa: SLF001 - each has a key
        rows[each.model].append(row)
    _insert(SitePage, [row for of_type in rows.values() for row in of_type])
    editors_search = get_search_backend()
    for model, of_type in rows.items():
        for part in _parts(model):
            _insert(part, of_type)
        editors_search.add_bulk(model, of_type)


def _parts(model: type[SitePage]) -> list[type[SitePage]]:
    """The tables of a type beside those that all pages share, the uppermost first: news, then press releases."""
    return [part for part in reversed(model.__mro__) if issubclass(part, SitePage) and part is not SitePage]


_BASE: Final = frozenset({"title", "show_in_menus", "owner_id", "first_published_at"})


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert one table's part of the rows."""
    fields = model._meta.local_concrete_fields  # noqa: SLF001 - Django offers no other door to one table of several
    for start in range(0, len(rows), BATCH):
        model._base_manager._insert(rows[start : start + BATCH], fields=fields, using=None)  # type: ignore[attr-defined]  # noqa: SLF001
