"""What the register answers, as tables of targets; every answer has the form that openapi.json promises."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kopir.demo.answers import Answer, Question, answer
from kopir.demo.territory import load_territory

API = json.loads((files("kopir.demo") / "openapi.json").read_text("utf-8"))
KZ, TJ = load_territory("kz"), load_territory("tj")


def ask(target: str, accept_language: str = "", *, territory=KZ, path: str | None = None) -> tuple[int, dict]:
    """Ask, and hold the answer against what the description promises for `path` and its status."""
    reply = answer(territory, Question(target, accept_language))
    headers = dict(reply.headers)
    assert headers["Content-Length"] == str(len(reply.body))
    value = json.loads(reply.body)
    if path is not None:
        content = API["paths"][path]["get"]["responses"][str(reply.status)]["content"]
        schema = content[headers["Content-Type"]]["schema"]
        Draft202012Validator({**API, **schema}).validate(value)
    return reply.status, value


def test_the_description_is_valid_openapi_and_is_served():
    validate(API)
    status, value = ask("/openapi.json", path="/openapi.json")
    assert (status, value) == (200, API)


def test_a_region_by_its_code():
    status, value = ask("/regions/750000000", path="/regions/{code}")
    assert status == 200
    assert value["name"] == value["names"]["kk"] == "Алматы (қала)"
    assert (value["level"], value["parent"], value["iso_3166_2"]) == ("region", None, "KZ-75")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 244),
        ("?level=region", 20),
        ("?level=district", 224),
        ("?parent=110000000", 20),
        ("?level=region&parent=110000000", 0),
    ],
)
def test_the_list_is_narrowed_by_level_and_parent(query, count):
    status, value = ask("/regions" + query, path="/regions")
    assert (status, value["country"], value["count"], len(value["regions"])) == (200, "KZ", count, count)


def test_the_districts_of_a_region_and_of_a_district():
    _, value = ask("/regions/TJK005/districts", territory=TJ, path="/regions/{code}/districts")
    assert value["count"] == 8
    _, value = ask("/regions/TJK005D008/districts", territory=TJ, path="/regions/{code}/districts")
    assert value["count"] == 0


def test_health_says_whose_register_it_is():
    assert ask("/health", territory=TJ, path="/health") == (200, {"status": "ok", "country": "TJ", "count": 81})


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        ("", "", "kk"),
        ("", "ru", "ru"),
        ("", "ru-KZ, en;q=0.9", "ru"),
        ("", "en;q=0.5, ru;q=0.8", "ru"),
        ("", "de, fr;q=0.9", "kk"),
        ("", "en;q=0", "kk"),
        ("", "en;q=much, ru;q=0.1", "ru"),
        ("?lang=en", "ru", "en"),
    ],
)
def test_the_language_is_asked_by_parameter_or_header(query, accept, language):
    reply = answer(KZ, Question("/regions/110000000" + query, accept))
    value = json.loads(reply.body)
    assert dict(reply.headers)["Content-Language"] == language
    assert value["name"] == value["names"][language]
    assert set(value["names"]) == {"kk", "ru", "en"}


def test_an_asker_that_has_the_bytes_gets_304_and_no_body():
    first = answer(KZ, Question("/regions"))
    tag = dict(first.headers)["ETag"]
    for held in (tag, f'"other", W/{tag}', "*"):
        again = answer(KZ, Question("/regions", if_none_match=held))
        assert (again.status, again.body) == (304, b"")
        assert "Content-Length" not in dict(again.headers)
    assert answer(KZ, Question("/regions", if_none_match='"other"')).status == 200


@pytest.mark.parametrize(
    ("target", "status", "path"),
    [
        ("/regions/999999999", 404, "/regions/{code}"),
        ("/regions/999999999/districts", 404, "/regions/{code}/districts"),
        ("/regions?parent=999999999", 404, "/regions"),
        ("/regions?level=oblast", 400, "/regions"),
        ("/regions?level=1", 400, "/regions"),
        ("/regions?lang=tg", 400, "/regions"),
        ("/regions?level=region&level=district", 400, "/regions"),
        ("/regions?limit=5", 400, "/regions"),
        ("/regions/110000000?level=region", 400, "/regions/{code}"),
        ("/regions/", 404, "/regions/{code}"),
        ("/regions/110000000/", 404, "/regions/{code}"),
        ("/regions/..%2f..%2fetc%2fpasswd", 404, "/regions/{code}"),
        ("/regions/%ff%fe", 404, "/regions/{code}"),
        ("//regions", 404, "/regions/{code}"),
        ("/", 404, "/regions/{code}"),
        ("", 404, "/regions/{code}"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_remedy(target, status, path):
    got, problem = ask(target, path=path)
    assert (got, problem["status"]) == (status, status)
    assert problem["detail"]
    assert problem["remedy"]


def test_a_problem_names_what_may_be_asked():
    _, problem = ask("/regions?lang=xx")
    assert problem["remedy"] == "Use one of these: en, kk, ru."
    assert dict(Answer.problem(404, "a", "b").headers)["Content-Type"] == "application/problem+json"
