"""Choosing a website, and whose page it is. What a page refers to: test_linking.py."""

from __future__ import annotations

import pytest

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.forms import ChooseSiteForm, SitePageForm
from kopir.websites.models import SectionPage, Website


def test_only_what_is_offered_can_be_chosen(education, finance):
    offered = Website.objects.filter(pk=education.pk)
    assert ChooseSiteForm({"website": education.pk}, choices=offered, now_at=None).is_valid()
    assert not ChooseSiteForm({"website": finance.pk}, choices=offered, now_at=None).is_valid()
    assert str(education.body) in str(ChooseSiteForm(choices=offered, now_at=education))


@pytest.mark.parametrize(("role", "is_offered"), [(Role.PUBLISHER, True), (Role.OFFICER, False)])
def test_who_looks_after_a_page_is_a_colleague_who_writes(education, finance, settings, role, is_offered):
    use_real_doors(settings)
    _user, client = make_editor("editor", [(Role.EDITOR, education)])
    make_editor("colleague", [(role, education)])
    make_editor("stranger", [(Role.EDITOR, finance)])
    section = SectionPage.objects.get(website=education, slug="about", locale__language_code="kk")
    html = client.get(f"/edit/pages/{section.pk}/edit/").content.decode()
    assert ("Colleague" in html) is is_offered
    assert "Stranger" not in html


def test_without_rights_nobody_is_offered(education):
    form_class = SectionPage.get_edit_handler().get_form_class()
    page = SectionPage.objects.filter(website=education).first()
    form = form_class(instance=page)
    assert isinstance(form, SitePageForm)
    assert not form.fields["owner"].queryset.exists()
