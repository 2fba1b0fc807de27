"""What becomes of a delivery: sent once, tried again, given up, run again by an operator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actors import NOW, OPERATOR
from kopir.accounts.models import User
from kopir.base import clock
from kopir.base.actions import rerun_job
from kopir.base.jobs import WORKS, GiveUpError
from kopir.base.models import Job, JobState
from kopir.base.running import attempt
from kopir.notices import delivering
from kopir.notices.delivering import ATTEMPTS, KEEP, deliver, forget, prune
from kopir.notices.errors import NotSentError, RefusedByServerError
from kopir.notices.models import Channel, Delivery, State
from kopir.notices.sending import DELIVER, send, send_to

pytestmark = pytest.mark.django_db


class Carrier:
    """Mail and SMS that fail as often as a test says."""

    def __init__(self, monkeypatch) -> None:
        self.taken: list[tuple[str, str, str]] = []
        self.failures: list[Exception] = []
        monkeypatch.setattr(
            delivering, "send_mail", lambda address, words, key: self.carry("email", address, words.text)
        )
        monkeypatch.setattr(delivering, "send_sms", lambda number, text, key: self.carry("sms", number, text))

    def carry(self, *what: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(what)  # type: ignore[arg-type]


@pytest.fixture
def carrier(monkeypatch) -> Carrier:
    return Carrier(monkeypatch)


@pytest.fixture
def delivery() -> Delivery:
    send_to(
        template="accounts.confirm_email", address="b@example.org", language="en", context={"code": "918273"}, now=NOW
    )
    return Delivery.objects.get()


def run(delivery: Delivery) -> None:
    """One try, as the worker makes it."""
    job = Job.objects.get(name=DELIVER, key=str(delivery.pk))
    attempt.call(job.pk, job.attempts + 1)
    delivery.refresh_from_db()


def test_what_was_sent_is_noted_and_its_words_are_forgotten(carrier, delivery):
    run(delivery)
    assert (delivery.state, delivery.attempts, delivery.error, delivery.sealed) == (State.SENT, 1, "", "")
    assert delivery.sent_at is not None
    assert [(way, address) for way, address, _ in carrier.taken] == [("email", "b@example.org")]
    assert "918273" in carrier.taken[0][2]


def test_sms_takes_its_own_way(carrier):
    context = {"code": "918273"}
    send_to(template="notices.phone_code", address="+7", language="en", context=context, now=NOW, channel=Channel.SMS)
    run(Delivery.objects.get())
    assert [(way, number) for way, number, _ in carrier.taken] == [("sms", "+7")]


def test_what_was_sent_is_not_sent_again(carrier, delivery):
    for _ in range(3):
        deliver(delivery_id=delivery.pk)
    assert len(carrier.taken) == 1
    deliver(delivery_id=delivery.pk + 100)


def test_a_failure_is_tried_again_later(carrier, delivery):
    carrier.failures = [NotSentError(why="connection refused")]
    run(delivery)
    assert (delivery.state, delivery.attempts) == (State.WAITING, 1)
    assert "connection refused" in delivery.error
    assert delivery.sealed
    assert Job.objects.get().state == JobState.WAITING
    run(delivery)
    assert (delivery.state, delivery.attempts, delivery.error) == (State.SENT, 2, "")


def test_after_the_last_try_it_is_given_up_and_an_operator_can_run_it_again(carrier, delivery):
    carrier.failures = [NotSentError(why="away") for _ in range(ATTEMPTS)]
    for _ in range(ATTEMPTS):
        run(delivery)
    assert (delivery.state, delivery.attempts) == (State.DEAD, ATTEMPTS)
    job = Job.objects.get(name=DELIVER)
    assert job.state == JobState.DEAD
    assert WORKS.get(DELIVER).attempts == ATTEMPTS
    rerun_job(job_id=job.pk, actor=OPERATOR, now=clock.now())
    run(delivery)
    assert (delivery.state, delivery.attempts) == (State.SENT, 1)


def test_a_refusal_ends_it_at_once(carrier, delivery):
    carrier.failures = [RefusedByServerError(why="550 no such mailbox")]
    run(delivery)
    assert (delivery.state, delivery.attempts) == (State.DEAD, 1)
    assert Job.objects.get().state == JobState.DEAD


def test_words_that_nobody_can_open_any_more_end_it(carrier, delivery, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, []
    with pytest.raises(GiveUpError, match="SECRET_KEY_FALLBACKS"):
        deliver(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == State.DEAD
    assert carrier.taken == []


def test_a_fault_of_ours_is_tried_again_and_seen(carrier, delivery):
    carrier.failures = [ZeroDivisionError()]
    run(delivery)
    assert delivery.state == State.WAITING
    assert "ZeroDivisionError" in Job.objects.get().error


def test_what_ended_long_ago_is_forgotten(carrier, delivery):
    late = NOW + KEEP + timedelta(seconds=1)
    assert forget(now=late) == 0, "it still waits"
    run(delivery)
    assert forget(now=NOW + KEEP) == 0
    assert forget(now=late) == 1
    prune()


def test_with_the_person_go_their_letters(carrier):
    anna = User.objects.create_user("anna@example.org", language="kk")
    send(template="accounts.password_changed", to=str(anna.pk), context={"address": "", "agent": ""}, now=NOW)
    anna.delete()
    assert not Delivery.objects.exists()
