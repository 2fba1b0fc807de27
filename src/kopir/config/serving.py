"""The portal's web server: granian with processes and threads as the settings say, after a look at the tables."""

from __future__ import annotations

import copy
import shutil
from typing import Any

import django
from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.server.mp import MPServer

from kopir.edge import count_threads, prepare

from .env import Environment, SettingsError, get_environment, set_metrics_folder

TARGET = "kopir.config.wsgi:application"
STOP_S = 20


def serve() -> None:
    """Answer until SIGTERM or Ctrl-C; requests that are being answered are brought to their end first.

    Raises SettingsError where the tables are missing: a portal that fails each request is worse than none.
    """
    env = get_environment()
    _prepare(env)
    make_server(env).serve()


def make_server(env: Environment) -> MPServer:
    """The server, not yet started."""
    host, port = env.listen
    return MPServer(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=env.processes,
        blocking_threads=count_threads(env.threads),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        log_dictconfig=make_log_config(settings.LOGGING),
    )


def make_log_config(logging: dict[str, Any]) -> dict[str, Any]:
    """Our log for the server's own lines."""
    config = copy.deepcopy(logging)
    for name in ("_granian", "granian.access"):
        config["loggers"][name] = {"handlers": [], "propagate": True}
    return config


def _prepare(env: Environment) -> None:
    """Look at the tables, begin the page store anew, and lay a folder for what several processes count together."""
    django.setup()
    from .health import find_fault

    fault = find_fault()
    if fault:
        raise SettingsError(f"{fault}: run `kopir manage migrate`, and see DATABASE_URL or KOPIR_FOLDER")
    prepare(settings.KOPIR_PAGES_FOLDER)
    if env.processes > 1:
        folder = env.folder / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        set_metrics_folder(folder)
