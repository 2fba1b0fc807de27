"""Fills the portal of a stand: the country's pack, colors, people, letters, websites. Through actions, as the system.

It is done once; what people have changed since is left alone. Anywhere but on a stand it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from kopir.accounts.actions import confirm_identifier, give_code_app, grant_role, register_person
from kopir.accounts.models import Level, User
from kopir.base.actors import Role, system_actor
from kopir.bodies.actions import change_portal, load_pack, set_theme
from kopir.bodies.country import Pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body, get_portal
from kopir.demo.apps import LETTER
from kopir.demo.content import Content, Person, read_content, read_letters
from kopir.demo.places import NoStandError
from kopir.demo.sign_ins import SignIns, email_of
from kopir.demo.site_seeding import seed_sites
from kopir.notices.actions import send

ACTOR: Final = system_actor("demo.seed")
SOURCE: Final = "demonstration"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a seeding brought: bodies of the pack that were new, people, websites; all 0 where all was there."""

    bodies: int
    people: int
    websites: int


def seed(sign_ins: SignIns, now: datetime) -> Seeded:
    """Fill the portal of these settings. A second time it brings only what is new in the pack.

    Raises NoStandError where the settings are not a stand's.
    """
    if not isinstance(getattr(settings, "KOPIR_STAND", None), Path):
        raise NoStandError
    country = settings.KOPIR_COUNTRY
    pack = read_pack(country)
    bodies = load_pack(pack=pack, actor=ACTOR, now=now).bodies
    content = read_content(country)
    people = 0
    with transaction.atomic():  # all of it or none, so that what was stopped halfway is done again
        if not User.objects.filter(email=email_of(country, content.people[0].who)).exists():
            _set_looks(content, now)
            for person in content.people:
                _make_person(person, pack, sign_ins, now)
            people = len(content.people)
    return Seeded(bodies, people, seed_sites(country, ACTOR, now).websites)


def _set_looks(content: Content, now: datetime) -> None:
    portal = get_portal()
    change_portal(
        names=portal.names,
        phone=portal.phone,
        email=portal.email,
        colors=content.colors,
        revision=portal.revision,
        actor=ACTOR,
        now=now,
    )
    for theme in content.themes:
        body = get_body(theme.body)
        set_theme(body=body, colors=theme.colors, crest=theme.read_logo(), revision=body.revision, actor=ACTOR, now=now)


def _make_person(person: Person, pack: Pack, sign_ins: SignIns, now: datetime) -> None:
    country = settings.KOPIR_COUNTRY
    user = register_person(
        email=email_of(country, person.who),
        name=person.name,
        language=person.language,
        password=sign_ins.password,
        actor=ACTOR,
        now=now,
    )
    give_code_app(user=user, secret=sign_ins.secrets[f"{country}/{person.who}"], actor=ACTOR, now=now)
    body = get_body(person.body) if person.body else None
    for role in person.roles:
        grant_role(user=user, role=Role(role), body=body, actor=ACTOR, now=now)
    if not person.roles:
        _confirm_number(user, pack, now)
    # After what the actions above tell once they are committed, so that the welcome stands on top of the inbox.
    transaction.on_commit(lambda: _send_letters(person, user, now))


def _send_letters(person: Person, user: User, now: datetime) -> None:
    for words in read_letters(person):
        context = {"subject": words.subject, "text": words.text}
        send(template=LETTER, to=str(user.pk), context=context, now=now)


def _confirm_number(user: User, pack: Pack, now: datetime) -> None:
    """Give a citizen the number that the pack has as its example, so that they can sign in abroad."""
    scheme = pack.country.identifiers_of("person")[0]
    confirm_identifier(
        user=user,
        country=pack.country.code,
        scheme=scheme.code,
        value=scheme.example,
        level=Level.SUBSTANTIAL,
        source=SOURCE,
        actor=ACTOR,
        now=now,
    )
