"""What the nodes are measured with and against: an nginx as the service, and two as a relay that keeps nothing.

The relay is nginx -> (mutual TLS 1.3) -> nginx, two workers each, with connections kept at every step. Its front notes
every answer but 200, its back every new TLS connection, so that a run in which one of the two happens can be refused.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kopir.demo.country import Country
from kopir.signing.authority import open_authority

WORKERS = 2
SMALL_BYTES = 100
MEDIUM_BYTES = 10 << 10
RELAY_NAME = "relay.example"

_PROCESS = """\
daemon off;
worker_processes {workers};
{user}pid {folder}/{name}.pid;
error_log {folder}/{name}-error.log error;
worker_rlimit_nofile 16384;
events {{ worker_connections 4096; }}
http {{
  default_type application/json;
  tcp_nodelay on;
  sendfile on;
  open_file_cache max=16 inactive=1h;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  client_max_body_size 0;
  client_body_temp_path {folder}/{name}-body;
  proxy_temp_path {folder}/{name}-proxy;
  fastcgi_temp_path {folder}/{name}-fastcgi;
  uwsgi_temp_path {folder}/{name}-uwsgi;
  scgi_temp_path {folder}/{name}-scgi;
{body}}}
"""

# A body is read to its end before the answer: the call behind takes its headers alone. A slow answer keeps a connection
# of the relay busy for a second, so that all that it may ever need are made before anything is measured. That the load
# generator leaves in the middle of its last answers must not cost the relay the connections behind them.
_SERVICE = """\
  access_log off;
  upstream taken {{ server 127.0.0.1:{port}; keepalive 16; keepalive_requests 1000000000; keepalive_timeout 3600s; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096 reuseport;
    root {folder}/answers;
    location = /data/small {{ return 200 '{small}'; }}
    location = /data/slow {{ limit_rate 200; return 200 '{small}'; }}
    location = /data/taken {{ return 200 '{{"taken":true}}'; }}
    location = /data/take {{
      proxy_pass http://taken/data/taken;
      proxy_http_version 1.1;
      proxy_method GET;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Connection "";
    }}
  }}
"""

_FRONT = """\
  map $status $is_wrong {{ 200 0; 499 0; default 1; }}
  log_format wrong '$status $request';
  access_log {folder}/front-wrong.log wrong if=$is_wrong;
  upstream back {{ server 127.0.0.1:{back}; keepalive 512; keepalive_requests 1000000000; keepalive_timeout 3600s; }}
  server {{
    listen 127.0.0.1:{front} backlog=4096 reuseport;
    location / {{
      proxy_pass https://back;
      proxy_ignore_client_abort on;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_ssl_protocols TLSv1.3;
      proxy_ssl_certificate {asking}/keys/relay.crt;
      proxy_ssl_certificate_key {asking}/keys/relay.key;
      proxy_ssl_trusted_certificate {asked}/ca/ca.crt;
      proxy_ssl_verify on;
      proxy_ssl_name {relay_name};
    }}
  }}
"""

_BACK = """\
  map $connection_requests $is_new {{ 1 1; default 0; }}
  log_format handshake '$ssl_protocol $ssl_client_verify';
  access_log {folder}/back-handshakes.log handshake if=$is_new;
  upstream service {{
    server 127.0.0.1:{service}; keepalive 512; keepalive_requests 1000000000; keepalive_timeout 3600s;
  }}
  server {{
    listen 127.0.0.1:{back} ssl backlog=4096 reuseport;
    ssl_protocols TLSv1.3;
    ssl_certificate {asked}/keys/relay.crt;
    ssl_certificate_key {asked}/keys/relay.key;
    ssl_client_certificate {asking}/ca/ca.crt;
    ssl_verify_client on;
    location / {{
      proxy_pass http://service;
      proxy_ignore_client_abort on;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
"""


@dataclass(frozen=True, slots=True)
class Relay:
    """Service and relay in `folder`, on three ports of 127.0.0.1, with certificates of two countries."""

    folder: Path
    service_port: int
    front_port: int
    back_port: int

    def build(self, asking: Country, asked: Country, large_bytes: int) -> None:
        """Write configurations and answers, and have TLS certificates issued to both ends of the relay."""
        answers = self.folder / "answers" / "data"
        answers.mkdir(parents=True)
        (answers / "medium").write_text(json_of(MEDIUM_BYTES), encoding="ascii")
        with (answers / "large").open("wb") as file:
            for start in range(0, large_bytes, 1 << 20):
                file.write(secrets.token_bytes(min(1 << 20, large_bytes - start)))
        for country in (asking, asked):
            authority = open_authority(country.folder / "ca")
            country.issue(authority, "relay", f"relay of {country.instance}", "tls", names=(RELAY_NAME,))
        values = {
            "folder": self.folder,
            "port": self.service_port,
            "service": self.service_port,
            "front": self.front_port,
            "back": self.back_port,
            "asking": asking.folder,
            "asked": asked.folder,
            "relay_name": RELAY_NAME,
            "small": json_of(SMALL_BYTES),
        }
        for name, body in (("service", _SERVICE), ("front", _FRONT), ("back", _BACK)):
            user = "user root;\n" if os.geteuid() == 0 else ""
            text = _PROCESS.format(
                workers=WORKERS, user=user, folder=self.folder, name=name, body=body.format_map(values)
            )
            (self.folder / f"{name}.conf").write_text(text, encoding="utf-8")

    def commands(self, nginx: str) -> dict[str, list[str]]:
        """Return how to start each of the three."""
        return {
            f"nginx-{name}": [nginx, "-p", str(self.folder), "-c", str(self.folder / f"{name}.conf")]
            for name in ("service", "back", "front")
        }

    @property
    def handshakes(self) -> int:
        """TLS connections between the two that have carried a request so far."""
        return _count_lines(self.folder / "back-handshakes.log")

    @property
    def wrong_answers(self) -> int:
        """Answers to the load generator other than 200 so far."""
        return _count_lines(self.folder / "front-wrong.log")


def json_of(length: int) -> str:
    """Return a JSON object of exactly `length` ASCII characters."""
    begin, end = '{"answer":"', '"}'
    return begin + "x" * (length - len(begin) - len(end)) + end


def _count_lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0
