"""What people do to a website in Wagtail's administration, for walks: the right person for each act, behind the doors.

An editor writes and sends pictures in, an administrator of the website reviews, moves, takes down and deletes. Worlds
that walk inherit from `Office`; each act raises where the administration does not take it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any, ClassVar

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from editing import make_editor
from kopir.base.actors import Actor, Role, system_actor
from kopir.base.jobs import WORKS
from kopir.websites.actions.applying import apply_fields
from kopir.websites.actions.media import add_file, add_picture
from kopir.websites.actions.receiving import receive_pages
from kopir.websites.actions.words import fix_word
from kopir.websites.models import DocumentPage, NewsPage, SectionPage, SiteDocument, SiteImage, SitePage, Website
from kopir.websites.staleness import RENDITIONS
from sitemedia import PDF, picture_bytes
from tenants import news_form

SYSTEM: Actor = system_actor("tests")


class Office:
    """Edits of the first website through the administration, and those of whole websites through their actions."""

    now: datetime
    random: random.Random
    sites: list[Website]
    word: Callable[[], str]
    page: Callable[..., Any]
    ACTS: ClassVar[tuple[str, ...]] = (
        *("office_edit", "office_edit_with_picture", "office_move", "office_sort", "office_hide", "office_delete"),
        *("office_replace_picture", "office_describe_picture", "make_pictures", "office_replace_file"),
        *("office_rename_file", "office_delete_picture", "fix_a_word", "receive", "apply"),
    )
    _people: tuple[int, Client, Client] | None = None

    def furnish(self) -> None:
        """A piece of news with a picture, an act with a file."""
        self.put_picture()
        document = add_file(
            website=self.sites[0], title="Act", name="act.pdf", content=BytesIO(PDF), actor=SYSTEM, now=self.now
        )
        above = SectionPage.objects.get(website=self.sites[0], slug="about", locale__language_code="ru")
        page = DocumentPage(title="Act", slug="act", number="1", file=document)
        above.add_child(instance=page)
        page.save_revision().publish(skip_permission_checks=True)

    def put_picture(self) -> SiteImage:
        """A picture in all sizes, on a new piece of news, as its picture and within its text."""
        image = add_picture(
            website=self.sites[0],
            title="P",
            name="p.jpg",
            content=picture_bytes((1300, 900)),
            text="Words",
            actor=SYSTEM,
            now=self.now,
        )
        above = SectionPage.objects.get(website=self.sites[0], listing="news", locale__language_code="ru")
        page = NewsPage(title=self.word(), slug=self.word(), happened_on="2026-03-01", image=image)
        above.add_child(instance=page)
        page.save_revision().publish(skip_permission_checks=True)
        self.make_pictures()
        return image

    def make_pictures(self) -> None:
        """The worker's job."""
        for page in NewsPage.objects.exclude(image=None):
            WORKS.get(RENDITIONS).function(page=page.pk)

    # Who does it

    @property
    def people(self) -> tuple[Client, Client]:
        """An editor and an administrator of the first website, signed in today."""
        day = self.now.toordinal()
        if self._people is None or self._people[0] != day:
            website = self.sites[0]
            _user, editor = make_editor(f"editor{day}{self.word()}", [(Role.EDITOR, website)])
            _user, administrator = make_editor(f"admin{day}{self.word()}", [(Role.SITE_ADMINISTRATOR, website)])
            self._people = day, editor, administrator
        return self._people[1:]

    def send(self, client: Client, path: str, data: dict[str, Any] | None = None) -> None:
        """Send a form, which is taken."""
        answer = client.post(f"/edit/{path}", data or {})
        assert answer.status_code in {200, 302}, f"{path}: {answer.status_code}"
        assert answer.status_code == 302 or "set_position" in path, answer.content.decode()[-4000:]

    def news(self) -> NewsPage:
        """A shown piece of news of the first website."""
        found: NewsPage | None = self.page(NewsPage, website=self.sites[0], locale__language_code="ru")
        return found or NewsPage.objects.get(image=self.put_picture())

    # Pages

    def publish(self, page: NewsPage, **more: Any) -> None:
        """The editor writes and asks for the review, the administrator lets it through."""
        editor, administrator = self.people
        form = news_form(more.pop("title", page.title), page.slug, happened_on=str(page.happened_on))
        form["image"] = page.image_id or ""
        self.send(editor, f"pages/{page.pk}/edit/", {**form, **more, "action-submit": "1"})
        state = SitePage.objects.get(pk=page.pk).current_workflow_state.current_task_state
        reason = {"comment": "It was looked at beside the page"}
        self.send(administrator, f"pages/workflow/action/{page.pk}/approve/{state.pk}/", reason)

    def office_edit(self) -> None:
        page, title = self.news(), self.word()
        self.publish(page, title=title)
        page.refresh_from_db()
        assert page.title == title, "it was let through"

    def office_edit_with_picture(self) -> None:
        image = SiteImage.objects.order_by("pk").last() or self.put_picture()
        self.publish(self.news(), image=image.pk)
        self.make_pictures()

    def office_move(self) -> None:
        target = self.page(SectionPage, website=self.sites[0], locale__language_code="ru")
        self.send(self.people[1], f"pages/{self.news().pk}/move/{target.pk}/confirm/")

    def office_sort(self) -> None:
        page = self.page(SitePage, website=self.sites[0], depth=4)
        self.send(self.people[1], f"pages/{page.pk}/set_position/?position=0")

    def office_hide(self) -> None:
        self.send(self.people[1], f"pages/{self.news().pk}/unpublish/")

    def office_delete(self) -> None:
        self.send(self.people[1], f"pages/{self.news().pk}/delete/")

    # Pictures and files

    def picture(self) -> SiteImage:
        shown = SiteImage.objects.filter(uses__page__live=True).order_by("pk")
        return shown.last() or self.put_picture()

    def office_replace_picture(self) -> None:
        image = self.picture()
        color = f"#{self.random.randrange(16**6):06x}"
        file = SimpleUploadedFile("q.jpg", picture_bytes((900, 700), color).getvalue(), "image/jpeg")
        self._save_picture(image, file=file)

    def office_describe_picture(self) -> None:
        self._save_picture(self.picture(), description=self.word())

    def office_delete_picture(self) -> None:
        image = self.picture()
        for page in NewsPage.objects.filter(image=image):
            page.image = None
            page.save_revision().publish(skip_permission_checks=True)
        self.send(self.people[1], f"images/{image.pk}/delete/")

    def _save_picture(self, image: SiteImage, **changed: Any) -> None:
        form = {"title": image.title, "description": image.description, "collection": image.collection_id, **changed}
        self.send(self.people[0], f"images/{image.pk}/", form)

    def office_replace_file(self) -> None:
        self._save_file(file=SimpleUploadedFile("b.pdf", PDF + b"%" + self.word().encode(), "application/pdf"))

    def office_rename_file(self) -> None:
        self._save_file(title=self.word())

    def _save_file(self, **changed: Any) -> None:
        document = SiteDocument.objects.get()
        form = {"title": document.title, "collection": document.collection_id, **changed}
        self.send(self.people[0], f"documents/edit/{document.pk}/", form)

    # Whole websites

    def fix_a_word(self) -> None:
        form = "".join(self.random.choice("abcdefgh") for _ in range(6))
        site = Website.objects.get(pk=self.sites[0].pk)  # it may have another address by now
        fix_word(website=site, language="kk", word="жаңалықтар", form=form, actor=SYSTEM, now=self.now)

    def receive(self) -> None:
        """As an import does: many rows at once, by `bulk_update`."""
        above = self.page(SectionPage, website=self.sites[0], locale__language_code="ru", listing="news")
        if above is not None:
            found = list(NewsPage.objects.filter(website=self.sites[0], live=True)[:2])
            changed = [(page, {"title": self.word()}) for page in found]
            receive_pages(under=above, new=[], changed=changed, is_live=True, actor=SYSTEM, now=self.now)

    def apply(self) -> None:
        """As a new version of a template does."""
        page = self.page(SectionPage, website=self.sites[0])
        if page is not None:
            apply_fields(page=page, fields={"title": self.word()}, actor=SYSTEM, now=self.now)
