"""What search is told of websites: the shown pages with their words, and at once no more what was taken away."""

from __future__ import annotations

from django.utils.translation import override

from kopir.search.models import Change
from kopir.search.registry import name_sites
from kopir.websites import found
from kopir.websites.models import PersonPage, ProjectPage, SectionPage
from sitetypes import write_page


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


def test_the_words_of_a_choice_are_those_of_the_page_s_language(education, django_assert_max_num_queries):
    projects = [write_page(ProjectPage, education, "ru", slug=f"project-{number}") for number in range(3)]
    with override("ru"):
        word = projects[0].get_state_display()
    keys = [str(project.pk) for project in projects]
    with override("en"), django_assert_max_num_queries(3):  # the pages, those of their type, and what the hook asks
        documents = list(found.load(keys))
    assert len(documents) == 3
    assert all(word in document.text for document in documents)
