"""Every write of the room: taking over what was counted on this machine, and forgetting what is old.

Neither is anybody's act, so the record has no row of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils.crypto import salted_hmac

from kopir.bodies.queries import get_country
from kopir.edge import LACKED, SEEN, Note, taking
from kopir.script import fold
from kopir.visits import rules
from kopir.visits.models import MissingAddress, VainSearch, Views
from kopir.visits.placing import Places, Spot, number_pages
from kopir.visits.receiving import VAIN
from kopir.websites.models import Website

CHUNK: Final = 200
LOCK: Final = 0x7669736974
"""What workers of several machines wait for; of PostgreSQL, "visit" in letters."""
Counted = Mapping[tuple[Spot, date], int]


def take_visits() -> None:
    """Take over what the processes of this machine have counted until now, each count once or, after a fall, never.

    What cannot be written now, because the database is away, stays where it is for the next time.
    """
    with taking(settings.KOPIR_PAGES_FOLDER) as taken:
        if not taken.notes:
            taken.remove()
            return
        places = Places()
        with transaction.atomic():
            _wait_for_others()
            _add_views(_count(places, taken.notes, SEEN))
            _add_missing(_count(places, taken.notes, LACKED))
            _add_searches(places, taken.notes)
            taken.remove()


def forget_visits(*, now: datetime) -> None:
    """Forget what is older than it is kept, and searches of earlier days that were asked too seldom."""
    today = _day_of(now.timestamp())
    Views.objects.filter(day__lt=today - rules.KEEP_VIEWS).delete()
    MissingAddress.objects.filter(day__lt=today - rules.KEEP_REST).delete()
    VainSearch.objects.filter(day__lt=today - rules.KEEP_REST).delete()
    VainSearch.objects.filter(day__lt=today, words="").delete()


def _wait_for_others() -> None:
    """Let one machine write at a time: two that write the same rows in another order would stop one another."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _count(places: Places, notes: Sequence[Note], kind: str) -> Counted:
    """What was counted of a kind, by place and day in the country's time."""
    found: Counter[tuple[Spot, date]] = Counter()
    known: dict[tuple[str, str], Spot | None] = {}
    for note in notes:
        for host, path, count in note.rows if note.kind == kind else ():
            if (host, path) not in known:
                known[host, path] = places.find(host, path)
            spot = known[host, path]
            if spot is not None:
                found[spot, _day_of(note.at)] += int(count)
    return found


def _day_of(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(get_country().zone).date()


def _add_views(counted: Counted) -> None:
    pages = number_pages(spot for spot, _ in counted)
    for website, day, counts, spots in _by_website(counted):
        rows = [
            Views(website=website, day=day, path=path, page_number=pages.get(spots[path].url_path), count=0)
            for path in counts
        ]
        Views.objects.bulk_create(rows, ignore_conflicts=True)
        _raise(Views, website, day, counts)


def _add_missing(counted: Counted) -> None:
    """Add addresses that led nowhere; where there are too many, what was asked for once gives way."""
    kept = {where: count for where, count in counted.items() if rules.may_keep_missing(where[0].path)}
    for website, day, counts, _ in _by_website(kept):
        there = MissingAddress.objects.filter(website=website, day=day)
        free = max(rules.MISSING_OF_A_DAY - there.count(), 0)
        known = set(there.filter(path__in=counts).values_list("path", flat=True))
        if (lack := len(counts.keys() - known) - free) > 0:
            once = there.filter(count=1).exclude(path__in=counts).order_by("pk").values_list("pk", flat=True)[:lack]
            free += MissingAddress.objects.filter(pk__in=list(once)).delete()[0]
        new = sorted(counts.keys() - known, key=lambda path: -counts[path])[:free]
        rows = [MissingAddress(website=website, day=day, path=path, count=0) for path in new]
        MissingAddress.objects.bulk_create(rows, ignore_conflicts=True)
        _raise(MissingAddress, website, day, counts)


def _by_website(counted: Counted) -> Iterator[tuple[Website, date, dict[str, int], dict[str, Spot]]]:
    """What was counted of a website on a day, by path, `CHUNK` paths at most; the same with the places."""
    groups: dict[tuple[Website, date], dict[str, tuple[int, Spot]]] = defaultdict(dict)
    for (spot, day), count in counted.items():
        groups[spot.website, day][spot.path] = (count, spot)
    for (website, day), found in groups.items():
        rest = iter(found.items())
        while chunk := dict(islice(rest, CHUNK)):
            yield (
                website,
                day,
                {path: count for path, (count, _) in chunk.items()},
                {path: spot for path, (_, spot) in chunk.items()},
            )


def _raise(model: Any, website: Website, day: date, counts: Mapping[str, int]) -> None:  # noqa: ANN401 - Views or MissingAddress
    """Add to rows that are there, in one statement, so that two machines cannot undo one another's."""
    more = Case(*(When(path=path, then=Value(count)) for path, count in counts.items()), default=Value(0))
    model.objects.filter(website=website, day=day, path__in=list(counts)).update(count=F("count") + more)


def _add_searches(places: Places, notes: Sequence[Note]) -> None:
    """Add searches in vain, those that were asked most: no more at a time than are kept of a day."""
    found: Counter[tuple[Website | None, str, str, date]] = Counter()
    words_of: dict[tuple[Website | None, str, str, date], str] = {}
    for note in notes:
        for site, language, words in note.rows if note.kind == VAIN else ():
            website = places.of_body(site) if site else None
            if site and website is None:
                continue
            key = " ".join(sorted(fold(words).split()))
            where = (website, language, key, _day_of(note.at))
            found[where] += 1
            words_of[where] = words
    for where, count in found.most_common(rules.SEARCHES_OF_A_DAY):
        website, language, key, day = where
        _add_search(website, day, language, key, words_of[where], count)


def _add_search(website: Website | None, day: date, language: str, key: str, words: str, count: int) -> None:  # noqa: PLR0917 - a row
    same = VainSearch.objects.filter(website=website, day=day)
    # With the day, so that who searches once a day is not found again by it.
    digest = salted_hmac("kopir.visits.search", f"{day} {key}", algorithm="sha256").hexdigest()
    row = same.filter(language=language, digest=digest)
    if not row.exists():
        if same.count() >= rules.SEARCHES_OF_A_DAY:
            seldom = same.filter(words="").order_by("count", "pk").first()
            if seldom is None:
                return
            seldom.delete()
        VainSearch.objects.get_or_create(
            website=website, day=day, language=language, digest=digest, defaults={"count": 0}
        )
    often = When(count__gte=rules.LEAST_ASKED - count, then=Value(words))
    row.update(words=Case(often, default=F("words")), count=F("count") + count)
