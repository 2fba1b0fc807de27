"""What is gathered of a website is what the public sees of it, without a word of its texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kopir.duties.gathering import gather, today_of
from kopir.websites.actions import publish_page
from kopir.websites.models import ContactsPage, DocumentPage, PersonPage, SectionPage, SitePage
from kopir.websites.queries import find_page
from sitemedia import put_file, write_news


def pages_of(website, path, language="kk"):
    return next(page for page in gather(website).pages if (page.path, page.language) == (path, language))


def test_every_page_that_is_shown(education):
    facts = gather(education)
    assert {(page.path, page.kind) for page in facts.pages} == {
        ("", "home"),
        ("news", "section"),
        ("about", "section"),
        ("about/head", "person"),
        ("contacts", "contacts"),
    }
    assert len(facts.pages) == 5 * 3
    assert (facts.opened_on, list(facts.languages)) == ("2026-03-02", ["kk", "ru", "en"])


def test_drafts_and_other_websites_are_left_out(education, finance):
    write_news(education)
    assert {page.id for page in gather(education).pages} == set(
        SitePage.objects.filter(website=education, live=True).values_list("pk", flat=True)
    )


def test_no_words_and_no_titles_are_kept(education):
    assert "жазылады" not in str(gather(education))
    assert "Министрлік туралы" not in str(gather(education))


def test_texts_of_the_template_are_known(education):
    facts = gather(education)
    about = pages_of(education, "about")
    assert about.words == 4
    assert about.digest in facts.stock


def test_the_fields_of_a_page_are_counted(education, system, now):
    person = PersonPage.objects.get(website=education, locale__language_code="kk")
    person.duties, person.biography = "<p>Министрлікті <b>басқарады</b></p>", ""
    person.save()
    fields = pages_of(education, "about/head").fields
    assert (fields["duties"], fields["biography"], fields["photo"]) == (2, 0, 0)
    above = SectionPage.objects.get(website=education, locale__language_code="kk", slug="about")
    file = put_file(education, system, now)
    act = DocumentPage(
        title="Бұйрық", slug="order", number="12", dated_on=date(2026, 2, 1), file=file, website=education
    )
    above.add_child(instance=act)
    act.save_revision()
    publish_page(page=act, actor=system, now=now)
    found = pages_of(education, "about/order")
    assert {name: found.fields[name] for name in ("number", "dated_on", "signatory", "file")} == {
        "number": 1,
        "dated_on": 1,
        "signatory": 0,
        "file": 1,
    }
    assert found.files == [file.file.name]


def test_what_contacts_leave_empty_is_told_by_the_register(education):
    assert pages_of(education, "contacts").fields["phone"] == 0
    education.body.phone = "+7 7172 74 00 00"
    education.body.postal_address = {"kk": "Астана, Мәңгілік Ел, 8"}
    education.body.save()
    education.refresh_from_db()
    assert pages_of(education, "contacts").fields["phone"] > 0
    assert pages_of(education, "contacts").fields["address"] > 0
    assert pages_of(education, "contacts", "ru").fields["address"] == 0
    ContactsPage.objects.filter(website=education).update(phone="1")
    assert pages_of(education, "contacts").fields["phone"] == 1


def test_a_translation_is_behind_when_its_source_was_published_later(education, now):
    source, translation = find_page(education, "kk", "about"), find_page(education, "ru", "about")
    later = now + timedelta(days=1)
    SitePage.objects.filter(pk=translation.pk).update(is_translation=True)
    assert not pages_of(education, "about", "ru").is_behind
    SitePage.objects.filter(pk=source.pk).update(last_published_at=later)
    assert pages_of(education, "about", "ru").is_behind
    assert not pages_of(education, "about").is_behind
    SitePage.objects.filter(pk=translation.pk).update(follows_at=later)
    assert not pages_of(education, "about", "ru").is_behind


def test_days_are_those_of_the_country(education):
    late = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
    SitePage.objects.filter(website=education).update(first_published_at=late)
    assert pages_of(education, "about").published_on == "2026-03-03"
    assert today_of(late) == date(2026, 3, 3)
