"""The configuration of a node: a whole one, the defaults of a small one, and every mistake told with key and remedy."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest

from kopir.bridge import config
from kopir.bridge.config import (
    Allow,
    ConfigError,
    KeyPair,
    RegisteredClient,
    Service,
    TcpAddress,
    UnixAddress,
    load,
    parse,
)
from kopir.bridge.journal import Journal, JournalView

SMALL = """
[node]
id = "KZ/GOV/1/node1"
state = "state"
[peer]
listen = "0.0.0.0:5500"
certificate = "tls.crt"
key = "tls.key"
[[member]]
id = "KZ/GOV/1"
certificate = "member.crt"
key = "member.key"
"""

WHOLE = """
[node]
id = "KZ/GOV/1/node1"
state = "/var/lib/kopir"
log_level = "debug"
[client]
http = ["127.0.0.1:8080", "[::1]:8080", "unix:run/client.sock"]
https = ["0.0.0.0:8443"]
certificate = "client.crt"
key = "client.key"
key_passphrase = "fd:3"
trusted_subsystems = ["KZ/GOV/1/registry"]
[[client.registered]]
subsystem = "KZ/GOV/1/archive"
certificate = "archive.crt"
[peer]
listen = "[::]:5500"
certificate = "tls.crt"
key = "tls.key"
key_passphrase = "credential:tls"
pool_size = 8
idle_s = 30
[control]
listen = "unix:run/control.sock"
[[member]]
id = "KZ/GOV/1"
certificate = "member.crt"
key = "member.key"
key_passphrase = "prompt"
[directory]
anchors = "anchors"
own = "directory.cose"
listen = "0.0.0.0:8090"
refresh_s = 5
[[service]]
id = "KZ/GOV/1/registry/regions"
url = "http://127.0.0.1:9101/base"
type = "OPENAPI3"
description = "openapi.json"
timeout_s = 2.5
disabled_notice = "closed"
keep_bodies = true
[[service.allow]]
client = "TJ/GOV/2/desk"
method = "GET"
path = "/regions/**"
[[service.allow]]
member = "TJ/GOV/2"
[[service.allow]]
group = "ministries"
[[group]]
id = "ministries"
members = ["TJ/GOV/2/desk", "UZ/GOV/3"]
[journal]
folder = "journal"
keep_bodies = true
keep_openings = true
retention_days = 30
exponent = 10
[timestamp]
url = "http://tsa.example/"
every_s = 10
stop_after_s = 0
[limits]
in_flight = 7
header_timeout_s = 1.5
[errors]
spelling = "snake"
"""

FILE = Path("/etc/kopir/node.toml")


def read(text):
    return parse(FILE, tomllib.loads(text))


def problems(text):
    with pytest.raises(ConfigError) as caught:
        read(text)
    return {problem.key: problem for problem in caught.value.problems}


def test_a_whole_configuration():
    found = read(WHOLE)
    assert (found.node.owner, found.node.instance, found.node.log_level) == ("KZ/GOV/1", "KZ", "debug")
    assert [str(address) for address in found.client.http] == [
        *("127.0.0.1:8080", "[::1]:8080", "unix:/etc/kopir/run/client.sock"),
    ]
    assert found.client.https == (TcpAddress("0.0.0.0", 8443),)
    assert found.client.identity == KeyPair(Path("/etc/kopir/client.crt"), Path("/etc/kopir/client.key"), "fd:3")
    assert found.client.registered == (RegisteredClient("KZ/GOV/1/archive", Path("/etc/kopir/archive.crt")),)
    assert found.peer.listen == TcpAddress("::", 5500)
    assert (found.peer.pool_size, found.peer.idle_s) == (8, 30.0)
    assert found.control.listen == UnixAddress(Path("/etc/kopir/run/control.sock"))
    assert (found.members[0].id, found.members[0].identity.key_passphrase) == ("KZ/GOV/1", "prompt")
    assert found.directory.own == Path("/etc/kopir/directory.cose")
    assert found.services == (
        Service(
            id="KZ/GOV/1/registry/regions",
            url="http://127.0.0.1:9101/base",
            type="OPENAPI3",
            description=Path("/etc/kopir/openapi.json"),
            timeout_s=2.5,
            disabled_notice="closed",
            keep_bodies=True,
            allow=(
                Allow("client", "TJ/GOV/2/desk", "GET", "/regions/**"),
                Allow("member", "TJ/GOV/2"),
                Allow("group", "ministries"),
            ),
        ),
    )
    assert found.groups[0].members == {"TJ/GOV/2/desk", "UZ/GOV/3"}
    assert (found.journal.folder, found.journal.retention_days) == (Path("/etc/kopir/journal"), 30)
    assert (found.timestamp.url, found.timestamp.stop_after_s) == ("http://tsa.example/", 0.0)
    assert (found.limits.in_flight, found.limits.header_timeout_s, found.errors.spelling) == (7, 1.5, "snake")


def test_the_defaults_of_a_small_one(tmp_path):
    file = tmp_path / "node.toml"
    file.write_text(SMALL)
    found = load(file)
    assert (found.file, found.node.state) == (file, tmp_path / "state")
    assert found.client == config.ClientSection()
    assert found.control.listen is None
    assert found.directory == config.DirectorySection(tmp_path / "state" / "anchors")
    assert found.journal == config.JournalSection(tmp_path / "state" / "journal")
    assert (found.timestamp, found.limits) == (config.TimestampSection(), config.LimitsSection())
    assert (found.limits.memory_body_bytes, found.timestamp.every_s, found.timestamp.stop_after_s) == (
        1 << 20,
        60,
        14400,
    )


@pytest.mark.parametrize("exponent", [1, 15])
def test_a_journal_can_be_made_with_every_exponent_that_is_let_in(tmp_path, exponent):
    found = read(WHOLE.replace("exponent = 10", f"exponent = {exponent}")).journal.exponent

    async def make():
        journal = Journal.open(tmp_path, node="KZ/GOV/1/node1", exponent=found)
        await journal.close()

    asyncio.run(make())
    assert JournalView.open(tmp_path).exponent == exponent


def test_a_description_may_be_a_url():
    assert read(WHOLE.replace('"openapi.json"', '"http://a/openapi"')).services[0].description == "http://a/openapi"


def test_the_credentials_of_the_service(monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/kopir")
    assert config.credentials_folder() == Path("/run/credentials/kopir")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert config.credentials_folder() is None


# -- mistakes


def test_everything_that_is_wrong_is_told_at_once():
    found = problems(
        """
        [nod]
        [node]
        id = "KZ/GOV/1"
        loglevel = "info"
        [peer]
        listen = "5500"
        pool_size = "many"
        [limits]
        in_flight = 0
        """
    )
    assert set(found) == {
        *("node.id", "node.state", "node.loglevel", "nod", "limits.in_flight"),
        *("peer.listen", "peer.certificate", "peer.key", "peer.pool_size"),
    }
    assert str(found["node.state"]) == '/etc/kopir/node.toml: node.state: is missing; write state = "state"'
    assert found["node.loglevel"].remedy == 'correct or remove it; did you mean "log_level"?'


WRONG = [
    # what to replace in WHOLE, by what, the key that is named, words of the fault or remedy
    ('id = "KZ/GOV/1/node1"', 'id = "KZ/GOV/1/node%31"', "node.id", 'write "KZ/GOV/1/node1"'),
    ('id = "KZ/GOV/1/node1"', "id = 7", "node.id", "must be text in quotes"),
    ('id = "KZ/GOV/1/node1"', 'id = " "', "node.id", "is empty"),
    ("[node]", "[[node]]", "node", "must be a table"),
    ('"debug"', '"verbose"', "node.log_level", 'choose one of "debug", "info"'),
    ('"127.0.0.1:8080"', '"0.0.0.0:8080"', "client.http", "can be reached from outside"),
    ('"127.0.0.1:8080"', '"example.kz:8080"', "client.http", "can be reached from outside"),
    ('"127.0.0.1:8080"', '"8080"', "client.http", "is no address"),
    ('"127.0.0.1:8080"', '"127.0.0.1:65536"', "client.http", "is no address"),
    ('"127.0.0.1:8080"', '"::1:8080"', "client.http", "is no address"),
    ('"127.0.0.1:8080"', '"127.0.0.1:8080", 3', "client.http", "holds something that is no text"),
    ('"127.0.0.1:8080", ', '"localhost:8080", "localhost:8080", ', "client.http", "is taken by client.http"),
    ("unix:run/client.sock", "unix:" + "x" * 108, "client.http", "more than 107 bytes"),
    ('"0.0.0.0:8443"', '"unix:x"', "client.https", "cannot be a unix socket"),
    ('"fd:3"', '"s3cret"', "client.key_passphrase", "a passphrase never stands in this file"),
    ('"credential:tls"', '"credential:../x"', "peer.key_passphrase", "is no source of a passphrase"),
    ('certificate = "client.crt"', "", "client.certificate", "is missing"),
    ('["KZ/GOV/1/registry"]', '["KZ/GOV/1//x"]', "client.trusted_subsystems", "3 or 4 segments"),
    ('["KZ/GOV/1/registry"]', '["TJ/GOV/2/x"]', "client.trusted_subsystems", "not of this node's instance"),
    ('["KZ/GOV/1/registry"]', '["KZ/GOV/2/x"]', "client.trusted_subsystems", "holds no signing key of KZ/GOV/2"),
    ('"KZ/GOV/1/archive"', '"KZ/GOV/2/x"', "client.registered[1].subsystem", "holds no signing key of KZ/GOV/2"),
    ("pool_size = 8", "pool_size = true", "peer.pool_size", "must be a whole number"),
    ("idle_s = 30", 'idle_s = "30"', "peer.idle_s", "must be a number"),
    ("idle_s = 30", "idle_s = nan", "peer.idle_s", "choose a number from 1 to 86400"),
    ('"unix:run/control.sock"', '"0.0.0.0:9000"', "control.listen", "can be reached from outside"),
    ('"unix:run/control.sock"', '"127.0.0.1:8080"', "control.listen", "is taken by client.http"),
    ('id = "KZ/GOV/1"', 'id = "KZ/GOV/2"', "member", 'add [[member]] with id = "KZ/GOV/1"'),
    ('id = "KZ/GOV/1"', 'id = "TJ/GOV/1"', "member[1].id", "not of this node's instance"),
    ('own = "directory.cose"', "", "directory.listen", "has nothing to serve"),
    ("refresh_s = 5", "refresh_s = 0", "directory.refresh_s", "choose a number from 1 to 3600"),
    ('"KZ/GOV/1/registry/regions"', '"KZ/GOV/1/registry"', "service[1].id", "5 segments"),
    ('"KZ/GOV/1/registry/regions"', '"KZ/GOV/3/registry/x"', "service[1].id", "holds no signing key of KZ/GOV/3"),
    ('"http://127.0.0.1:9101/base"', '"ftp://a/"', "service[1].url", "no http or https URL"),
    ('"http://127.0.0.1:9101/base"', '"http:///x"', "service[1].url", "no http or https URL"),
    ('"http://127.0.0.1:9101/base"', '"http://a:x/"', "service[1].url", "is no URL"),
    ('"http://127.0.0.1:9101/base"', '"http://me:secret@a/"', "service[1].url", "holds credentials"),
    ('"http://127.0.0.1:9101/base"', '"http://a/?b"', "service[1].url", "has a query or a fragment"),
    ('description = "openapi.json"', "", "service[1].description", "is missing"),
    ('type = "OPENAPI3"', 'type = "openapi"', "service[1].type", 'choose one of "REST", "OPENAPI3"'),
    (
        "keep_bodies = true\n[[service.allow]]",
        'keep_bodies = "yes"\n[[service.allow]]',
        "service[1].keep_bodies",
        "true or",
    ),
    ('client = "TJ/GOV/2/desk"', "", "service[1].allow[1]", "names not exactly one subject"),
    ('client = "TJ/GOV/2/desk"', 'client = "TJ/GOV/2/desk"\ngroup = "a"', "service[1].allow[1]", "not exactly one"),
    ('client = "TJ/GOV/2/desk"', 'client = "TJ/GOV/2"', "service[1].allow[1].client", "write member = "),
    ('method = "GET"', 'method = "get"', "service[1].allow[1].method", "choose one of DELETE, GET"),
    ('path = "/regions/**"', 'path = "regions"', "service[1].allow[1].path", 'write "/regions"'),
    ('path = "/regions/**"', 'path = "/regions/*x"', "service[1].allow[1].path", "followed by something other"),
    ('group = "ministries"', 'group = "ministers"', "service[1].allow[3].group", "there is no group 'ministers'"),
    ('id = "ministries"', 'id = "a/b"', "group[1].id", "looks like an identifier"),
    ("retention_days = 30", "retention_days = 0", "journal.retention_days", "choose a number from 1"),
    ("exponent = 10", "exponent = 0", "journal.exponent", "choose a number from 1 to 15"),
    ("exponent = 10", "exponent = 16", "journal.exponent", "choose a number from 1 to 15"),
    ('url = "http://tsa.example/"', 'url = "tsa"', "timestamp.url", "no http or https URL"),
    ("in_flight = 7", "spool_bytes = 1", "limits.spool_bytes", "has no room for one body"),
    ('"snake"', '"kebab"', "errors.spelling", 'choose one of "camel", "snake"'),
]


def test_the_configuration_in_which_mistakes_are_made_has_none():
    for before, *_ in WRONG:
        assert before in WHOLE
    read(WHOLE)


@pytest.mark.parametrize(("before", "after", "key", "words"), WRONG)
def test_a_mistake_names_key_and_remedy(before, after, key, words):
    found = problems(WHOLE.replace(before, after, 1))
    assert key in found, f"told was {list(found)}"
    assert words in f"{found[key].fault}; {found[key].remedy}"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[member]]\nid = "KZ/GOV/1"\ncertificate = "a"\nkey = "b"\n', "member[2].id"),
        ('[[group]]\nid = "ministries"\n', "group[2].id"),
        ('[[service]]\nid = "KZ/GOV/1/registry/regions"\nurl = "http://a/"\n', "service[2].id"),
    ],
)
def test_nothing_stands_twice(text, key):
    assert "stands here a second time" in problems(WHOLE + text)[key].fault


def test_a_passphrase_is_never_repeated():
    assert "s3cret" not in str(problems(WHOLE.replace('"fd:3"', '"s3cret"'))["client.key_passphrase"])


def test_an_unknown_key_without_neighbor_is_told_what_is_allowed():
    assert "allowed here: spelling" in problems(WHOLE + "zzz = 1\n")["errors.zzz"].remedy


def test_lists_of_tables_are_lists_of_tables():
    assert problems(SMALL + "[service]\n")["service"].remedy == "write it as tables, [[service]]"
    assert problems("service = [1]\n" + SMALL)["service"].fault == "is not a list of tables"


@pytest.mark.parametrize(("content", "words"), [(b"= 1", "is not TOML: .*line 1"), (b"\xff", "is not TOML: .*utf-8")])
def test_what_is_no_toml(tmp_path, content, words):
    file = tmp_path / "node.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        load(file)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "other.toml")
