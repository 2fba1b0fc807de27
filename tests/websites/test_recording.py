"""What the administration writes leaves a row, whichever of Wagtail's views wrote it."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from kopir.audit.models import Row
from kopir.base.actors import Role
from kopir.websites.models import SiteDocument, SiteImage
from kopir.websites.queries import get_home
from kopir.websites.recording import name_of
from tenants import pdf, png

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")


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


def test_outside_of_the_administration_actions_record_themselves(education):
    before = Row.objects.count()
    get_home(education, "kk").save_revision(log_action=True)
    assert Row.objects.count() == before
