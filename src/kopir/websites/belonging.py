"""Whether what a request names belongs to the website for which it works: by kind of thing, one query each.

Everything here answers False for what is not there, for what belongs to another website, and for what is no number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr
from wagtail.admin.models import EditingSession
from wagtail.models import Collection, Page, Revision, Task, TaskState, UploadedFile, WorkflowState

from kopir.base.actors import Role
from kopir.websites.models import (
    Bundle,
    FixedWord,
    HomePage,
    LanguageRoot,
    ReviewTask,
    SiteDocument,
    SiteImage,
    SitePage,
    Website,
    WebsiteState,
)
from kopir.websites.rights import Rights

Test = Callable[[Rights, int], bool]
_ENDS: Final = range(Page.steplen, 256, Page.steplen)
"""Where the paths of all pages above one end within its own (it has at most 255 characters)."""


def is_own_page(rights: Rights, pk: int) -> bool:
    """A page of the website, shown or not."""
    return SitePage.objects.filter(pk=pk, website=rights.website).exists()


def is_inner_page(rights: Rights, pk: int) -> bool:
    """A page of the website below its home page: what may be copied, moved and deleted."""
    return is_own_page(rights, pk) and not HomePage.objects.filter(pk=pk).exists()


def is_own_or_above(rights: Rights, pk: int) -> bool:
    """A page of the website, or one of those above every website, which hold nothing."""
    return is_own_page(rights, pk) or is_above(pk)


def is_above(pk: int) -> bool:
    """The root of the tree or of a language."""
    return LanguageRoot.objects.filter(pk=pk).exists() or Page.objects.filter(pk=pk, depth=1).exists()


def is_link_target(rights: Rights, pk: int) -> bool:
    """What a link may lead to: own pages, and of other websites what the public sees anyway."""
    return is_own_or_above(rights, pk) or linkable(rights).filter(pk=pk).exists()


def linkable(rights: Rights) -> Any:  # noqa: ANN401 - a queryset of Wagtail's pages
    """The pages to which links may lead: own ones, and those of other open websites with all above them shown."""
    own = Q(sitepage__website=rights.website)
    hidden = Page.objects.filter(live=False, path__in=[Substr(OuterRef("path"), 1, end) for end in _ENDS])
    shown = Q(live=True, sitepage__website__state=WebsiteState.OPEN) & ~Exists(hidden)
    return Page.objects.filter(own | shown)


def is_own_image(rights: Rights, pk: int) -> bool:
    """A picture in the website's collection or below it."""
    return SiteImage.objects.filter(pk=pk, collection__in=own_collections(rights.website)).exists()


def is_own_document(rights: Rights, pk: int) -> bool:
    """A file in the website's collection or below it."""
    return SiteDocument.objects.filter(pk=pk, collection__in=own_collections(rights.website)).exists()


def is_own_collection(rights: Rights, pk: int) -> bool:
    """The website's collection or one below it."""
    return own_collections(rights.website).filter(pk=pk).exists()


def own_collections(website: Website) -> Any:  # noqa: ANN401 - a queryset of treebeard's
    """The website's collection with all below it."""
    return Collection.objects.filter(path__startswith=website.collection.path)


def is_own_revision(rights: Rights, pk: int) -> bool:
    """A version of a page of the website."""
    return _is_of_own_page(rights, Revision.objects.filter(pk=pk))


def is_own_workflow_state(rights: Rights, pk: int) -> bool:
    """A review of a page of the website."""
    return _is_of_own_page(rights, WorkflowState.objects.filter(pk=pk))


def is_own_task_state(rights: Rights, pk: int) -> bool:
    """A step of a review of a page of the website."""
    found = TaskState.objects.filter(pk=pk).values_list("workflow_state_id", flat=True).first()
    return found is not None and is_own_workflow_state(rights, found)


def is_task(rights: Rights, pk: int) -> bool:
    """The one kind of step that there is, the same for every website."""
    return Task.objects.filter(pk=pk, pk__in=ReviewTask.objects.values("pk")).exists()


def is_own_editing(rights: Rights, pk: int) -> bool:
    """That the person has a page of the website open, or the number that Wagtail's pages use where nothing is known."""
    sessions = EditingSession.objects.filter(pk=pk)
    return not sessions.exists() or _is_of_own_page(rights, sessions.filter(user_id=rights.actor.id))


def is_own_bundle(rights: Rights, pk: int) -> bool:
    """A bundle of the website."""
    return Bundle.objects.filter(pk=pk, website=rights.website).exists()


def is_own_upload(rights: Rights, pk: int) -> bool:
    """A file that the person has sent and not named yet; it belongs to no website so far."""
    return UploadedFile.objects.filter(pk=pk, uploaded_by_user_id=rights.actor.id).exists()


def is_own_word(rights: Rights, pk: int) -> bool:
    """A word that is fixed for the website; for who operates the platform, for all of them too."""
    words = FixedWord.objects.filter(pk=pk)
    is_operator = rights.actor.has(Role.PLATFORM_OPERATOR)
    return words.filter(Q(website=rights.website) | (Q(website=None) if is_operator else Q(pk=None))).exists()


def _is_of_own_page(rights: Rights, found: Any) -> bool:  # noqa: ANN401 - a queryset with `object_id` of a page
    thing = found.select_related("content_type").first()
    is_page = thing is not None and issubclass(thing.content_type.model_class() or Website, Page)
    return bool(is_page and str(thing.object_id).isdecimal() and is_own_page(rights, int(thing.object_id)))


TESTS: Final[Mapping[str, Test]] = {
    "page": is_own_page,
    "inner page": is_inner_page,
    "folder": is_own_or_above,
    "target": is_link_target,
    "image": is_own_image,
    "document": is_own_document,
    "collection": is_own_collection,
    "revision": is_own_revision,
    "version": is_own_revision,
    "task": is_task,
    "task state": is_own_task_state,
    "review": is_own_workflow_state,
    "editing": is_own_editing,
    "upload": is_own_upload,
    "word": is_own_word,
    "bundle": is_own_bundle,
}
"""The kinds of things that addresses and forms of the administration name."""

VERSIONS: Final = frozenset({"live", "earliest", "latest"})
"""What stands in an address for a revision of the page that it names too."""


def belongs(rights: Rights, kind: str, value: object) -> bool:
    """Whether `value`, as it stands in an address or a form, names such a thing that belongs to the website."""
    text = str(value)
    if kind == "version" and text in VERSIONS:
        return True
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        return False
    return TESTS[kind](rights, int(text))
