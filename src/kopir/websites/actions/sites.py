"""Making websites: the roots of the languages, and a site with all its pages from a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from wagtail.models import Collection, Locale, Page, Site

from kopir.audit.actions import record
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.bodies.models import Body
from kopir.bodies.queries import get_country
from kopir.pagecache.actions import spare, touch
from kopir.search.actions import changed
from kopir.websites import tags
from kopir.websites.actions.review import ensure_review
from kopir.websites.errors import ReservedAddressError, SiteExistsError, UnknownTemplateError
from kopir.websites.factory import make_collections, make_pages, plan_site
from kopir.websites.following import follow
from kopir.websites.models import FormerSlug, LanguageRoot, Website
from kopir.websites.packs import SiteTemplate, list_templates, read_template
from kopir.websites.rules import may_be_address
from kopir.websites.staleness import SOURCE


def only_operators(actor: Actor) -> None:
    """Raise NotAllowedError for everybody but operators of the platform and the system."""
    if not (actor.kind == "system" or actor.has(Role.PLATFORM_OPERATOR)):
        raise NotAllowedError


@transaction.atomic
def ensure_roots() -> dict[str, LanguageRoot]:
    """The root of each language of the country, by its code, made where missing; one `Site` and the review too."""
    top = _top()
    ensure_review(top)
    roots = {root.slug: root for root in LanguageRoot.objects.all()}
    for language in get_country().language_codes:
        if language in roots:
            continue
        locale, _is_new = Locale.objects.get_or_create(language_code=language)
        root = LanguageRoot(title=dict(settings.LANGUAGES)[language], slug=language, locale=locale, live=True)
        top.add_child(instance=root)
        roots[language] = root
    first = roots[get_country().language_codes[0]]
    site = Site.objects.first()
    if site is None or site.root_page_id != first.pk:
        Site.objects.all().delete()
        Site.objects.create(hostname="localhost", root_page_id=first.pk, is_default_site=True)
    # What Wagtail's first migration puts there: a page "Welcome" of no type.
    Page.objects.filter(depth=2, sitepage=None).exclude(pk__in=[root.pk for root in roots.values()]).delete()
    return {language: roots[language] for language in get_country().language_codes}


def _top() -> Page:
    """The page above all, which Wagtail's first migration makes, or this where the tables were emptied since."""
    top = Page.objects.select_for_update().filter(depth=1).first()
    if top is None:
        locale, _is_new = Locale.objects.get_or_create(language_code=get_country().language_codes[0])
        top = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    return top


def root_collection() -> Collection:
    """The collection above those of all websites."""
    return Collection.get_first_root_node() or Collection.add_root(instance=Collection(name="Root"))


def create_website(*, body: Body, template: str, actor: Actor, now: datetime, slug: str = "") -> Website:
    """Make the website of a body from a template, in all languages of the country, open and published.

    Raises NotAllowedError, ReservedAddressError, SiteExistsError, UnknownTemplateError.
    """
    return create_websites(sites=[(body, slug or body.slug, template)], actor=actor, now=now)[0]


@transaction.atomic
def create_websites(*, sites: Sequence[tuple[Body, str, str]], actor: Actor, now: datetime) -> list[Website]:
    """Make websites for (body, address, template), all or none. Raises what `create_website` raises."""
    only_operators(actor)
    templates = {name: _read_template(name) for name in {template for _body, _slug, template in sites}}
    check_free([slug for _body, slug, _template in sites], bodies=[body for body, _slug, _template in sites])
    roots = ensure_roots()
    collections = make_collections(root_collection(), [slug for _body, slug, _template in sites])
    made, planned = [], []
    for (body, slug, template), collection in zip(sites, collections, strict=True):
        website = Website.objects.create(
            body=body,
            slug=slug,
            template=template,
            collection=collection,
            created_at=now,
        )
        planned += plan_site(website, templates[template], roots, body.names)
        made.append(website)
        after = {"slug": slug, "template": template, "version": templates[template].version}
        note(website, "websites.create_website", after=after, actor=actor, now=now)
    made_pages = make_pages(planned, now)
    named = {tag for one in made for tag in (tags.website_at(one.slug), tags.website_of(one.body_id))}
    touch(tags.WEBSITES, *named)
    changed(SOURCE, made_pages)
    spare(tags.PAGE)  # all of it is below addresses that were nobody's
    follow(made, None, now)
    return made


def note(
    website: Website,
    action: str,
    *,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write into the record what was done to a website."""
    record(
        actor=actor,
        action=action,
        subject=f"websites.website:{website.pk}",
        body_id=website.body_id,
        before=before,
        after=after,
        now=now,
    )


def _read_template(name: str) -> SiteTemplate:
    try:
        return read_template(name)
    except LookupError:
        raise UnknownTemplateError(name=name, known=", ".join(list_templates())) from None


def check_free(slugs: Sequence[str], *, bodies: Sequence[Body] = (), besides: Website | None = None) -> None:
    """Raise ReservedAddressError or SiteExistsError unless websites of these bodies may have these addresses.

    An address that a website has left by being renamed is not free: links to it lead somewhere.
    """
    for slug in slugs:
        if not may_be_address(slug):
            raise ReservedAddressError(name=slug)
    others, former = Website.objects.all(), FormerSlug.objects.all()
    if besides is not None:
        others, former = others.exclude(pk=besides.pk), former.exclude(website=besides)
    taken = [
        *others.filter(slug__in=slugs).values_list("slug", flat=True),
        *former.filter(slug__in=slugs).values_list("slug", flat=True),
        *others.filter(body__in=bodies).values_list("body__slug", flat=True),
        *(slug for slug in slugs if slugs.count(slug) > 1),
        *(body.slug for body in bodies if list(bodies).count(body) > 1),
    ]
    if taken:
        raise SiteExistsError(name=taken[0])
