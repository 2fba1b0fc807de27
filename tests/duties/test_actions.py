"""A score keeps all that it was computed from, and so last March can be computed again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dutysites import clause, pack
from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.base.models import Job
from kopir.bodies.actions import DayChange, set_calendar_days
from kopir.bodies.queries import get_calendar_version
from kopir.duties import actions, gathering
from kopir.duties.actions import CHECK, ask_for_check, note_answer, score_website
from kopir.duties.asking import Answer
from kopir.duties.errors import NoDutiesError
from kopir.duties.models import FileFinding, Inputs, LinkFinding, PackVersion, Score
from kopir.duties.queries import recompute
from kopir.websites.actions import publish_page
from kopir.websites.models import MediaUse, SectionPage
from sitemedia import change, put_file, write_news

STRUCTURE = clause("present", params={"sections": ["about"], "words": 3})
NEWS = clause("fresh", "news", params={"kind": "section", "within_days": 3})


@pytest.fixture
def law(monkeypatch):
    """Puts a pack in the place of the country's."""

    def put(*clauses, version="1"):
        made = pack(*clauses, version=version)
        monkeypatch.setattr(actions, "read_duties", lambda place: made)

    put(STRUCTURE, NEWS)
    return put


def write(website, text):
    """Words of the website's own in each language of a section."""
    for number, page in enumerate(SectionPage.objects.filter(website=website, slug="about")):
        page.body = [{"type": "paragraph", "value": f"<p>{text} {number} бір екі үш төрт бес алты жеті</p>"}]
        page.save()


def test_a_website_is_checked_by_the_pack_of_its_country(education, system, now):
    score = score_website(website=education, actor=system, now=now)
    assert score.results["news-daily"]["state"] == "failed"
    assert score.results["structure"]["state"] == "unknown"
    assert (score.on.isoformat(), score.pack.version) == ("2026-03-02", "2026-11")
    row = Row.objects.get(action="duties.score_website")
    assert row.body_id == education.body_id


def test_the_newest_is_one(education, finance, law, system, now):
    first = score_website(website=education, actor=system, now=now)
    score_website(website=finance, actor=system, now=now)
    write(education, "Біз")
    second = score_website(website=education, actor=system, now=now)
    assert second.points > first.points
    assert list(Score.objects.filter(website=education, is_newest=True)) == [second]
    assert Score.objects.filter(is_newest=True).count() == 2


def test_nothing_new_on_the_same_day_is_no_new_score(education, law, system, now):
    first = score_website(website=education, actor=system, now=now)
    assert score_website(website=education, actor=system, now=now + timedelta(hours=1)) == first
    assert score_website(website=education, actor=system, now=now + timedelta(days=1)) != first
    assert (Inputs.objects.count(), PackVersion.objects.count()) == (1, 1)


def test_last_march_is_computed_again_though_everything_has_changed_since(education, law, system, now):
    write(education, "Біз")
    march = score_website(website=education, actor=system, now=now)
    write(education, "")
    SectionPage.objects.filter(website=education).update(live=False)
    law(clause("present", params={"sections": ["nowhere"]}), version="2")
    later = now + timedelta(days=200)
    days = [DayChange(march.on, "holiday", {"kk": "Демалыс", "ru": "Выходной", "en": "Day off"})]
    set_calendar_days(changes=days, reference="№ 1", actor=system, now=later)
    now_score = score_website(website=education, actor=system, now=later)
    march.refresh_from_db()
    outcome = recompute(march)
    assert (outcome.points, outcome.possible, outcome.results) == (march.points, march.possible, march.results)
    assert (march.pack.version, now_score.pack.version) == ("1", "2")
    assert march.calendar < now_score.calendar == get_calendar_version().number
    assert now_score.results != march.results


def test_what_was_tampered_with_does_not_come_out_the_same(education, law, system, now):
    score = score_website(website=education, actor=system, now=now)
    Score.objects.filter(pk=score.pk).update(points=score.points + 1)
    score.refresh_from_db()
    assert recompute(score).points != score.points


def test_who_has_no_part_in_it_has_nothing_checked(education, law, now):
    other = Actor("person", id="9", grants=frozenset({(Role.SITE_ADMINISTRATOR, education.body_id + 1000)}))
    for action in (score_website, ask_for_check):
        with pytest.raises(NotAllowedError):
            action(website=education, actor=other, now=now)
    assert not Score.objects.exists()


def test_the_head_of_the_body_above_may(education, law, now):
    head = Actor("person", id="9", grants=frozenset({(Role.HEAD, education.body.parent_id)}))
    assert education.body.parent_id
    assert score_website(website=education, actor=head, now=now)


def test_a_check_that_is_asked_for_waits_for_a_worker(education, operator, now):
    ask_for_check(website=education, actor=operator, now=now)
    assert Job.objects.get(name=CHECK).arguments == {"website": education.pk}
    assert Row.objects.filter(action="duties.ask_for_check").count() == 1


def test_a_check_that_is_asked_for_again_and_again_is_one(education, operator, now):
    for seconds in (0, 1, 599, 600):
        ask_for_check(website=education, actor=operator, now=now + timedelta(seconds=seconds))
    assert Job.objects.filter(name=CHECK).count() == 2


def test_a_country_without_duties(education, system, now, monkeypatch):
    monkeypatch.setattr(actions, "read_duties", lambda place: None)
    with pytest.raises(NoDutiesError):
        score_website(website=education, actor=system, now=now)


def test_what_an_address_answers_is_kept_and_a_failure_counts_after_some_nights(db, now):
    finding = LinkFinding.objects.create(address="https://a.example/", host="a.example", seen_on=now.date())

    def alive_after(*answers):
        for answer in answers:
            note_answer(finding=finding, answer=answer, now=now)
        finding.refresh_from_db()
        return finding.is_alive

    assert alive_after(Answer.NOT_ASKED, Answer.FAILED, Answer.FAILED) is None
    assert alive_after(Answer.FAILED) is False
    assert alive_after(Answer.ALIVE, Answer.FAILED, Answer.FAILED, Answer.NOT_ASKED) is True
    assert alive_after(Answer.GONE) is False


def test_files_are_read_once_and_links_are_put_down_to_be_asked(education, system, now, monkeypatch):
    page = write_news(education)
    file = put_file(education, system, now)
    body = [{"type": "paragraph", "value": "<p><a href='https://Water.example:443/'>Су</a></p>"}]
    publish_page(page=change(page, body=body), actor=system, now=now)
    MediaUse.objects.create(page_id=page.pk, document=file)
    score_website(website=education, actor=system, now=now)
    assert list(LinkFinding.objects.values_list("address", "host")) == [("https://Water.example:443/", "water.example")]
    assert dict(FileFinding.objects.values_list("name", "has_text")) == {file.file.name: None}
    monkeypatch.setattr(gathering, "has_text", lambda file: pytest.fail("it was read again"))
    score_website(website=education, actor=system, now=now + timedelta(days=1))
    assert LinkFinding.objects.get().seen_on == (now + timedelta(days=1)).date()
