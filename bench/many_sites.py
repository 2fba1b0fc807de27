"""Measures websites made in one go, and a dry run over all of them: `.venv/bin/python bench/many_sites.py --sites 200`.

It makes a portal of its own on SQLite, makes the websites from a table by `kopir sites create --from-csv`, one more by
itself, then gives their template anew with other words and counts what an upgrade would change. CPU time is what the
programs themselves have used; wall time also tells what else the machine does. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from served import make_environment, run

TEMPLATE = "region"
PORT = 8099
"""Nothing listens there: the settings ask for one."""


def main() -> int:
    """Measure; exit status 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--sites", type=int, default=200, help="how many websites (default 200)")
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.within:
        print(json.dumps(measure_within(options.sites, options.within)))
        return 0
    with tempfile.TemporaryDirectory(prefix="kopir-bench-") as name:
        folder = Path(name)
        environment = make_environment(folder / "portal", PORT)
        for command in (["migrate", "-v0"], ["load_pack"]):
            run(["-m", "kopir.bridge.cli.main", "manage", *command], environment)
        told = run([__file__, "--within", str(folder), "--sites", str(options.sites)], environment)
        print(told.splitlines()[-1])
    return 0


def measure_within(sites: int, folder: Path) -> dict[str, Any]:
    """The measures, in a program with the settings of the portal."""
    from kopir.config.env import use_settings

    use_settings()
    import django

    django.setup()
    from kopir.base import clock
    from kopir.base.actors import system_actor
    from kopir.bodies.models import Body
    from kopir.search.models import Change
    from kopir.upgrading.running import run as upgrade
    from kopir.websites.actions import create_website
    from kopir.websites.models import SitePage

    bodies = list(Body.objects.order_by("-pk")[: sites + 1])
    table = folder / "sites.csv"
    table.write_text("body,template\n" + "".join(f"{body.slug},{TEMPLATE}\n" for body in bodies[1:]), encoding="utf-8")
    command = [sys.executable, "-m", "kopir.bridge.cli.main", "sites", "create", "--from-csv", str(table)]
    found = {f"create_{name}": value for name, value in _time_program(command).items()}
    pages = SitePage.objects.count()
    one = _time(lambda: create_website(body=bodies[0], template=TEMPLATE, actor=system_actor("bench"), now=clock.now()))
    found |= {f"one_{name}": value for name, value in one.items()}
    _give_anew(folder / "packs")
    lines: list[str] = []
    dry = _time(lambda: upgrade([], is_dry=True, is_undo=False, say=lines.append))
    found |= {f"dry_run_{name}": value for name, value in dry.items()}
    return {"sites": sites, "pages": pages, **found, "to_be_found": Change.objects.count(), "dry_run_said": lines[-1]}


def _give_anew(folder: Path) -> None:
    """The next version of the templates, in which three sentences of each language differ."""
    from kopir.websites import packs

    shutil.copytree(packs.FOLDER, folder)
    path = folder / f"{TEMPLATE}.toml"
    number = packs.read_template(TEMPLATE).version
    lines, changed = path.read_text(encoding="utf-8").splitlines(), 0
    for place, line in enumerate(lines):
        if changed < 9 and line.startswith(("kk = ", "ru = ", "en = ")) and line.endswith('"'):
            lines[place] = f'{line[:-1]} 2"'
            changed += 1
    text = "\n".join(lines).replace(f"version = {number}", f"version = {number + 1}", 1)
    path.write_text(text + "\n", encoding="utf-8")
    mock.patch.object(packs, "FOLDER", folder).start()  # until this program ends
    packs.read_template.cache_clear()


def _time(act: Callable[[], object]) -> dict[str, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return {"cpu_s": round(time.process_time() - cpu, 2), "wall_s": round(time.perf_counter() - wall, 2)}


def _time_program(command: list[str]) -> dict[str, float]:
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu_s": round(cpu, 2), "wall_s": round(time.perf_counter() - wall, 2)}


if __name__ == "__main__":
    sys.exit(main())
