"""Two websites full of everything that one must not know of the other, and each address of the administration filled.

Whatever of a website is not public carries its marker: drafts, pictures, files, people, remarks, tags. What the public
sees anyway does not, so that a marker in an answer is always a leak.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver
from PIL import Image
from wagtail.admin.models import EditingSession
from wagtail.models import (
    Collection,
    Comment,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)

from editing import make_editor
from kopir.accounts.models import User
from kopir.base import clock
from kopir.base.actors import Role
from kopir.websites.actions.bundles import list_seen
from kopir.websites.models import (
    Bundle,
    BundlePage,
    FixedWord,
    NewsPage,
    SectionPage,
    SharedPage,
    SharedUse,
    SiteDocument,
    SiteImage,
    SitePage,
    Version,
    Website,
)
from sharedtexts import keep_text, show_in


def png(name: str = "p.png") -> SimpleUploadedFile:
    """A small picture to be sent."""
    content = io.BytesIO()
    Image.new("RGB", (20, 20), (len(name), 10, 10)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def pdf(name: str = "f.pdf") -> SimpleUploadedFile:
    """A small file to be sent."""
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def news_form(title: str, slug: str, **more: Any) -> dict[str, Any]:
    """What the editor sends of a piece of news."""
    return {
        "title": title,
        "slug": slug,
        "summary": "",
        "happened_on": "2026-03-01",
        "image": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "quote",
        "body-0-id": "",
        "body-0-value-text": "Words",
        "body-0-value-source": "Somebody",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        **more,
    }


@dataclass
class Tenant:
    """A website with people and everything else; `marker` stands in all of it that is not public."""

    website: Website
    marker: str
    editor: User = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        """Make it all."""
        self.editor, self.client = make_editor(f"{self.marker}.editor", [(Role.EDITOR, self.website)])
        self.administrator, self.administrators_client = make_editor(
            f"{self.marker}.admin", [(Role.SITE_ADMINISTRATOR, self.website)]
        )
        self.section = SectionPage.objects.get(website=self.website, slug="news", locale__language_code="kk")
        self.other_section = SectionPage.objects.get(website=self.website, slug="about", locale__language_code="kk")
        self._media()
        self.draft = self._news(f"{self.marker}-draft", live=False, title=f"{self.marker} draft")
        self.live = self._news(f"live-{self.website.pk}", live=True, title="Public title")
        self._share()
        self._revise()
        self._review()
        self.word = FixedWord.objects.create(website=self.website, language="kk", word=self.marker, form="x")
        self._plan()

    def _news(self, slug: str, *, live: bool, title: str) -> NewsPage:
        page = NewsPage(title=title, slug=slug, happened_on="2026-03-01", live=live, owner=self.editor)
        page.website = self.website
        self.section.refresh_from_db()
        self.section.add_child(instance=page)
        return page

    def _share(self) -> None:
        """A text that all may show, with a next version that nobody has seen, and one that was never published."""
        self.item = keep_text(self.website, "Public words", title="Public text")
        self.hidden_item = keep_text(self.website, self.marker, live=False)
        show_in(self.other_section, self.item)
        self.item.title = f"{self.marker} of the next version"
        self.item.save_revision(user=self.editor, log_action=True)
        self.item.refresh_from_db()

    def _media(self) -> None:
        above = Collection.objects.get(pk=self.website.collection_id)
        self.collection = above.add_child(instance=Collection(name=f"{self.marker} collection"))
        here = {"collection": self.website.collection, "uploaded_by_user": self.editor}
        self.image = SiteImage.objects.create(title=f"{self.marker} picture", file=png(), **here)
        self.image.tags.add(f"{self.marker}tag")
        self.rendition = self.image.get_rendition("max-165x165")
        file = ContentFile(b"%PDF-1.4\n%%EOF\n", f"{self.marker}.pdf")
        self.document = SiteDocument.objects.create(title=f"{self.marker} file", file=file, **here)
        self.document.tags.add(f"{self.marker}tag")
        self.upload_image, self.upload_document = (
            UploadedFile.objects.create(
                for_content_type=ContentType.objects.get_for_model(model), file=file, uploaded_by_user=self.editor
            )
            for model, file in ((SiteImage, png()), (SiteDocument, pdf()))
        )

    def _revise(self) -> None:
        self.draft.image = self.image
        self.revision = self.draft.save_revision(user=self.editor, log_action=True)
        self.live.title = f"{self.marker} of the next version"
        self.live.save_revision(user=self.editor, log_action=True)
        self.live.refresh_from_db()
        Version.objects.create(
            page_id=self.live.pk,
            revision=self.live.latest_revision,
            approved_at=clock.now(),
            number=1,
            published_at=clock.now(),
        )
        Comment.objects.create(page=self.draft, user=self.editor, text=f"{self.marker} remark", contentpath="title")
        PageSubscription.objects.create(page=self.draft, user=self.editor, comment_notifications=True)
        self.session = EditingSession.objects.create(
            user=self.editor,
            content_type=ContentType.objects.get_for_model(NewsPage),
            object_id=str(self.draft.pk),
            last_seen_at=clock.now(),
        )

    def _review(self) -> None:
        page = self.draft
        self.state = page.get_workflow().start(page, self.editor)
        self.task_state = self.state.current_task_state
        self.task = self.task_state.task

    def _plan(self) -> None:
        self.bundle = Bundle.objects.create(
            website=self.website, title=f"{self.marker} bundle", made_by=self.editor, made_at=clock.now()
        )
        BundlePage.objects.create(bundle=self.bundle, page_id=self.draft.pk)
        SitePage.objects.filter(pk=self.live.pk).update(review_on="2001-01-01")  # in the report, by its next title

    def dump(self) -> list[str]:
        """Every row of the website, as text."""
        pages = SitePage.objects.filter(path__startswith="0001", website=self.website)
        ids = [str(pk) for pk in pages.values_list("pk", flat=True)]
        found: list[Any] = [
            pages.values(),
            NewsPage.objects.filter(website=self.website).values(),
            SharedPage.objects.filter(website=self.website).values("title", "shared_with", "live"),
            SharedUse.objects.filter(page__website=self.website).values(),
            Revision.objects.filter(object_id__in=ids).values("id", "content", "user_id"),
            WorkflowState.objects.filter(object_id__in=ids).values(),
            TaskState.objects.filter(workflow_state__object_id__in=ids).values(),
            Comment.objects.filter(page_id__in=ids).values("id", "text", "resolved_at"),
            PageLogEntry.objects.filter(page_id__in=ids).values("id", "action"),
            PageSubscription.objects.filter(page_id__in=ids).values(),
            EditingSession.objects.filter(object_id__in=ids).values(),
            Collection.objects.filter(path__startswith=self.website.collection.path).values(),
            SiteImage.objects.filter(collection__path__startswith=self.website.collection.path).values(),
            SiteDocument.objects.filter(collection__path__startswith=self.website.collection.path).values(),
            Bundle.objects.filter(website=self.website).values(),
            Version.objects.filter(page__website=self.website).values(),
            BundlePage.objects.filter(bundle__website=self.website).values(),
            UploadedFile.objects.filter(uploaded_by_user__in=[self.editor, self.administrator]).values("id"),
            Website.objects.filter(pk=self.website.pk).values(),
            FixedWord.objects.filter(website=self.website).values(),
            User.objects.filter(pk__in=[self.editor.pk, self.administrator.pk]).values("pk", "name", "email"),
        ]
        return [repr(row) for rows in found for row in rows.order_by("pk")]


@dataclass(frozen=True)
class Call:
    """One way to ask an address: arguments of the path, query, and what is sent."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def list_patterns(patterns: list[Any], names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its whole name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from list_patterns(pattern.url_patterns, (*names, *filter(None, [pattern.namespace])))
        else:
            yield ":".join((*names, pattern.name or "")), pattern


