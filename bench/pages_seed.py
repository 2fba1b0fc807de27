"""Fills a portal with websites for a benchmark: `.venv/bin/python bench/pages_seed.py --sites 200 --pages 20000`.

It works on the portal that the environment names (`KOPIR_FOLDER` and the rest), whose pack has to be loaded. Each site
has what its template brings and, in three languages, news of eight blocks: three paragraphs of real sentences, a
heading, a picture, a quote, a table and six cards that lead to pages of the site. Prints one line of JSON: sites,
pages, seconds of provisioning, and the addresses of some of the news.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
import time
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kopir.base.actors import Actor
    from kopir.websites.models import Website

SENTENCES = Path(__file__).resolve().parent.parent / "tests" / "search" / "judged"
LANGUAGES = ("kk", "ru", "en")
FIRST_DAY = date(2026, 1, 1)
CARDS = 6
SAMPLE = 300
NEWS = 2
"""In each language of each site at least, also where the templates alone make as many pages as are asked for."""
TABLE = "Облыс;Халқы;Үлесі\nАлматы облысы;1 500 300;12,5 %\nТүркістан облысы;2 100 000;17,2 %\n"


def main() -> int:
    """Seed; exit status 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--sites", type=int, default=200, help="how many websites (default 200)")
    parser.add_argument("--pages", type=int, default=20_000, help="how many pages in all, at least (default 20000)")
    options = parser.parse_args()
    from kopir.config.env import make_folder, use_settings

    use_settings()
    make_folder()
    import django

    django.setup()
    print(json.dumps(seed(options.sites, options.pages)))
    return 0


def seed(sites: int, pages: int) -> dict[str, Any]:
    """Make the websites and their pages; what was made."""
    from kopir.base import clock
    from kopir.base.actors import system_actor
    from kopir.bodies.models import Body
    from kopir.websites.actions import create_websites
    from kopir.websites.models import SitePage
    from kopir.websites.packs import list_templates

    actor, chance = system_actor("bench"), random.Random("pages")
    bodies = list(Body.objects.order_by("pk")[:sites])
    wanted = [(body, body.slug, list_templates()[0]) for body in bodies]
    begun = time.perf_counter()
    websites = create_websites(sites=wanted, actor=actor, now=clock.now())
    took = time.perf_counter() - begun
    there = SitePage.objects.count()
    each = max(NEWS, -(-(pages - there) // (len(websites) * len(LANGUAGES))))
    sentences = {language: _read(language) for language in LANGUAGES}
    for website in websites:
        _fill(website, each, sentences, chance, actor)
    news = [
        f"/{language}/{body.slug}/news/item-{number}/"
        for body in bodies
        for number in range(each)
        for language in LANGUAGES
    ]
    return {
        "sites": len(websites),
        "pages": SitePage.objects.count(),
        "provision_s": round(took, 1),
        "provisioned_pages": there,
        "addresses": chance.sample(news, min(SAMPLE, len(news))),
        "home": f"/kk/{bodies[0].slug}/",
    }


def _fill(website: Website, many: int, sentences: dict[str, list[str]], chance: random.Random, actor: Actor) -> None:
    """The news of one website, with a picture that stands in all its sizes."""
    from kopir.base import clock
    from kopir.websites.actions.filling import NewPage, fill_website
    from kopir.websites.actions.media import add_picture
    from kopir.websites.models import NewsPage, SitePage
    from kopir.websites.renditions import make_renditions

    now = clock.now()
    image = add_picture(
        website=website,
        title="Көпір",
        name="bridge.jpg",
        content=_picture(),
        text="Су үстіндегі көпір",
        actor=actor,
        now=now,
    )
    make_renditions(image)
    below = {
        language: list(SitePage.objects.of(website).filter(locale__language_code=language).values_list("pk", flat=True))
        for language in LANGUAGES
    }
    pages = [
        NewPage(
            NewsPage,
            "news",
            f"item-{number}",
            {
                language: {
                    "title": chance.choice(sentences[language])[:200],
                    "summary": chance.choice(sentences[language])[:400],
                    "happened_on": FIRST_DAY + timedelta(days=number),
                    "image": image,
                    "body": _blocks(sentences[language], below[language], image.pk, chance),
                }
                for language in LANGUAGES
            },
        )
        for number in range(many)
    ]
    fill_website(website=website, texts=[], pages=pages, actor=actor, now=now)


def _blocks(sentences: list[str], below: list[int], image: int, chance: random.Random) -> list[dict[str, Any]]:
    cards = [
        {"title": chance.choice(sentences)[:120], "text": "", "page": page, "address": ""}
        for page in chance.sample(below, CARDS)
    ]
    return [
        _paragraph(sentences, chance),
        {"type": "picture", "value": {"image": image, "text": "Су үстіндегі көпір", "caption": "Шу өзені"}},
        {"type": "heading", "value": {"text": chance.choice(sentences)[:120], "level": "2"}},
        _paragraph(sentences, chance),
        {"type": "quote", "value": {"text": chance.choice(sentences), "source": ""}},
        {"type": "table", "value": {"caption": chance.choice(sentences)[:120], "cells": TABLE, "source": ""}},
        _paragraph(sentences, chance),
        {
            "type": "cards",
            "value": {"items": [{"type": "item", "value": card, "id": str(uuid.uuid4())} for card in cards]},
        },
    ]


def _paragraph(sentences: list[str], chance: random.Random) -> dict[str, Any]:
    from django.utils.html import escape

    return {"type": "paragraph", "value": f"<p>{escape(' '.join(chance.choices(sentences, k=5)))}</p>"}


def _picture() -> io.BytesIO:
    from PIL import Image

    out = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(out, "JPEG")
    out.seek(0)
    return out


def _read(language: str) -> list[str]:
    with (SENTENCES / f"{language}_documents.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


if __name__ == "__main__":
    sys.exit(main())
