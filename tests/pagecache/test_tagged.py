"""Objects that note themselves."""

from __future__ import annotations

import pytest
from wagtail.models import Page

from actors import NOW
from kopir.bodies.models import BRIEF, Body, Region
from kopir.pagecache import tagged
from kopir.pagecache.actions import touch
from kopir.pagecache.recorder import record
from kopir.pagecache.tagged import hook, tag_of, tags_of
from kopir.websites.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(transaction_of_the_test):
    region = Region.objects.create(code="R", level="region", names={"en": "R"})
    return Body.objects.create(
        slug="b", kind="k", names={"en": "B"}, region=region, path="1/", created_at=NOW, changed_at=NOW
    )


@pytest.fixture
def transaction_of_the_test(settings):
    """Rows are made by hand here."""
    settings.KOPIR_PAGE_GUARD = "log"
    touch("bodies.body:none", "bodies.region:none")


def tags(make) -> set[str]:
    with record() as recording:
        recording.note("bodies.body:test")
        recording.note("bodies.region:test")
        make()
    return recording.tags - {"bodies.body:test", "bodies.region:test"}


def test_an_object_notes_itself(body):
    assert tags(lambda: Body.objects.get(pk=body.pk)) == {f"bodies.body:{body.pk}"}


def test_so_do_those_that_come_with_it(body):
    both = {f"bodies.body:{body.pk}", f"bodies.region:{body.region_id}"}
    assert tags(lambda: Body.objects.select_related("region").get()) == both
    assert tags(lambda: list(Body.objects.prefetch_related("region"))) == both
    assert tags(lambda: Body.objects.get().region) == both


def test_a_part_of_the_fields_is_a_facet(body):
    assert tags(lambda: list(Body.objects.only(*BRIEF))) == {f"bodies.body:{body.pk}:brief"}
    assert tags(lambda: list(Body.objects.only("slug"))) == {f"bodies.body:{body.pk}:brief"}
    assert tags(lambda: list(Body.objects.only("slug", "phone"))) == {f"bodies.body:{body.pk}"}


def test_a_field_that_is_asked_for_later_is_noted_then(body):
    whole = {f"bodies.body:{body.pk}:brief", f"bodies.body:{body.pk}"}
    assert tags(lambda: Body.objects.only(*BRIEF).get().phone) == whole


def test_what_a_change_makes_stale(body):
    tag = f"bodies.body:{body.pk}"
    assert tags_of(body) == (tag, f"{tag}:brief")
    assert tags_of(body, ["phone", "region"]) == (tag,)
    assert tags_of(body, ["phone", "names"]) == (tag, f"{tag}:brief")
    assert tags_of(body.region, ["names"]) == (f"bodies.region:{body.region_id}",)
    assert tag_of(Body, 7) == "bodies.body:7"
    with pytest.raises(ValueError, match="has no field fone"):
        tags_of(body, ["fone"])


@pytest.fixture
def hooked(monkeypatch):
    """Wagtail's page as it comes, hooked here; afterwards the hook of the room of websites is back."""
    monkeypatch.delattr(Page, "from_db")
    monkeypatch.delattr(Page, tagged._HOOKED)
    hook(Page)
    hook(Page)
    return Page


def test_an_object_of_a_library_notes_itself_and_so_do_those_that_inherit(hooked, settings):
    settings.KOPIR_PAGE_GUARD = "log"
    with record() as recording:
        root = Page.objects.filter(depth=1).first()
    assert recording.tags == {f"wagtailcore.page:{root.pk}"}
    names = [field.attname for field in HomePage._meta.concrete_fields]
    with record() as recording:
        HomePage.from_db("default", names, [7 if name in {"id", HomePage._meta.pk.attname} else None for name in names])
    assert recording.tags == {"wagtailcore.page:7"}


def test_our_own_models_need_no_hook():
    hook(Body)
    assert tagged._HOOKED not in vars(Body)


def test_outside_a_recording_nothing_is_noted(body):
    assert Body.objects.get() == body
