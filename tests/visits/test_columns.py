"""The list of pages in the administration shows how often each was read, by one question, to who may see the counts."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.visits.columns import ViewsColumn
from kopir.visits.models import Views

ROW = re.compile(r'<td[^>]*class="[^"]*title.*?</tr>', re.DOTALL)


def ask(client, page):
    """The list in which the page stands."""
    return client.get(f"/edit/pages/{page.get_parent().pk}/").content.decode()


def test_the_list_of_pages_shows_it_for_each(read, education, settings):
    use_real_doors(settings)
    editor = make_editor("editor", [(Role.EDITOR, education)])[1]
    with CaptureQueriesContext(connection) as asked:
        html = ask(editor, read[0])
    rows = [strip_tags(row).split() for row in ROW.findall(html)]
    assert [row[-1] for row in rows if row[0] == "Жаңалықтар"] == ["42"]
    assert {row[-1] for row in rows if row[0] != "Жаңалықтар"} == {"0"}
    asked_for_views = [query for query in asked if Views._meta.db_table in query["sql"]]
    assert len(asked_for_views) == 2, "one for the page above, one for all of the list"


def test_who_operates_the_platform_and_acts_for_it_sees_no_such_column(read, settings):
    use_real_doors(settings)
    operator = make_editor("operator", [(Role.PLATFORM_OPERATOR, None)])[1]
    operator.post("/edit/sites/", {"website": str(read[0].website_id)})
    html = ask(operator, read[0])
    assert len(ROW.findall(html)) > 1
    assert "Page views in the last 30 days" not in html


def test_a_page_of_another_website_counts_nothing(read, education, now):
    column = ViewsColumn(education, now.date())
    table = type("Table", (), {"data": read})
    values = [column.get_cell_context_data(page, {"row": None, "table": table})["value"] for page in read]
    assert values == ["42", "0"]
