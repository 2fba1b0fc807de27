"""Texts that one website keeps and others show: who may show which, what of it is read there, and where it stands.

Whether a website may show a text is asked each time it is shown, not only where it is chosen: what its keeper takes
back is gone from every page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import get_language
from wagtail.models import Page

from kopir.pagecache.recorder import note, reach
from kopir.websites import tags
from kopir.websites.errors import SharedInUseError
from kopir.websites.models import SharedPage, SharedUse, SharedWith, SitePage, SitePageQuerySet, Website, WebsiteState


def find_items(named: Collection[str | int]) -> dict[str | int, SharedPage]:
    """Shared texts by their keys, shown or not, each with its pages in all languages: one query.

    Also by the number of any of those pages: so places were kept before they were by key.
    """
    numbers = {one for one in named if isinstance(one, int)}
    wanted = {UUID(one) for one in named if isinstance(one, str)}
    note(*(tags.page(number) for number in numbers), *(tags.content(key) for key in wanted))
    reach("bodies.body", "websites.website")  # whose each is follows from its page
    of_numbers = SharedPage.objects.filter(pk__in=numbers).values("translation_key")
    either = SharedPage.objects.filter(Q(translation_key__in=wanted) | Q(translation_key__in=of_numbers))
    contents: dict[UUID, list[SharedPage]] = defaultdict(list)
    found: dict[str | int, SharedPage] = {}
    for page in either.select_related("website__body").order_by("pk"):
        note(tags.content(page.translation_key))
        page.in_languages = contents[page.translation_key]
        contents[page.translation_key].append(page)
        found[page.pk] = page
        found.setdefault(str(page.translation_key), page)
    return found


def find_shown(item: SharedPage | None, website: Website) -> dict[str, SharedPage]:
    """By language what readers of a website see of a text; nothing where it was withdrawn, or is not for them."""
    pages = item.in_languages if item else ()
    return {page.url_path.split("/", 2)[1]: page for page in pages if page.is_shown and may_show(page, website)}


def may_show(page: SharedPage, website: Website) -> bool:
    """Whether a text in one language may stand on the pages of a website."""
    keeper = page.website
    if keeper.pk == website.pk:
        return True
    if keeper.state != WebsiteState.OPEN:
        return False
    is_below = page.shared_with == SharedWith.BELOW and website.body.path.startswith(keeper.body.path)
    return is_below or page.shared_with == SharedWith.COUNTRY


def list_chosen(page: SitePage) -> list[SharedPage | None]:
    """The shared texts for which a page has a place; None for one that was deleted."""
    return [block.value for block in getattr(page, "body", ()) if block.block_type == "shared"]


def list_shared(page: SitePage) -> list[SharedPage]:
    """The shared texts that readers of a page see within it."""
    language = page.url_path.split("/", 2)[1]
    found = (find_shown(item, page.website).get(language) for item in list_chosen(page))
    return [item for item in found if item]


def list_offered() -> list[SharedPage]:
    """What the acting website may show: a page for each text, in the editor's language where there is one.

    Each form asks several times: it is looked for once in a request.
    """
    from kopir.websites.acting import find_current

    rights = find_current()
    if rights is None:
        return []
    language = get_language() or ""
    name = f"offered:{language}"
    if name not in rights.kept:
        rights.kept[name] = _find_offered(rights.website, language)
    offered: list[SharedPage] = rights.kept[name]
    return offered


def _find_offered(website: Website, language: str) -> list[SharedPage]:
    above = [*website.body.ancestor_ids, website.body_id]
    wanted = Q(shared_with=SharedWith.COUNTRY) | Q(shared_with=SharedWith.BELOW, website__body__in=above)
    found = SharedPage.objects.shown().filter(wanted | Q(website=website))
    pages = list(found.select_related("website__body", "locale").defer("body").order_by("is_translation", "pk"))
    hidden = _find_hidden(page for page in pages if page.website_id != website.pk)
    pages = [page for page in pages if page.pk not in hidden]
    pages.sort(key=lambda page: page.locale.language_code != language)
    offered = {page.translation_key: page for page in reversed(pages)}.values()
    return sorted(offered, key=lambda page: (page.website_id != website.pk, str(page.website.body), page.title))


def _find_hidden(pages: Iterable[SharedPage]) -> set[int]:
    """Those of these pages above which one is not shown: no links lead there."""
    above = {page.pk: _paths_above(page.path) for page in pages}
    hidden = Page.objects.filter(live=False, path__in={path for paths in above.values() for path in paths})
    closed = set(hidden.values_list("path", flat=True))
    return {pk for pk, paths in above.items() if not closed.isdisjoint(paths)}


def _paths_above(path: str) -> list[str]:
    return [path[:end] for end in range(Page.steplen, len(path), Page.steplen)]


def find_users(keys: Collection[UUID]) -> set[int]:
    """The numbers of the pages whose published text has a place for one of the texts with these keys."""
    return set(SharedUse.objects.filter(key__in=keys).values_list("page", flat=True)) if keys else set()


def list_kept(website: Website) -> list[tuple[SharedPage, list[tuple[Website, int]]]]:
    """The texts that a website keeps, each page with the websites that show it and on how many pages.

    Of drafts, its own or others', nothing is told.
    """
    kept = SharedPage.objects.of(website).select_related("locale").defer("body").order_by("translation_key", "pk")
    counts = _count_uses({page.translation_key for page in kept})
    return [(page, counts[page.translation_key].most_common()) for page in kept]


def _count_uses(keys: Collection[UUID], *, beside: str | None = None) -> dict[UUID, Counter[Website]]:
    """By key on how many public pages of which websites a text has a place; not counting the tree `beside`, a path."""
    shown = SitePage.objects.shown()
    users = shown.exclude(path__startswith=beside) if beside else shown
    uses = SharedUse.objects.filter(key__in=keys, page__in=users.values("pk")).order_by("page__website")
    rows = list(uses.values_list("key", "page__website").annotate(count=Count("pk")))
    websites = Website.objects.select_related("body").in_bulk({number for _key, number, _count in rows})
    counts: dict[UUID, Counter[Website]] = defaultdict(Counter)
    for key, number, count in rows:
        counts[key][websites[number]] = count
    return counts


def list_bereft(website: Website) -> SitePageQuerySet:
    """The public pages of a website that have a place for a text which is withdrawn, or not for this website."""
    uses = dict(SharedUse.objects.filter(page__website=website, page__live=True).values_list("pk", "key"))
    kept = SharedPage.objects.filter(translation_key__in={*uses.values()}).select_related("website__body")
    there = {page.translation_key for page in kept if page.is_shown and may_show(page, website)}
    bereft = SharedUse.objects.filter(pk__in=[pk for pk, key in uses.items() if key not in there])
    return SitePage.objects.filter(pk__in=bereft.values("page")).select_related("locale").order_by("pk")


def check_unused(page: Page) -> None:
    """Raise SharedInUseError where a text that would be deleted with `page` is read on a public page that would stay.

    What was taken back already is deleted freely: a place holds in the languages that stay.
    """
    doomed = SharedPage.objects.shown().filter(path__startswith=page.path).select_related("website__body")
    shown: dict[UUID, list[SharedPage]] = defaultdict(list)
    for item in doomed.defer("body").order_by("pk"):
        shown[item.translation_key].append(item)
    for key, users in _count_uses(shown.keys(), beside=page.path).items():
        readers = [website for website in users if any(may_show(item, website) for item in shown[key])]
        if readers:
            raise SharedInUseError(title=shown[key][0].title, count=sum(users[website] for website in readers))
