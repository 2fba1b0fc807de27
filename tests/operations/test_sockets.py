"""Who listens on a port: this process, one that it started, or somebody else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from kopir.operations.sockets import family, listens

LISTEN = """
import socket, subprocess, sys, time
if len(sys.argv) > 1:
    server = socket.create_server(("127.0.0.1", 0), family=socket.AF_INET)
    print(server.getsockname()[1], flush=True)
    time.sleep(60)
else:
    subprocess.run([sys.executable, "-c", sys.orig_argv[2], "inner"])
"""


def test_a_listener_is_known_by_its_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getpid(), port + 1 if port < 65535 else 1024)
    assert not listens(os.getpid(), port)


def test_over_the_newer_protocol_too():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert listens(os.getpid(), server.getsockname()[1])


def test_what_a_descendant_listens_to_counts_and_what_a_stranger_does_not():
    process = subprocess.Popen([sys.executable, "-c", LISTEN], stdout=subprocess.PIPE)
    try:
        port = int(process.stdout.readline())
        assert listens(process.pid, port)
        assert len(family(process.pid)) == 2
        stranger = subprocess.Popen(["sleep", "60"])
        try:
            assert not listens(stranger.pid, port)
        finally:
            stranger.kill()
            stranger.wait()
    finally:
        for pid in family(process.pid)[::-1]:
            os.kill(pid, 9)
        process.wait()
        process.stdout.close()


def test_a_process_that_is_gone_listens_to_nothing():
    process = subprocess.Popen(["true"])
    process.wait()
    assert not listens(process.pid, 80)
