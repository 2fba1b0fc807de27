"""A score in whole percents."""

from __future__ import annotations

import pytest

from kopir.duties.models import Score


@pytest.mark.parametrize(("points", "possible", "percent"), [(2, 3, 66), (3, 3, 100), (0, 3, 0), (0, 0, None)])
def test_percents_are_rounded_down(points, possible, percent):
    assert Score(points=points, possible=possible).percent == percent
