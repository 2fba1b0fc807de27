"""Pictures, files and pages that show them, for tests of websites."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import uuid4

from PIL import Image

from kopir.websites.actions.media import add_file, add_picture
from kopir.websites.models import NewsPage, SectionPage, SiteDocument, SiteImage, SitePage, Website

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture_bytes(size: tuple[int, int] = (1600, 1000), color: str = "#226688") -> io.BytesIO:
    """A JPEG of one color."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG")
    out.seek(0)
    return out


def put_picture(website: Website, actor: Any, now: Any, *, text: str = "Көпір су үстінде") -> SiteImage:
    """A picture of a website, as it was sent in: in no size yet."""
    return add_picture(
        website=website, title="Көпір", name="bridge.jpg", content=picture_bytes(), text=text, actor=actor, now=now
    )


def put_file(website: Website, actor: Any, now: Any, *, name: str = "order.pdf", content: bytes = PDF) -> SiteDocument:
    """A file of a website."""
    return add_file(website=website, title="Бұйрық № 12", name=name, content=io.BytesIO(content), actor=actor, now=now)


def listed(*values: Any) -> dict[str, Any]:
    """The value of a block that holds a list of these, as it is kept."""
    return {"items": [{"type": "item", "value": value, "id": str(uuid4())} for value in values]}


def write_news(website: Website, language: str = "kk", **fields: Any) -> NewsPage:
    """A draft of a piece of news below the section `news`."""
    above = SectionPage.objects.get(website=website, locale__language_code=language, slug="news")
    facts = {"title": "Жаңа көпір ашылды", "slug": "bridge", "happened_on": date(2026, 3, 1), "summary": "Қысқаша"}
    page = NewsPage(live=False, website=website, **{**facts, **fields})
    above.add_child(instance=page)
    page.save_revision()
    return page


def change(page: SitePage | None, **fields: Any) -> SitePage:
    """Write a new draft of a page, as an editor saves it: what is live stays."""
    assert page is not None
    draft = page.get_latest_revision_as_object() if page.latest_revision else page
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision()
    written: SitePage = SitePage.objects.get(pk=page.pk).specific
    return written
