"""Settings from the environment: read in one place, every fault at once, with its name and its remedy."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from kopir.config import env
from kopir.config.env import SettingsError, parse

PUBLIC = {
    "KOPIR_COUNTRY": "kz",
    "KOPIR_SECRET_KEY": "0123456789" * 5,
    "KOPIR_ADDRESS": "https://portal.example.org",
}


def _faults(**variables: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse({**PUBLIC, **variables})
    return str(caught.value).splitlines()


def test_a_portal_for_the_public_needs_three_settings():
    found = parse(PUBLIC)
    assert (found.address, found.country, found.development) == ("https://portal.example.org", "kz", False)
    assert found.listen == ("127.0.0.1", 8000)
    assert found.folder == Path("var/portal").absolute()


def test_every_setting_is_read():
    found = parse(
        {
            **PUBLIC,
            "KOPIR_COUNTRY": "tj",
            "KOPIR_ADDRESS": "https://Portal.Example.org:8443/",
            "KOPIR_OTHER_HOSTS": "www.one.example, .two.example",
            "KOPIR_FOLDER": "/srv/kopir",
            "DATABASE_URL": "postgresql://u:p%40@db:5433/kopir",
            "KOPIR_OLD_SECRET_KEYS": "a,b",
            "KOPIR_LISTEN": "[::1]:9000",
            "KOPIR_PROCESSES": "4",
            "KOPIR_THREADS": "8",
            "TRUSTED_PROXIES": "10.0.0.5, 2001:db8::/32",
            "KOPIR_METRICS_TOKEN": "t",
            "KOPIR_MAIL_URL": "smtp://u:p@mail:587",
            "KOPIR_MAIL_FROM": "portal@example.org",
            "KOPIR_LOG_LEVEL": "warning",
        }
    )
    assert found.address == "https://portal.example.org:8443"
    assert found.other_hosts == ("www.one.example", ".two.example")
    assert found.folder == Path("/srv/kopir")
    assert found.old_secret_keys == ("a", "b")
    assert (found.listen, found.processes, found.threads) == (("::1", 9000), 4, 8)
    assert found.trusted_proxies == (ipaddress.ip_network("10.0.0.5"), ipaddress.ip_network("2001:db8::/32"))
    assert (found.metrics_token, found.log_level) == ("t", "warning")
    assert found.mail_url == "smtp://u:p@mail:587"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("KOPIR_ADDRESS", "portal.example.org", "write scheme and host alone"),
        ("KOPIR_ADDRESS", "https://portal.example.org/path", "write scheme and host alone"),
        ("KOPIR_ADDRESS", "https://portal.example.org:x", "Port could not"),
        ("KOPIR_ADDRESS", "ftp://portal.example.org", "write scheme and host alone"),
        ("KOPIR_ADDRESS", "http://portal.example.org", "must begin with https://"),
        ("KOPIR_ADDRESS", "http://localhost.example.org", "must begin with https://"),
        ("KOPIR_OTHER_HOSTS", "*", "'*' is no host name"),
        ("KOPIR_OTHER_HOSTS", "https://a.example", "is no host name"),
        ("KOPIR_OTHER_HOSTS", "a.example:80", "is no host name"),
        ("DATABASE_URL", "mysql://a/b", "write postgresql://"),
        ("DATABASE_URL", "postgresql://host", "write postgresql://"),
        ("KOPIR_SECRET_KEY", "short", "needs 50 random characters or more; make them: python3"),
        ("KOPIR_LISTEN", "8000", "write address and port"),
        ("KOPIR_LISTEN", "127.0.0.1:70000", "write address and port"),
        ("KOPIR_PROCESSES", "0", "write a whole number"),
        ("KOPIR_PROCESSES", "two", "write a whole number"),
        ("TRUSTED_PROXIES", "10.0.0.5/8", "write addresses or networks"),
        ("TRUSTED_PROXIES", "*", "write addresses or networks"),
        ("KOPIR_MAIL_URL", "mail.example.org", "write smtp://"),
        ("KOPIR_SECURITY_CONTACT", "security@example.org", "write addresses as mailto:"),
        ("KOPIR_SECURITY_EXPIRES", "soon", "write a day as 2027-03-31"),
        ("KOPIR_LOG_LEVEL", "loud", "write debug, info"),
        ("KOPIR_DEVELOPMENT", "true", "write yes or no"),
    ],
)
def test_a_wrong_value_is_named_with_the_remedy(name, value, fault):
    (line,) = _faults(**{name: value})
    assert line.startswith(f"{name}: ")
    assert fault in line


def test_a_contact_without_an_end_is_told():
    (line,) = _faults(KOPIR_SECURITY_CONTACT="mailto:security@example.org")
    assert line.startswith("KOPIR_SECURITY_EXPIRES: say until when")


def test_all_faults_are_told_at_once():
    lines = _faults(KOPIR_LISTEN="x", KOPIR_PROCESSES="x", KOPIR_ADRESS="x")
    assert [line.partition(":")[0] for line in lines] == ["KOPIR_ADRESS", "KOPIR_LISTEN", "KOPIR_PROCESSES"]


def test_what_a_public_portal_lacks_is_told_at_once():
    with pytest.raises(SettingsError) as caught:
        parse({})
    names = [line.partition(":")[0] for line in str(caught.value).splitlines()]
    assert names == ["KOPIR_COUNTRY", "KOPIR_SECRET_KEY", "KOPIR_ADDRESS"]


def test_a_typing_error_leaves_no_default_in_force():
    assert _faults(KOPIR_FOLDRE="/srv") == ["KOPIR_FOLDRE: there is no such setting; did you mean KOPIR_FOLDER?"]
    assert _faults(KOPIR_XYZZY_PLUGH="1") == ["KOPIR_XYZZY_PLUGH: there is no such setting; remove it"]


def test_variables_of_others_are_theirs():
    assert parse({**PUBLIC, "PATH": "/bin", "DATABASE": "x"}).database_url == ""


def test_an_empty_variable_is_one_that_is_not_set():
    assert parse({**PUBLIC, "KOPIR_DEVELOPMENT": "", "KOPIR_PROCESSES": ""}).processes == 1


def test_a_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "key").write_text(f"{'s' * 60}\n", "utf-8")
    variables = {**PUBLIC, "KOPIR_SECRET_KEY": "", "KOPIR_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert parse(variables).secret_key == "s" * 60
    with pytest.raises(SettingsError, match=r"KOPIR_SECRET_KEY: .*KOPIR_SECRET_KEY_FILE is set too"):
        parse({**variables, **PUBLIC})
    with pytest.raises(SettingsError, match=r"KOPIR_SECRET_KEY: .*No such file"):
        parse({**variables, "KOPIR_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_only_secrets_may_lie_in_files():
    assert _faults(KOPIR_LISTEN_FILE="/x")[0].startswith("KOPIR_LISTEN_FILE: there is no such setting")


def test_no_fault_tells_a_secret():
    assert "hunter2" not in "\n".join(_faults(KOPIR_SECRET_KEY="hunter2", KOPIR_ADDRESS="http://a.example"))


def test_a_developer_needs_a_country_alone():
    found = parse({"KOPIR_DEVELOPMENT": "yes", "KOPIR_COUNTRY": "tj"})
    with pytest.raises(SettingsError, match="KOPIR_COUNTRY: name a country pack"):
        parse({"KOPIR_DEVELOPMENT": "yes"})
    assert found.address == "http://localhost:8000"
    assert found.secret_key == env.NO_SECRET


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://localhost", True),
        ("http://kz.localhost:8080", True),
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost.example.org", False),
        ("http://notlocalhost", False),
    ],
)
def test_what_browsers_trust_without_tls(address, here):
    assert env.is_this_machine(address) is here


def test_this_process_reads_its_settings_once(monkeypatch):
    monkeypatch.setattr(env, "_given", [])
    monkeypatch.setenv("KOPIR_DEVELOPMENT", "yes")
    monkeypatch.setenv("KOPIR_COUNTRY", "tj")
    first = env.get_environment()
    monkeypatch.setenv("KOPIR_COUNTRY", "uz")
    assert env.get_environment() is first
    assert first.country == "tj"
    env.give_environment(other := parse(PUBLIC))
    assert env.get_environment() is other


def test_variables_outside_of_the_table(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    assert env.get_metrics_folder() == ""
    env.set_metrics_folder(tmp_path)
    assert env.get_metrics_folder() == env.read_variable("PROMETHEUS_MULTIPROC_DIR") == str(tmp_path)
    env.use_settings()
    env.use_settings("other")
    assert env.read_variable("DJANGO_SETTINGS_MODULE") == "kopir.config.settings"
    assert env.read_variable("KOPIR_NOWHERE") == ""


def test_a_program_of_another_portal_sees_none_of_our_settings(monkeypatch):
    monkeypatch.setenv("KOPIR_OTHER_HOSTS", "ours.example.org")
    monkeypatch.setenv("KOPIR_NOT_KNOWN", "1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ours@localhost/ours")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "ours")
    monkeypatch.setenv("EDITOR", "vi")

    made = env.make_variables({"KOPIR_COUNTRY": "kz"})

    assert made["EDITOR"] == "vi"
    settings = {
        name for name in made if name.startswith("KOPIR_") or name in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    assert settings == {"KOPIR_COUNTRY"}
