"""Makes the portal of one country ready: tables, static files, content, and its statement for neighbors.

`python -m kopir.demo.prepare`, with the settings of a stand's portal in the environment. Safe to repeat.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Final

from kopir.config.env import SettingsError, make_folder, use_settings
from kopir.demo.places import SETTINGS_MODULE, NoStandError

STATEMENT: Final = "own.portal.jws"
"""What this portal says about itself, in its folder; its neighbors take a copy."""


def main() -> int:
    """Prepare, and say in a line what was done; status 2 and one line for each fault where it cannot be done."""
    use_settings(SETTINGS_MODULE)
    try:
        make_folder()
        import django  # noqa: PLC0415 - settings come first

        django.setup()
        print(prepare(), flush=True)
    except (SettingsError, NoStandError) as error:
        for line in str(error).splitlines():
            print(f"kopir: {line}", file=sys.stderr)
        return 2
    return 0


def prepare() -> str:
    """Do all of it, with Django set up; return what was done. Raises NoStandError."""
    from django.conf import settings  # noqa: PLC0415 - settings come first
    from django.core.management import call_command  # noqa: PLC0415

    from kopir.base import clock  # noqa: PLC0415
    from kopir.demo.seeding import seed  # noqa: PLC0415
    from kopir.demo.sign_ins import read_sign_ins  # noqa: PLC0415

    stand = getattr(settings, "KOPIR_STAND", None)
    sign_ins = read_sign_ins(stand) if stand else None
    if sign_ins is None:
        raise NoStandError
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    seeded = seed(sign_ins, clock.now())
    _state_portal(settings.KOPIR_FOLDER)
    return f"prepared: {seeded.bodies} new bodies, {seeded.people} new people, {seeded.websites} new websites"


def _state_portal(folder: Path) -> None:
    """Sign with the country's directory key what other portals have to know, as an operator does by hand."""
    from django.core.management import call_command  # noqa: PLC0415 - settings come first

    description = folder / "own.portal.json"
    said = StringIO()
    call_command("describe_portal", stdout=said)
    description.write_text(json.dumps(json.loads(said.getvalue()), indent=1) + "\n", encoding="utf-8")
    call_command(
        "sign_portal",
        str(description),
        key=folder.parent / "keys" / "directory.key",
        out=folder / STATEMENT,
        stdout=StringIO(),
    )


if __name__ == "__main__":
    sys.exit(main())
