"""What the room brings at start-up."""

from __future__ import annotations

from kopir.base.administration import PARTS
from kopir.base.jobs import PERIODIC
from kopir.inquiries.linking import list_links
from kopir.notices.letters import LETTERS
from kopir.notices.rendering import check_templates
from kopir.pagecache.tables import find_table
from kopir.websites.footer import FOOTER


def test_it_brings_its_links_its_letter_its_job_and_its_page():
    assert FOOTER.get("inquiries") is list_links
    assert "inquiries.answer" in LETTERS
    assert check_templates("inquiries.answer") == []
    assert "inquiries.forget" in PERIODIC
    assert "inquiries:list" in PARTS
    table = find_table("inquiries_inquiry")
    assert table is not None
    assert table.kind == "personal"
