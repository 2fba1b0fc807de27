"""The checks by which clauses are judged: one registry, pure functions over facts. A clause names one and its numbers.

What a check means never changes under its name: scores of years ago are computed again by it.
"""

from kopir.duties.checks.base import CHECKS, Case, Check, Defect, Params, State, Verdict
from kopir.duties.checks.lacking import parity
from kopir.duties.checks.presence import filled, present
from kopir.duties.checks.reaching import links, reachable
from kopir.duties.checks.reading import text_layer
from kopir.duties.checks.time import fresh, statement

__all__ = [
    "CHECKS",
    "Case",
    "Check",
    "Defect",
    "Params",
    "State",
    "Verdict",
    "filled",
    "fresh",
    "links",
    "parity",
    "present",
    "reachable",
    "statement",
    "text_layer",
]
