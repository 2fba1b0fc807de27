"""Sample words for the page of components, in the languages of the region. Made up: no such person, body or act."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.templatetags.static import static

from .page import Link


def get_samples() -> dict[str, Any]:
    """What the examples are filled with, by the names that they use."""
    picture = {"source": static("design/sample.svg"), "width": 640, "height": 360}
    portrait = {"source": static("design/portrait.svg"), "alt": "", "width": 92, "height": 116}
    return {
        "way": [Link("Главная", "/"), Link("Государственные органы", "/"), Link("Министерства", "/")],
        "facts": [
            {
                "key": "Тегі, аты, әкесінің аты",
                "value": "Сейітқали Айгүл Ерланқызы",
                "address": "#",
                "action": "Өзгерту",
            },
            {
                "key": "Тіркелген мекенжайы",
                "value": "Қарағанды облысы, Теміртау қаласы, Бейбітшілік көшесі, 12",
                "address": "#",
                "action": "Өзгерту",
            },
            {"key": "Өтінім нөмірі", "value": "2026-004817"},
        ],
        "table_head": ["Hudud", "Tumanlar", "Aholi, ming kishi"],
        "table_rows": [
            ["Qoraqalpogʻiston Respublikasi", "16", "2 002,7"],
            ["Samarqand viloyati", "14", "4 208,5"],
            ["Qashqadaryo viloyati", "14", "3 560,6"],
        ],
        "number_columns": [2, 3],
        "steps": [
            {"text": "Құжаттарды жүктеу", "address": "#", "status": "Дайын", "hint": "PDF немесе JPEG"},
            {"text": "Мекенжайды растау", "address": "#", "status": "Толтырылмаған", "color": "yellow"},
            {"text": "Электрондық цифрлық қолтаңбамен қол қою", "status": "Әзірге мүмкін емес"},
        ],
        "sides": [Link("Маълумот", "#", is_current=True), Link("Ҳуҷҷатҳо", "#"), Link("Тамос", "#")],
        "many": Paginator(range(480), 20).page(7),
        "day": date(2026, 3, 27),
        "news_picture": {**picture, "alt": "Көктемгі тасқын кезіндегі өзен арнасы"},
        "bridge": {**picture, "alt": "Daryo ustidagi koʻprik, uzoqda togʻlar"},
        "portrait": portrait,
        "papers": [
            {"text": "Текст приказа", "address": "#", "format": "PDF", "size_bytes": 184_320},
            {"text": "Приложение", "address": "#", "format": "DOCX", "size_bytes": 40_960},
        ],
    }
