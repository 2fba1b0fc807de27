"""The first page of the administration."""

from __future__ import annotations

import pytest

from editing import act_for, make_editor, use_real_doors
from kopir.base.actors import Role
from tenants import Tenant

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")


def test_it_shows_what_waits_and_what_is_not_public_of_the_acting_website_alone(education, finance, settings):
    use_real_doors(settings)
    a, b = Tenant(education, "alphamarkq"), Tenant(finance, "betamarkq")
    roles = [(Role.PUBLISHER, education), (Role.PUBLISHER, finance)]
    _user, client = make_editor("both", roles)
    for here, there in ((a, b), (b, a)):
        act_for(client, here.website)
        html = client.get("/edit/").content.decode()
        assert html.count(f"{here.marker} draft") >= 2, "it waits for review, and is not published yet"
        assert f"{here.marker} of the next version" in html
        assert there.marker not in html


def test_an_editor_sees_drafts_and_nothing_to_decide(education, settings):
    use_real_doors(settings)
    a = Tenant(education, "alphamarkq")
    html = a.client.get("/edit/").content.decode()
    assert f"{a.marker} draft" in html
    assert "workflow/action" not in html


def test_where_everything_is_published_it_says_so(education, settings):
    use_real_doors(settings)
    _user, client = make_editor("one", [(Role.EDITOR, education)])
    assert "Everything that was written is published." in client.get("/edit/").content.decode()
