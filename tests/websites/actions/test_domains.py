"""Domains of websites: asked for, proven, taken away; what cannot be one, and who may."""

from __future__ import annotations

import pytest

from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.websites.actions import ask_for_domain, prove_domain, remove_domain
from kopir.websites.errors import DomainError
from kopir.websites.queries import find_website_by_host


def _yes(host: str, proof: str) -> bool:
    return True


def test_a_proven_domain_answers_at_once_and_no_earlier(education, client, operator, now):
    asked = ask_for_domain(website=education, domain=" Edu.Example.ORG. ", actor=operator, now=now)
    assert asked.domain == "edu.example.org"
    assert client.get("/kk/", headers={"host": "edu.example.org"}).status_code == 400
    seen = []

    def ask(host: str, proof: str) -> bool:
        seen.append((host, proof))
        return True

    prove_domain(website=asked, actor=operator, now=now, ask=ask)
    assert seen == [("edu.example.org", asked.domain_proof)]
    assert len(asked.domain_proof) == 32
    assert client.get("/kk/about/", headers={"host": "edu.example.org"}).status_code == 200
    remove_domain(website=asked, actor=operator, now=now)
    assert client.get("/kk/", headers={"host": "edu.example.org"}).status_code == 400
    assert client.get("/kk/ministry-of-education/").status_code == 200


def test_without_the_record_it_says_what_to_write(education, operator, now):
    asked = ask_for_domain(website=education, domain="edu.example.org", actor=operator, now=now)
    with pytest.raises(DomainError, match=rf"_kopir\.edu\.example\.org .* kopir-site={asked.domain_proof}"):
        prove_domain(website=asked, actor=operator, now=now, ask=lambda *given: False)
    assert find_website_by_host("edu.example.org") is None


def test_another_domain_needs_a_proof_of_its_own(education, operator, now):
    first = ask_for_domain(website=education, domain="edu.example.org", actor=operator, now=now)
    prove_domain(website=first, actor=operator, now=now, ask=_yes)
    second = ask_for_domain(website=education, domain="school.example.org", actor=operator, now=now)
    assert second.domain_proven_at is None
    assert second.domain_proof != first.domain_proof
    assert find_website_by_host("edu.example.org") is None


def test_a_domain_that_was_changed_while_dns_was_asked_is_not_taken_for_proven(education, operator, now):
    asked = ask_for_domain(website=education, domain="edu.example.org", actor=operator, now=now)

    def ask(host: str, proof: str) -> bool:
        ask_for_domain(website=education, domain="bank.example.org", actor=operator, now=now)
        return True

    with pytest.raises(DomainError, match="changed meanwhile"):
        prove_domain(website=asked, actor=operator, now=now, ask=ask)
    assert find_website_by_host("bank.example.org") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "edu",
        "edu..org",
        "-edu.org",
        "edu.org/x",
        "edu.org:80",
        "10.0.0.1",
        "қала.kz",
        "kz.localhost",
        "a" * 250 + ".org",
    ],
)
def test_what_is_no_host_name_is_refused(education, operator, now, name):
    with pytest.raises(DomainError):
        ask_for_domain(website=education, domain=name, actor=operator, now=now)


def test_one_domain_is_one_websites(education, finance, operator, now):
    ask_for_domain(website=education, domain="edu.example.org", actor=operator, now=now)
    with pytest.raises(DomainError, match="another website"):
        ask_for_domain(website=finance, domain="edu.example.org", actor=operator, now=now)


def test_nobody_but_an_operator(education, now):
    own = Actor("person", id="9", name="B", grants=frozenset({(Role.SITE_ADMINISTRATOR, education.body_id)}))
    with pytest.raises(NotAllowedError):
        ask_for_domain(website=education, domain="edu.example.org", actor=own, now=now)
    with pytest.raises(NotAllowedError):
        prove_domain(website=education, actor=own, now=now, ask=_yes)
    with pytest.raises(NotAllowedError):
        remove_domain(website=education, actor=own, now=now)