def fill(name: str, pattern: URLPattern, of: Tenant) -> list[Call]:
    """Each way to ask a pattern for things of a tenant. Raises KeyError for an argument that nobody has filled."""
    regex = pattern.pattern.regex
    named = list(pattern.pattern.converters) or list(regex.groupindex)
    values = {argument: _value(name, argument, of) for argument in named}
    calls = []
    if regex.groups and not named:
        calls.append(Call(name, args=POSITIONAL[name](of), data=_data(name, of)))
    else:
        calls.append(Call(name, kwargs=values, data=_data(name, of)))
    if name in WITH_SHARED:
        data = {**_data(name, of), "shared_with": "country"}
        items = (getattr(of, item) for item in WITH_SHARED[name])
        calls += [Call(name, kwargs={**values, "page_id": item.pk}, data=data) for item in items]
    queries = QUERIES.get(name, lambda _of: [])(of)
    return calls + [Call(name, kwargs=values, query=query, data=_data(name, of)) for query in queries]


def _value(name: str, argument: str, of: Tenant) -> Any:
    for key in (f"{name} {argument}", f"{name.partition(':')[0]} {argument}", argument):
        if key in VALUES:
            return VALUES[key](of)
    raise KeyError(f"nobody says what {argument!r} of {name} is: add it to VALUES in tests/support/tenants.py")


def _data(name: str, of: Tenant) -> dict[str, Any]:
    found: dict[str, Any] = DATA.get(name, lambda _of: {})(of)
    return found


