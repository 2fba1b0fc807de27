"""Where the portals of a stand lie and answer, and what makes settings those of a stand and nobody else's."""

from __future__ import annotations

import ipaddress
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from kopir.config.env import SECRET_LENGTH

if TYPE_CHECKING:
    from kopir.config.env import Environment
    from kopir.demo.country import Country

SETTINGS_MODULE: Final = "kopir.demo.settings"
STAND_FILE: Final = "stand.json"
"""The file in the folder of a stand that says how it was laid out, and that the folder is one."""


class NoStandError(RuntimeError):
    """Seeding was asked for where no stand is."""

    def __init__(self) -> None:
        super().__init__("demonstration content belongs on a stand: start one with `kopir stand`")


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal of one country of the stand."""

    country: Country

    @property
    def name(self) -> str:
        """The country as its pack is named."""
        return self.country.instance.lower()

    @property
    def host(self) -> str:
        """Each has a host of its own: on one host portals would overwrite one another's cookies."""
        return f"{self.name}.localhost"

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://{self.host}:{self.country.ports.portal}"

    @property
    def folder(self) -> Path:
        """Database, uploads, mail and static files."""
        return self.country.folder / "portal"

    @property
    def variables_file(self) -> Path:
        """The settings as a shell reads them, for commands by hand."""
        return self.country.folder / "portal.env"

    def list_variables(self) -> dict[str, str]:
        """Its settings, as the environment of its programs."""
        return {
            "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
            "KOPIR_COUNTRY": self.name,
            "KOPIR_ADDRESS": self.address,
            "KOPIR_FOLDER": str(self.folder),
            "KOPIR_LISTEN": f"127.0.0.1:{self.country.ports.portal}",
            "KOPIR_SECRET_KEY_FILE": str(self.country.folder / "keys" / "portal.secret"),
            "KOPIR_BRIDGE_CONTROL": f"127.0.0.1:{self.country.ports.control}",
            "KOPIR_BRIDGE_JOURNAL": str(self.country.folder / "state" / "journal"),
        }

    def write_variables(self) -> None:
        """Write the settings for commands by hand, and make the secret once."""
        secret = self.country.folder / "keys" / "portal.secret"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(SECRET_LENGTH), encoding="ascii")
        lines = [f"{name}={shlex.quote(value)}\n" for name, value in self.list_variables().items()]
        self.variables_file.write_text("".join(lines), encoding="utf-8")


def find_faults(environment: Environment) -> list[str]:
    """Why these settings are not a stand's, one sentence each; empty for those of a stand."""
    host = urlsplit(environment.address).hostname or ""
    stand = environment.folder.parents[1] if len(environment.folder.parents) > 1 else environment.folder
    checks = [
        (host.endswith(".localhost"), "KOPIR_ADDRESS: a stand answers below localhost, as http://kz.localhost:8086"),
        (_is_loopback(environment.listen[0]), "KOPIR_LISTEN: a stand listens on this machine alone, as 127.0.0.1:8086"),
        (not environment.database_url, "DATABASE_URL: a stand has its own SQLite; leave it empty"),
        ((stand / STAND_FILE).is_file(), f"KOPIR_FOLDER: {stand} holds no stand; `kopir stand` makes one"),
    ]
    return [f"{SETTINGS_MODULE} is for stands alone. {sentence}" for is_right, sentence in checks if not is_right]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
