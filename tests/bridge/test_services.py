"""The services of a node: where they are, who may call them, what they say of themselves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from httpwire import answering, scripted
from kopir.bridge import config as configuration
from kopir.bridge.http_client import HttpClient
from kopir.bridge.services import Services
from kopir.demo.country import Country
from kopir.wire import names
from kopir.wire.errors import ProtocolError, RefusedError
from twonodes import build_countries, edit, run

OPENAPI = b'{"openapi":"3.1.0","servers":[{"url":"http://10.0.0.7:9101/secret"}],"paths":{}}'


@pytest.fixture
def country(tmp_path: Path) -> Country:
    kz, _ = build_countries(tmp_path, "KZ", "TJ")
    more = f"""
[[service]]
id = "{kz.statistics}/registers/plain"
url = "http://127.0.0.1:1/base/"

[[service.allow]]
member = "TJ/GOV/DIGITAL"

[[service]]
id = "{kz.client}/other"
url = "https://other.example/"

[[group]]
id = "neighbours"
members = ["TJ/GOV/DIGITAL/egov"]
"""
    kz.config.write_text(kz.config.read_text() + more)
    return kz


def load(country: Country) -> Services:
    return Services(configuration.load(country.config))


def methods(services: Services, subsystem: str, caller: str | None = None) -> dict[str, Any]:
    media_type, body = services.methods(subsystem, None if caller is None else names.parse_client(caller))
    assert media_type == b"application/json"
    return {
        one["service_code"]: {(end["method"], end["path"]) for end in one["endpoint_list"]}
        for one in json.loads(body)["service"]
    }


def describe(services: Services, country: Country, code: str) -> Any:
    async def main() -> Any:
        client = HttpClient()
        try:
            subsystem = names.parse_client(f"{country.statistics}/registers")
            return json.loads(await services.description(subsystem, code, client))
        finally:
            client.close()

    return asyncio.run(main())


def test_a_service_is_found_by_its_name_alone(country: Country):
    services = load(country)
    found = services.find(country.service)
    assert (found.origin.port, found.base_path) == (country.ports.registry, "")
    assert services.find(f"{country.statistics}/registers/plain").base_path == "/base/"
    assert services.find(f"{country.client}/other").origin.is_tls
    assert services.find(country.service.upper()) is None
    assert services.find(country.service + "/") is None


def test_services_of_a_subsystem_in_their_order(country: Country):
    services = load(country)
    assert [one.id.service_code for one in services.of_subsystem(f"{country.statistics}/registers")] == [
        "plain",
        "regions",
    ]
    assert services.subsystems == {f"{country.statistics}/registers", country.client}


def test_list_methods_shows_all_and_allowed_methods_only_what_the_caller_may(country: Country):
    services, subsystem = load(country), f"{country.statistics}/registers"
    regions = {("GET", "/regions"), ("GET", "/regions/**")}
    everything = {"regions": regions, "plain": {("*", "**")}}
    assert methods(services, subsystem) == everything
    assert methods(services, subsystem, "TJ/GOV/DIGITAL/egov") == everything
    assert methods(services, subsystem, "TJ/GOV/DIGITAL/other") == {"plain": {("*", "**")}}
    assert methods(services, subsystem, country.client) == {"regions": regions}
    assert methods(services, subsystem, "TJ/GOV/OTHER/egov") == {}
    assert methods(services, "KZ/GOV/STAT/nothing") == {}


def test_a_description_from_a_file_with_its_servers_hidden(country: Country):
    (country.folder / "openapi.json").write_bytes(OPENAPI)
    edit(country, (f'"http://127.0.0.1:{country.ports.registry}/openapi.json"', '"openapi.json"'))
    assert describe(load(country), country, "regions")["servers"] == [{"url": "http://example.org/secret"}]


def test_a_description_from_the_service(country: Country):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OPENAPI) + OPENAPI

    async def scene() -> None:
        async with scripted(answering(answer), country.ports.registry):
            client = HttpClient()
            subsystem = names.parse_client(f"{country.statistics}/registers")
            assert b"example.org" in await load(country).description(subsystem, "regions", client)
            client.close()

    run(scene)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("plain", "Invalid service type: REST"),
        ("nothing", "Service not found: KZ/GOV/STAT/registers/nothing"),
        ("regions", "Failed reading service description from KZ/GOV/STAT/registers/regions"),
    ],
)
def test_a_description_that_cannot_be_had_is_refused_in_x_roads_words(country: Country, code, reason):
    with pytest.raises(RefusedError, match=reason) as caught:
        describe(load(country), country, code)
    assert str(country.ports.registry) not in str(caught.value), "addresses behind the node stay there"


def test_a_description_file_that_is_gone(country: Country):
    edit(country, (f'"http://127.0.0.1:{country.ports.registry}/openapi.json"', '"gone.json"'))
    with pytest.raises(RefusedError, match="No such file") as caught:
        describe(load(country), country, "regions")
    assert str(country.folder) not in str(caught.value)


@pytest.mark.parametrize("code", ["a/b", "..", "", "a;b", "\x00"])
def test_a_service_code_that_is_none_finds_nothing(country: Country, code):
    with pytest.raises(ProtocolError):
        describe(load(country), country, code)