VALUES: dict[str, Any] = {
    "page_id": lambda of: of.draft.pk,
    "wagtailadmin_pages:unpublish page_id": lambda of: of.live.pk,
    "editing:versions page_id": lambda of: of.live.pk,
    "wagtailadmin_pages:copy page_id": lambda of: of.live.pk,
    "parent_page_id": lambda of: of.section.pk,
    "wagtailadmin_choose_page_child parent_page_id": lambda of: of.draft.pk,
    "page_to_move_id": lambda of: of.live.pk,
    "destination_id": lambda of: of.other_section.pk,
    "content_type_app_name": lambda of: "websites",
    "content_type_model_name": lambda of: "newspage",
    "revision_id": lambda of: of.revision.pk,
    "action_name": lambda of: "reject",
    "task_state_id": lambda of: of.task_state.pk,
    "task_id": lambda of: of.task.pk,
    "workflow_state_id": lambda of: of.state.pk,
    "image_id": lambda of: of.image.pk,
    "document_id": lambda of: of.document.pk,
    "doc_id": lambda of: of.document.pk,
    "filter_spec": lambda of: "max-165x165",
    "uploaded_file_id": lambda of: of.upload_image.pk,
    "wagtaildocs uploaded_file_id": lambda of: of.upload_document.pk,
    "wagtailimages_chooser pk": lambda of: of.image.pk,
    "wagtaildocs_chooser pk": lambda of: of.document.pk,
    "wagtailadmin_collections pk": lambda of: of.collection.pk,
    "collection_id": lambda of: of.collection.pk,
    "wagtailadmin_workflows pk": lambda of: of.state.workflow_id,
    "workflow_pk": lambda of: of.state.workflow_id,
    "page_pk": lambda of: of.section.pk,
    "wagtailadmin_workflows:edit_task pk": lambda of: of.task.pk,
    "wagtailadmin_workflows:enable_task pk": lambda of: of.task.pk,
    "wagtailadmin_workflows:disable_task pk": lambda of: of.task.pk,
    "wagtailadmin_workflows app_label": lambda of: "websites",
    "wagtailadmin_workflows model_name": lambda of: "reviewtask",
    "wagtailusers_users pk": lambda of: of.editor.pk,
    "wagtailusers_groups pk": lambda of: 1,
    "wagtailadmin_api pk": lambda of: of.draft.pk,
    "wagtailadmin_editing_sessions app_label": lambda of: "websites",
    "wagtailadmin_editing_sessions model_name": lambda of: "newspage",
    "object_id": lambda of: of.draft.pk,
    "session_id": lambda of: of.session.pk,
    "wagtail_bulk_action app_label": lambda of: "wagtailcore",
    "wagtail_bulk_action model_name": lambda of: "page",
    "wagtail_bulk_action action": lambda of: "delete",
    "app_label": lambda of: "websites",
    "model_name": lambda of: "newspage",
    "app_name": lambda of: "websites",
    "word_id": lambda of: of.word.pk,
    "bundle_id": lambda of: of.bundle.pk,
    "uidb64": lambda of: "MQ",
    "token": lambda of: "set-password",
}
"""What stands for an argument, by the name of the address and of the argument, the most exact first."""
POSITIONAL: dict[str, Any] = {"wagtailadmin_pages:revisions_compare": lambda of: (of.draft.pk, "earliest", "latest")}
QUERIES: dict[str, Any] = {
    "wagtailadmin_explore_root": lambda of: [{"q": of.marker[:-1], "search_all": "1"}, {"export": "csv"}],
    "wagtailadmin_explore": lambda of: [{"q": of.marker[:-1]}, {"export": "xlsx"}],
    "wagtailadmin_pages:search": lambda of: [{"q": of.marker[:-1]}, {"content_type": "websites.newspage"}],
    "wagtailadmin_pages:search_results": lambda of: [{"q": of.marker[:-1]}],
    "wagtailadmin_choose_page": lambda of: [{"page_type": "websites.newspage"}, {"target_pages[]": of.draft.pk}],
    "wagtailadmin_choose_page_search": lambda of: [{"q": of.marker[:-1]}, {"q": "Public"}],
    "wagtailadmin_choose_page_chosen_multiple": lambda of: [{"id": of.draft.pk}, {"id": of.live.pk}],
    "wagtailadmin_tag_autocomplete": lambda of: [{"term": of.marker[:-1]}],
    "wagtailimages:index": lambda of: [{"q": of.marker[:-1]}, {"collection_id": of.website.collection_id}],
    "wagtailimages:index_results": lambda of: [{"q": of.marker[:-1]}, {"tag": f"{of.marker}tag"[:-4]}],
    "wagtaildocs:index": lambda of: [{"q": of.marker[:-1]}, {"collection_id": of.website.collection_id}],
    "wagtaildocs:index_results": lambda of: [{"q": of.marker[:-1]}],
    "wagtailimages_chooser:choose": lambda of: [{"q": of.marker[:-1]}, {"collection_id": of.collection.pk}],
    "wagtailimages_chooser:choose_results": lambda of: [{"q": of.marker[:-1]}],
    "wagtailimages_chooser:chosen_multiple": lambda of: [{"id": of.image.pk}],
    "wagtaildocs_chooser:choose": lambda of: [{"q": of.marker[:-1]}],
    "wagtaildocs_chooser:choose_results": lambda of: [{"q": of.marker[:-1]}],
    "wagtaildocs_chooser:chosen_multiple": lambda of: [{"id": of.document.pk}],
    "wagtail_bulk_action": lambda of: [{"id": of.draft.pk}],
}
"""Queries that ask for things of the tenant."""
WITH_SHARED = {
    "wagtailadmin_pages:edit": ("item", "hidden_item"),
    "wagtailadmin_pages:view_draft": ("item", "hidden_item"),
    "wagtailadmin_pages:history": ("item", "hidden_item"),
    "wagtailadmin_pages:unpublish": ("item",),  # the other is not public
    "wagtailadmin_pages:delete": ("hidden_item",),  # the other stands on a page, so nobody deletes it
}
"""Addresses that are asked for shared texts as well: a type of page like the others, but one that others show."""
DATA: dict[str, Any] = {
    "wagtailadmin_pages:add": lambda of: news_form("Added", "added"),
    "wagtailadmin_pages:preview_on_add": lambda of: news_form("Added", "added"),
    "wagtailadmin_pages:edit": lambda of: news_form("Changed", "changed"),
    "wagtailadmin_pages:revisions_revert": lambda of: news_form("Changed", "changed"),
    "wagtailadmin_pages:preview_on_edit": lambda of: news_form("Changed", "changed"),
    "wagtailadmin_pages:copy": lambda of: {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": of.section.pk,
    },
    "editing:words": lambda of: {"language": "kk", "word": "қазан", "form": "Qazan"},
    "editing:versions": lambda of: {"number": "1", "reason": "It named a person"},
    "wagtailadmin_pages:move": lambda of: {"new_parent_page": of.section.pk},
    "wagtailadmin_pages:workflow_action": lambda of: {"comment": "Do it again"},
    "wagtailadmin_choose_page_external_link": lambda of: {
        "external-link-chooser-url": "https://example.org/",
        "external-link-chooser-link_text": "x",
    },
    "wagtailadmin_editing_sessions:ping": lambda of: {"revision_id": of.revision.pk},
    "editing:bundle_add": lambda of: {"title": "New", "go_out_at": "", "pages": [of.live.pk]},
    "editing:bundle_edit": lambda of: {"title": "Changed", "go_out_at": "", "pages": [of.live.pk]},
    "editing:bundle_approve": lambda of: {
        "reason": "The picture is described beside it",
        "seen": list_seen(of.bundle),
    },
    "wagtailimages:add": lambda of: {"title": "New", "file": png("n.png"), "collection": of.website.collection_id},
    "wagtailimages:edit": lambda of: {"title": "Changed", "collection": of.website.collection_id},
    "wagtailimages:add_multiple": lambda of: {"files[]": png("m.png"), "collection": of.website.collection_id},
    "wagtailimages:edit_multiple": lambda of: {
        f"image-{of.image.pk}-title": "Changed",
        f"image-{of.image.pk}-collection": of.website.collection_id,
    },
    "wagtailimages_chooser:create": lambda of: {
        "image-chooser-upload-title": "New",
        "image-chooser-upload-file": png("c.png"),
        "image-chooser-upload-collection": of.website.collection_id,
    },
    "wagtailimages_chooser:select_format": lambda of: {
        "image-chooser-insertion-format": "left",
        "image-chooser-insertion-alt_text": "x",
    },
    "wagtaildocs:add": lambda of: {"title": "New", "file": pdf("n.pdf"), "collection": of.website.collection_id},
    "wagtaildocs:edit": lambda of: {"title": "Changed", "collection": of.website.collection_id},
    "wagtaildocs:add_multiple": lambda of: {"files[]": pdf("m.pdf"), "collection": of.website.collection_id},
    "wagtaildocs:edit_multiple": lambda of: {
        f"doc-{of.document.pk}-title": "Changed",
        f"doc-{of.document.pk}-collection": of.website.collection_id,
    },
    "wagtaildocs_chooser:create": lambda of: {
        "document-chooser-upload-title": "New",
        "document-chooser-upload-file": pdf("c.pdf"),
        "document-chooser-upload-collection": of.website.collection_id,
    },
}
"""What a valid form holds."""
