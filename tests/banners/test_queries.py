"""What stands over which page, and in which words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import override

from kopir.banners import queries
from kopir.banners.actions import set_banner
from kopir.banners.models import Banner
from kopir.banners.rules import COUNTRY, Place
from kopir.base.actors import Role
from kopir.bodies.queries import get_body, list_regions
from kopir.pagecache.recorder import record


def put(operator, now, place, hours=3):
    return set_banner(
        place=place, titles={"kk": place.name}, texts={}, until=now + timedelta(hours=hours), actor=operator, now=now
    )


def test_the_widest_comes_first_and_the_first_end_is_noted(kz, operator, now):
    region, body = list_regions()[0], get_body("ministry-of-education")
    made = [
        put(operator, now, Place(body_id=body.pk), 5),
        put(operator, now, Place(region_id=region.pk), 4),
        put(operator, now, COUNTRY, 6),
    ]
    with record() as recording:
        found = queries.list_over(body.pk, region.pk, now=now)
    assert found == made[::-1]
    assert recording.until == made[1].until
    assert queries.list_over(None, None, now=now) == [made[2]]


def test_what_may_be_ended_is_listed(kz, operator, actor_for, now):
    put(operator, now, COUNTRY)
    own = put(operator, now, Place(body_id=get_body("ministry-of-education").pk))
    assert queries.list_standing(actor=actor_for(Role.PUBLISHER), now=now) == [own]
    assert len(queries.list_standing(actor=operator, now=now)) == 2
    assert queries.list_standing(actor=actor_for(Role.PUBLISHER, "ministry-of-finance"), now=now) == []


def test_a_language_without_words_has_another_and_says_which():
    banner = Banner(titles={"kk": "Тасқын", "ru": "Паводок"}, texts={"ru": "Дорога закрыта."}, address="https://a.kz/")
    with override("kk"):
        told = queries.tell(banner)
    assert (told.title, told.language, told.text) == ("Тасқын", "", "")
    with override("en"):
        told = queries.tell(banner)
    assert (told.title, told.text, told.language) == ("Паводок", "Дорога закрыта.", "ru")
    assert told.link == "Read more about this"
