"""What a person may do in Wagtail's administration: computed for each request from grants, for the acting website only.

Wagtail asks its permission policies, and those read what the database says of groups, unless the person carries an
answer for this request. `carry` puts that answer on the person; nobody is ever in a group, and whoever comes by another
way than `kopir.websites.admin_addresses` carries nothing and may do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.contrib.auth.backends import BaseBackend
from wagtail.models import Collection, Page, PagePermissionTester
from wagtail.users.models import UserProfile

from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.websites.actions.publishing import check_may_publish, has_written
from kopir.websites.models import HomePage, SitePage, Website
from kopir.websites.rules import ADMINISTERING, PUBLISHING

_ATTRIBUTE: Final = "_kopir_rights"
_WRITES: Final = ("add_page", "change_page")
_PUBLISHES: Final = ("publish_page",)
_ADMINISTERS: Final = ("bulk_delete_page",)
_MEDIA: Final = tuple(f"{verb}_{kind}" for verb in ("add", "change", "choose") for kind in ("image", "document"))


@dataclass(frozen=True)
class Codename:
    """Stands where Wagtail looks for a permission of Django."""

    codename: str


@dataclass(frozen=True)
class PageRight:
    """Stands where Wagtail looks for a `GroupPagePermission`: a right on a page and all below it."""

    page: Page
    permission: Codename

    @property
    def page_id(self) -> int:
        """As the row would have it."""
        return int(self.page.pk)


@dataclass(frozen=True)
class CollectionRight:
    """Stands where Wagtail looks for a `GroupCollectionPermission`."""

    collection: Collection
    permission: Codename

    @property
    def collection_id(self) -> int:
        """As the row would have it."""
        return int(self.collection.pk)


@dataclass(frozen=True)
class Rights:
    """Who acts for which website, as what. `kept`: what was found for it, for as long as one request takes."""

    website: Website
    roles: frozenset[Role]
    actor: Actor
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def may_publish(self) -> bool:
        """Whether the person shows to the public what others wrote."""
        return bool(self.roles & PUBLISHING)

    @property
    def may_administer(self) -> bool:
        """Whether the person moves and deletes."""
        return bool(self.roles & ADMINISTERING)

    @property
    def page_codenames(self) -> Iterable[str]:
        """What Wagtail calls the rights on pages."""
        return (
            *_WRITES,
            *(_PUBLISHES if self.may_publish else ()),
            *(_ADMINISTERS if self.may_administer else ()),
        )


def carry(user: Any, rights: Rights, language: str) -> None:  # noqa: ANN401 - a person, or Django's lazy stand-in
    """Put the rights on the person of this request, where Wagtail's policies find them before they ask the database."""
    homes = [home.page_ptr for home in HomePage.objects.filter(website=rights.website).select_related("page_ptr")]
    collection = rights.website.collection
    setattr(user, _ATTRIBUTE, rights)
    user._page_permission_cache = {  # noqa: SLF001 - PagePermissionPolicy.permission_cache_name
        PageRight(home, Codename(name)) for home in homes for name in rights.page_codenames
    }
    user._collection_permission_cache = {  # noqa: SLF001 - CollectionPermissionLookupMixin.permission_cache_name
        CollectionRight(collection, Codename(name)) for name in _MEDIA
    }
    # Wagtail reads the language of its pages there; the row of the database, if there is one, is not asked.
    user.wagtail_userprofile = UserProfile(user_id=user.pk, preferred_language=language)


def find_rights(user: Any) -> Rights | None:  # noqa: ANN401 - a person, or Django's lazy stand-in
    """What the person carries within this request; None for whoever did not come through an open address."""
    found = getattr(user, _ATTRIBUTE, None)
    return found if isinstance(found, Rights) else None


class ActingBackend(BaseBackend):
    """Answers `has_perm`: the door of the administration, for who carries rights. Nobody signs in by it."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:  # noqa: ANN401 - Django's signature
        """Whether this may be done at all; on which page or file, Wagtail's policies judge."""
        return perm == "wagtailadmin.access_admin" and obj is None and find_rights(user_obj) is not None


class SitePermissions(PagePermissionTester):
    """Wagtail's judge of one page: publishing goes through the review, moving and deleting is for administrators."""

    @cached_property
    def _rights(self) -> Rights | None:
        rights = find_rights(self.user)
        return rights if rights is not None and rights.website.pk == self.page.website_id else None

    def can_publish(self) -> bool:
        """Whether the person publishes what others wrote of it. The editor has no button for that: the review has."""
        return may_review(self.page, self.user)

    def can_publish_subpage(self) -> bool:
        """Never: neither a new page nor a copy is shown before another person has read it."""
        return False

    def can_unschedule(self) -> bool:
        return self._rights is not None and self._rights.may_publish

    def can_set_view_restrictions(self) -> bool:
        """Never: public sites hold nothing behind a password."""
        return False

    def can_lock(self) -> bool:
        return False

    def can_unlock(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Administrators; a home page goes with its website alone."""
        return self._may_move_away() and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        return self._may_move_away() and super().can_move()

    def can_reorder_children(self) -> bool:
        return self._rights is not None and self._rights.may_administer

    def _may_move_away(self) -> bool:
        is_home = self.page.specific_class is HomePage
        return self._rights is not None and self._rights.may_administer and not is_home


def may_review(page: Page, user: Any) -> bool:  # noqa: ANN401 - a person, or Django's lazy stand-in
    """Whether the person publishes this page of the acting website, or sends it back."""
    rights, own = find_rights(user), _own(page)
    if rights is None or own is None or own.website_id != rights.website.pk or not rights.may_publish:
        return False
    latest = own.get_latest_revision()
    return latest is not None and not has_written(own, latest, rights.actor.id)


def check_may_review(page: SitePage, user: Any) -> None:  # noqa: ANN401 - a person, or Django's lazy stand-in
    """Raise what `check_may_publish` raises, and NotAllowedError for who does not act for the page's website."""
    rights = find_rights(user)
    if rights is None or page.website_id != rights.website.pk:
        raise NotAllowedError
    check_may_publish(page, page.get_latest_revision(), rights.actor)


def _own(page: Page) -> SitePage | None:
    return page if isinstance(page, SitePage) else SitePage.objects.filter(pk=page.pk).first()
