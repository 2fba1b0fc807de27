"""Whatever the administration writes leaves a row in the record, whichever of Wagtail's views wrote it.

Wagtail logs every change of a page in the transaction of the change, so its log is listened to, entry by entry; of
pictures, files and collections it logs some changes only, so their rows are. The administration runs each writing
request in one transaction (kopir.websites.admin_addresses): change and row stand or fall together. Outside of the
administration actions record themselves.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.models import Collection, PageLogEntry

from kopir.audit.actions import record
from kopir.base import clock
from kopir.websites.acting import find_current
from kopir.websites.models import SiteDocument, SiteImage, SitePage, Version
from kopir.websites.rights import Rights

KINDS: Final[dict[type[Model], str]] = {SiteImage: "picture", SiteDocument: "file", Collection: "collection"}
PUBLISHING: Final = frozenset({"wagtail.publish", "wagtail.publish.schedule"})
_NO_LETTER: Final = re.compile(r"[^a-z]+")


def connect() -> None:
    """Listen. Called once at start-up."""
    post_save.connect(_on_page, sender=PageLogEntry, dispatch_uid="websites.recording.page")
    for model, kind in KINDS.items():
        post_save.connect(_on_saved, sender=model, dispatch_uid=f"websites.recording.{kind}")
        post_delete.connect(_on_deleted, sender=model, dispatch_uid=f"websites.recording.{kind}")


def name_of(logged: str) -> str:
    """What the record calls a change of a page that Wagtail calls `logged`: "wagtail.edit" is "websites.edit_page"."""
    return f"websites.{_NO_LETTER.sub('_', logged.removeprefix('wagtail.')).strip('_')}_page"


def _on_page(instance: PageLogEntry, *, created: bool, **_options: Any) -> None:  # noqa: ANN401 - a signal's
    rights = find_current()
    if rights is None or not created:
        return
    page = SitePage.objects.filter(pk=instance.page_id).first()
    after = None
    if page:
        after = {"address": page.url_path, "revision": instance.revision_id}
        if instance.action in PUBLISHING:
            after |= _passed(instance.revision_id)
    _record(rights, name_of(instance.action), f"websites.page:{instance.page_id}", after)


def _passed(revision_id: int | None) -> dict[str, Any]:
    """What the gate found and the reason written for it, as `publish_page` records them; nothing is nothing."""
    version = Version.objects.filter(revision=revision_id).exclude(reason="").last()
    return {"reason": version.reason, "findings": version.findings} if version else {}


def _on_saved(instance: Model, *, created: bool, **_options: Any) -> None:  # noqa: ANN401 - a signal's
    if rights := find_current():
        kind = KINDS[type(instance)]
        _record(rights, f"websites.{'add' if created else 'edit'}_{kind}", f"websites.{kind}:{instance.pk}", None)


def _on_deleted(instance: Model, **_options: Any) -> None:  # noqa: ANN401 - a signal's
    if rights := find_current():
        kind = KINDS[type(instance)]
        _record(rights, f"websites.delete_{kind}", f"websites.{kind}:{instance.pk}", None)


def _record(rights: Rights, action: str, subject: str, after: dict[str, Any] | None) -> None:
    record(
        actor=rights.actor,
        action=action,
        subject=subject,
        body_id=rights.website.body_id,
        after=after,
        now=clock.now(),
    )
