"""What the room brings when it starts."""

from __future__ import annotations

from kopir.audit.names import tell_action
from kopir.base.administration import PARTS
from kopir.pagecache.tables import find_table


def test_its_tables_words_and_part_are_known():
    assert find_table("duties_score").prefix == "duties.score"
    assert find_table("duties_packversion").kind == "constant"
    assert tell_action("duties.score_website") != "duties.score_website"
    assert "duties:manage" in PARTS
