"""A page of each type of websites, below a section that lists it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kopir.websites.models import (
    BudgetPage,
    DatasetPage,
    DivisionPage,
    EventPage,
    PressReleasePage,
    ProjectPage,
    QuestionPage,
    SectionPage,
    ServicePage,
    SitePage,
    TenderPage,
    VacancyPage,
    VideoPage,
    Website,
)

LONG = "Мемлекеттік органдардың ақпараттандырылуындағы қауіпсіздендірілмегендіктеріңіздерден"
BUDGET = """Код;Атауы;Жоспар;Атқарылғаны
1;Қызметкерлердің еңбекақысы;1 500,5;1 400
1.1;Негізгі еңбекақы;1 000;1 000
1.2;Сыйақы;500,5;400
2;Жабдықтар;99,5;—
;Барлығы;1 600;1 400
"""
DAY = datetime(2026, 3, 10, 9, tzinfo=UTC)
FIELDS: dict[type[SitePage], dict[str, Any]] = {
    PressReleasePage: {
        "happened_on": date(2026, 3, 1),
        "contact": LONG,
        "phone": "+7 7172 74 00 00",
        "email": "press@edu.example",
        "body": [{"type": "paragraph", "value": f"<p>{LONG}</p>"}],
    },
    EventPage: {"starts_at": DAY, "ends_at": DAY.replace(hour=11), "place": f"Астана, {LONG}", "organizer": LONG},
    DivisionPage: {
        "head": f"Директор, {LONG}",
        "tasks": f"<p>{LONG}</p>",
        "functions": "<ul><li>Мектептер</li></ul>",
        "phone": "+7 7172 74 00 00",
        "email": "mektep@edu.example",
    },
    TenderPage: {
        "closes_at": DAY,
        "number": "2026-17",
        "method": LONG,
        "amount": Decimal("1250000.50"),
        "currency": "₸",
        "address": "https://goszakup.example/",
    },
    ProjectPage: {
        "state": "running",
        "begins_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1),
        "cost": Decimal(5000000),
        "currency": "₸",
        "funds": LONG,
        "manager": LONG,
        "partners": LONG,
    },
    BudgetPage: {"year": 2026, "stage": "revised", "currency": "мың ₸", "rows": BUDGET},
    DatasetPage: {"license": "cc0", "renewed_on": date(2026, 3, 1), "frequency": "monthly", "holder": LONG},
    QuestionPage: {"answer": f"<p>{LONG}</p>", "topic": "Мектептер", "answered_on": date(2026, 3, 1)},
    VideoPage: {"filmed_on": date(2026, 3, 1), "address": "https://video.example/1", "text": f"<p>{LONG}</p>"},
    ServicePage: {
        "address": "https://egov.example/1",
        "audience": LONG,
        "term": "5 күн",
        "fee": "Тегін",
        "papers": f"<p>{LONG}</p>",
        "result": LONG,
    },
    VacancyPage: {
        "closes_at": DAY,
        "division": LONG,
        "place": "Астана",
        "salary": "350 000 ₸",
        "duties": f"<p>{LONG}</p>",
        "demands": "<ul><li>Жоғары білім</li></ul>",
        "papers": "<p>Түйіндеме</p>",
        "phone": "+7 7172 74 00 00",
        "email": "kadr@edu.example",
    },
}
"""What a page of each type holds, so that everything that it can show is shown."""


def slug_of(model: type[SitePage]) -> str:
    """The last segment of the page of a type: "event"."""
    return (model._meta.model_name or "").removesuffix("page")


def make_section(website: Website, model: type[SitePage], language: str = "kk") -> SectionPage:
    """The section below the home page that lists a type, "events"; made where there is none."""
    assert model.listed is not None
    home = SitePage.objects.get(website=website, locale__language_code=language, depth=3)
    name = model.listed.name
    found = SectionPage.objects.child_of(home).filter(listing=name).first()
    section: SectionPage = found or home.add_child(instance=SectionPage(title=name.title(), slug=name, listing=name))
    return section


def write_page(model: type[SitePage], website: Website, language: str = "kk", **fields: Any) -> SitePage:
    """A shown page of a type with everything that such a page can show."""
    own = {"title": LONG, "slug": slug_of(model), "summary": f"Қысқаша: {LONG}", **FIELDS[model], **fields}
    page: SitePage = make_section(website, model, language).add_child(instance=model(**own))
    page.save_revision().publish()
    written: SitePage = SitePage.objects.get(pk=page.pk).specific
    return written
