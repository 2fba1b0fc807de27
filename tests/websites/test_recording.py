"""What the administration writes leaves a row, whichever of Wagtail's views wrote it."""

from __future__ import annotations

import json

import pytest

from editing import make_editor, use_real_doors
from kopir.audit.models import Row
from kopir.base.actors import Role
from kopir.websites.models import SiteDocument, SiteImage, SitePage
from kopir.websites.queries import get_home
from kopir.websites.recording import name_of
from planned import facts_of
from sitemedia import write_news
from tenants import news_form, pdf, png

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")

FAULTY = json.dumps(
    {
        "blocks": [
            {
                "key": "a",
                "type": "unstyled",
                "text": "мында",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 5, "key": 0}],
            }
        ],
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://x.example/"}}},
    }
)


@pytest.mark.parametrize(
    ("logged", "name"),
    [
        ("wagtail.edit", "websites.edit_page"),
        ("wagtail.publish.schedule", "websites.publish_schedule_page"),
        ("wagtail.comments.create_reply", "websites.comments_create_reply_page"),
        ("other.Thing-2", "websites.other_hing_page"),
    ],
)
def test_every_name_of_wagtails_has_one_of_ours(logged, name):
    assert name_of(logged) == name


@pytest.mark.parametrize(
    ("kind", "path", "form", "model"),
    [
        ("picture", "/edit/images/", lambda: {"title": "P", "file": png()}, SiteImage),
        ("file", "/edit/documents/", lambda: {"title": "F", "file": pdf()}, SiteDocument),
    ],
)
def test_pictures_and_files(education, settings, kind, path, form, model):
    use_real_doors(settings)
    user, client = make_editor("editor", [(Role.SITE_ADMINISTRATOR, education)])
    assert client.post(f"{path}add/", form()).status_code == 302
    thing = model.objects.get()
    assert thing.collection == education.collection
    edit = f"{path}{thing.pk}/" if kind == "picture" else f"{path}edit/{thing.pk}/"
    delete = f"{path}{thing.pk}/delete/" if kind == "picture" else f"{path}delete/{thing.pk}/"
    client.post(edit, {"title": "Renamed"})
    client.post(delete)
    assert not model.objects.exists()
    rows = Row.objects.filter(subject__startswith=f"websites.{kind}:").order_by("pk")
    found = list(dict.fromkeys(rows.values_list("action", flat=True)))
    assert found == [f"websites.{verb}_{kind}" for verb in ("add", "edit", "delete")]
    assert {(row.actor_id, row.body_id) for row in rows} == {(str(user.pk), education.body_id)}


@pytest.mark.parametrize(("later", "action"), [("", "publish"), ("2035-01-01 10:00", "publish_schedule")])
def test_the_reason_given_in_the_window_stands_in_the_record(education, settings, later, action):
    use_real_doors(settings)
    _user, editor = make_editor("editor", [(Role.EDITOR, education)])
    user, publisher = make_editor("publisher", [(Role.PUBLISHER, education)])
    page = write_news(education)
    faulty = {"body-0-type": "paragraph", "body-0-value": FAULTY, "go_live_at": later, "action-submit": "1"}
    assert editor.post(f"/edit/pages/{page.pk}/edit/", news_form("Title", page.slug, **faulty)).status_code == 302
    state = SitePage.objects.get(pk=page.pk).current_workflow_state.current_task_state
    window = f"/edit/pages/workflow/action/{page.pk}/approve/{state.pk}/"
    assert "kept in the record, with your name" in publisher.get(window).content.decode()
    publisher.post(window, {"comment": "Here"})
    assert not Row.objects.filter(action=f"websites.{action}_page").exists(), "that is no reason"
    publisher.post(window, {"comment": "The law has it so"})
    row = Row.objects.get(action=f"websites.{action}_page", actor_id=str(user.pk))
    assert facts_of(row)["reason"] == "The law has it so"
    assert facts_of(row)["findings"] == ["link_words"]


def test_outside_of_the_administration_actions_record_themselves(education):
    before = Row.objects.count()
    get_home(education, "kk").save_revision(log_action=True)
    assert Row.objects.count() == before
