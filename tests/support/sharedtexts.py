"""Shared texts for tests of websites: kept by one website, shown by others, edited at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from kopir.websites.models import HomePage, SectionPage, SharedPage, SitePage, Website


def paragraph(words: str) -> dict[str, Any]:
    """A block of text."""
    return {"type": "paragraph", "value": f"<p>{words}</p>", "id": str(uuid4())}


def keep_text(
    website: Website, words: str, language: str = "kk", *, key: UUID | None = None, live: bool = True, **fields: Any
) -> SharedPage:
    """A text that a website keeps below its home page; with a `key` it is that text in another language."""
    above = HomePage.objects.get(website=website, locale__language_code=language)
    facts = {"title": f"Title of {words}", "slug": f"shared-{uuid4().hex[:8]}", "shared_with": "country"}
    page = SharedPage(**{**facts, **fields}, body=[paragraph(words)], live=live)
    if key is not None:
        page.translation_key = key
    above.add_child(instance=page)
    if live:
        page.save_revision().publish(skip_permission_checks=True)
    kept: SharedPage = SharedPage.objects.get(pk=page.pk)
    return kept


def show_in(page: SitePage, *items: SharedPage) -> SitePage:
    """Have a page show these texts, as when an editor has chosen them and another person published it."""
    page = SitePage.objects.get(pk=page.pk).specific
    page.body = [{"type": "shared", "value": str(item.translation_key), "id": str(uuid4())} for item in items]
    page.save_revision().publish(skip_permission_checks=True)
    return page


def section(website: Website, language: str = "ru") -> SectionPage:
    """The page of a website in which texts of others are shown."""
    found: SectionPage = SectionPage.objects.get(website=website, locale__language_code=language, listing="news")
    return found


# Edits of a walk: what `World` of tests/websites/test_staleness.py does to the texts of its second website, shown by
# the first.


def _kept(world: Any, **narrowed: Any) -> SharedPage | None:
    found = SharedPage.objects.filter(**{"locale__language_code": "ru", **narrowed}).order_by("pk")
    return world.random.choice(list(found)) if found else None


def share_a_text(world: Any) -> None:
    """The second keeps two more texts, one of them in Kazakh alone, and the first shows all of them in Russian."""
    items = [keep_text(world.sites[1], world.word(), language) for language in ("ru", "kk")]
    known = [block.value for block in section(world.sites[0]).body if block.value]
    show_in(section(world.sites[0]), *known, *items)


def change_a_shared_text(world: Any) -> None:
    """The words of one are others."""
    world.change(_kept(world, live=True), body=[paragraph(world.word())])


def keep_a_text_to_itself(world: Any) -> None:
    """One is for the second alone from now on, or again for all."""
    item = _kept(world, live=True)
    if item is not None:
        world.change(item, shared_with="own" if item.shared_with == "country" else "country")


def withdraw_a_text(world: Any) -> None:
    """One is taken from the public."""
    item = _kept(world, live=True)
    if item is not None:
        item.unpublish()


def offer_a_text_again(world: Any) -> None:
    """One that was withdrawn is there again."""
    world.change(_kept(world, live=False))


def translate_a_text(world: Any) -> None:
    """One that was there in Kazakh alone is there in Russian."""
    known = SharedPage.objects.filter(locale__language_code="ru").values("translation_key")
    item = SharedPage.objects.filter(locale__language_code="kk").exclude(translation_key__in=known).first()
    if item is not None:
        keep_text(world.sites[1], world.word(), "ru", key=item.translation_key)


SHARED: dict[str, Callable[[Any], None]] = {
    edit.__name__: edit
    for edit in (
        share_a_text,
        change_a_shared_text,
        translate_a_text,
        keep_a_text_to_itself,
        withdraw_a_text,
        offer_a_text_again,
    )
}
