"""The page to which an address leads, by its own address, as people copy it."""

from __future__ import annotations

import pytest

from kopir.visits.forms import LeadForm

NEWS = "/kk/ministry-of-education/news/"


@pytest.mark.parametrize("written", [NEWS, f" {NEWS[:-1]} ", f"http://kz.localhost{NEWS}?page=2", f"{NEWS}#x"])
def test_a_page_is_found_by_its_address(education, written):
    form = LeadForm({"page": written}, website=education)
    assert form.is_valid()
    assert form.cleaned_data["page"].url_path == NEWS


def test_on_an_own_domain_too(education, now):
    education.domain, education.domain_proven_at = "edu.example.kz", now
    education.save()
    for written in ("/kk/news/", "https://edu.example.kz/kk/news/"):
        form = LeadForm({"page": written}, website=education)
        assert form.is_valid()
        assert form.cleaned_data["page"].url_path == NEWS


@pytest.mark.parametrize("written", ["", "/kk/ministry-of-finance/news/", "/kk/", "news", "//[x/", f"{NEWS}none/"])
def test_other_addresses_are_none(education, finance, written):
    form = LeadForm({"page": written}, website=education)
    assert not form.is_valid()
    assert form.errors["page"]
