"""From facts and a pack to a score: each clause is judged; what is unsure or not due yet is never counted. Pure.

A clause that must be kept weighs more than one that should; what cannot be checked weighs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from kopir.bodies.errors import OutsideCalendarError
from kopir.duties.checks import CHECKS, Case, State, Verdict
from kopir.duties.checks.base import unknown
from kopir.duties.packs import Clause, DutyPack

WEIGHTS: Final[Mapping[str, int]] = {"must": 3, "should": 1}
MOST_DEFECTS: Final = 20
"""How many are kept of one clause; how many there are is kept too."""


@dataclass(frozen=True)
class Outcome:
    """What a website has of what it could have, and how each clause stands, by its code."""

    points: int
    possible: int
    results: Mapping[str, Mapping[str, Any]]


def score(pack: DutyPack, case: Case) -> Outcome:
    """Judge every clause of a pack."""
    verdicts = {clause.code: judge(clause, case) for clause in pack.clauses}
    weights = {clause.code: 0 if clause.is_unsure else WEIGHTS[clause.level] for clause in pack.clauses}
    passed = [code for code, verdict in verdicts.items() if verdict.state == State.PASSED]
    failed = [code for code, verdict in verdicts.items() if verdict.state == State.FAILED]
    points = sum(weights[code] for code in passed)
    return Outcome(
        points, points + sum(weights[code] for code in failed), {code: _told(v) for code, v in verdicts.items()}
    )


def judge(clause: Clause, case: Case) -> Verdict:
    """How a clause stands; a defect of a site that is younger than the clause's deadline is not due yet."""
    check = CHECKS.get(clause.check)
    try:
        verdict = check.judge({**check.params, **clause.params}, case)
        if verdict.state == State.FAILED and clause.deadline_days:
            age = case.working_days_since(case.facts.opened_on)
            return unknown("not_due") if age <= clause.deadline_days else verdict
    except OutsideCalendarError:
        return unknown("no_calendar")
    return verdict


def _told(verdict: Verdict) -> dict[str, Any]:
    defects: Sequence[dict[str, Any]] = [asdict(defect) for defect in verdict.defects[:MOST_DEFECTS]]
    return {"state": verdict.state.value, "count": len(verdict.defects), "defects": defects}
