"""A website with the small template, ready to take what an old one held."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import acting
from kopir.base.actors import system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites.actions import create_website

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BODIES = ("government", "ministry-of-education", "ministry-of-finance")


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def system():
    return system_actor("tests")


@pytest.fixture
def kz(db, settings):
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"
    pack = read_pack("kz")
    bodies = tuple(body for body in pack.bodies if body.slug in BODIES)
    codes = {body.region for body in bodies}
    regions = tuple(region for region in pack.regions if region.code in codes)
    load_pack(pack=replace(pack, bodies=bodies, regions=regions), actor=system_actor("tests"), now=NOW)


@pytest.fixture
def education(kz, template, system, now):
    return create_website(body=get_body("ministry-of-education"), template=template, actor=system, now=now)


@pytest.fixture
def finance(kz, template, system, now):
    return create_website(body=get_body("ministry-of-finance"), template=template, actor=system, now=now)
