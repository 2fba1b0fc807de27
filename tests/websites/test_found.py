"""What search is told of websites: the shown pages with their words, and at once no more what was taken away."""

from __future__ import annotations

from kopir.search.models import Change
from kopir.search.registry import name_sites
from kopir.websites import found
from kopir.websites.models import PersonPage, SectionPage


def test_a_page_is_a_document_with_its_words(education):
    about = SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")
    (document,) = found.load([str(about.pk)])
    assert (document.title, document.language, document.site) == ("О министерстве", "ru", education.body_id)
    assert document.address == "/ru/ministry-of-education/about/"
    assert document.text == "Здесь пишут, что мы делаем."
    assert document.kind == "websites.sectionpage"


def test_the_duties_of_a_person_are_words_without_marks(education):
    person = PersonPage.objects.get(url_path="/ru/ministry-of-education/about/head/")
    person.duties = "<p>Руководит <b>министерством</b></p>"
    person.save()
    (document,) = found.load([str(person.pk)])
    assert "Руководит министерством" in document.text


def test_only_what_is_shown_is_visible(education, finance):
    about = SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")
    everything = set(found.list_ids())
    assert str(about.pk) in found.visible(everything)
    about.unpublish()
    finance.state = "archived"
    finance.save()
    seen = found.visible(everything)
    assert str(about.pk) not in seen
    assert len(seen) == 14
    assert list(found.load([str(about.pk)])) == []


def test_a_new_site_is_to_be_read_and_known_by_the_name_of_its_body(education):
    assert Change.objects.filter(source="websites.page").count() == 15
    assert name_sites([education.body_id])[education.body_id] == education.body.names["en"]
    assert found.visible({"x", "-1", ""}) == set()
