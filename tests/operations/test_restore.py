"""A backup under writes, put back into an empty place: record and journal hold, people sign in, pictures are there.

Everything is done by the commands, on whole installations, on the database that the tests run on.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from installations import Installation, add_bridge, installation, wait_for

# What needs a database runs on both of them (`make postgresql`).
pytestmark = pytest.mark.django_db

PASSPHRASE = "four words of no song"
WITH_KEYS = ("--keys", "--passphrase", "fd:0")

SEED = """
from io import BytesIO
from PIL import Image
from people import make_person
from kopir.accounts.models import User
from kopir.base import clock
from kopir.base.actors import Role, Actor
from kopir.bodies.actions import set_theme
from kopir.bodies.queries import get_body
person = make_person("aruzhan@example.kz", grants=[(Role.PLATFORM_OPERATOR, None)])
actor = Actor("person", str(person.pk), "A", "192.0.2.1", "s", frozenset({(Role.PLATFORM_OPERATOR, None)}))
picture = BytesIO()
Image.new("RGB", (64, 64), (11, 74, 111)).save(picture, "PNG")
body = get_body("ministry-of-finance")
set_theme(body=body, colors={}, crest=picture.getvalue(), revision=1, actor=actor, now=clock.now())
print(get_body("ministry-of-finance").crest.url)
"""
# Rows and pictures, some fifty in a second, until somebody closes its input: more would only have to be read again.
WRITE = """
import sys, threading
from io import BytesIO
from PIL import Image
from kopir.accounts.models import User
from kopir.base import clock
from kopir.base.actors import Role, Actor
from kopir.bodies.actions import set_theme
from kopir.bodies.queries import get_body
actor = Actor("person", str(User.objects.get().pk), "A", "", "s", frozenset({(Role.PLATFORM_OPERATOR, None)}))
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set())).start()
count = 0
while not ended.wait(0.01):
    body = get_body("ministry-of-justice" if count % 2 else "ministry-of-health")
    picture = BytesIO()
    Image.new("RGB", (32, 32), (count % 256, count // 256 % 256, 0)).save(picture, "PNG")
    set_theme(body=body, colors={}, crest=picture.getvalue(), revision=body.revision, actor=actor, now=clock.now())
    count += 1
    print(count, flush=True)
"""
LOOK = """
import json
from django.conf import settings
from people import browser, is_signed_in, sign_in
from kopir.accounts.models import User
from kopir.audit.models import Row
from kopir.bodies.models import Body
from django.core.files.storage import default_storage
from django.core.cache import cache
cache.clear()  # a code of this half minute may have been shown before
client = browser()
sign_in(client, User.objects.get(email="aruzhan@example.kz"))
page = client.get("/kk/bodies/ministry-of-finance/").content.decode()
url = Body.objects.get(slug="ministry-of-finance").crest.url
answer = client.get(url)
picture = b"".join(answer.streaming_content) if answer.streaming else answer.content
print("LOOK" + json.dumps({
    "is_signed_in": is_signed_in(client), "is_on_page": url in page, "status": answer.status_code, "size": len(picture),
    "type": answer.headers["Content-Type"], "url": url, "rows": Row.objects.count(),
    "lost": [body.slug for body in Body.objects.exclude(crest="") if not default_storage.exists(body.crest.name)],
}))
"""


@contextmanager
def writing(node: Installation) -> Iterator[list[int]]:
    """Write to the node for the block; how much was written is in the list afterwards."""
    lead = "import django; from kopir.config.env import use_settings; use_settings(); django.setup()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", lead + WRITE],
        env=node.variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    counts = [int(process.stdout.readline())]
    try:
        yield counts
    finally:
        said, _ = process.communicate(timeout=60)
        counts.append(len(said.splitlines()) + 1)
        assert process.returncode == 0


def look(node: Installation) -> dict[str, object]:
    """What a person sees, who signs in."""
    line = next(line for line in node.python_script(LOOK).splitlines() if line.startswith("LOOK"))
    return dict(json.loads(line.removeprefix("LOOK")))


@pytest.fixture
def seeded(tmp_path: Path) -> Iterator[Installation]:
    """A whole node, with bodies, a person with a second factor, and a picture; its bridge in `kz`."""
    with installation(tmp_path / "node") as node:
        add_bridge(node, tmp_path / "kz")
        for words in (("upgrade",), ("manage", "load_pack")):
            done = node.kopir(*words)
            assert done.returncode == 0, done.stderr
        node.python_script(SEED)
        yield node


@contextmanager
def empty_place(seeded: Installation, folder: Path, *, keeps_keys: bool = False) -> Iterator[Installation]:
    """Another installation: the same settings and papers, and nothing else; keys only if they are kept elsewhere."""
    with installation(folder / "again") as node:
        source = Path(seeded.settings["KOPIR_BRIDGE_CONFIG"]).parent
        bridge = folder / "again-kz"
        shutil.copytree(source, bridge, ignore=shutil.ignore_patterns("state", "ca"))
        for key in [] if keeps_keys else (bridge / "keys").glob("*.key"):
            key.unlink()
        node.settings["KOPIR_BRIDGE_CONFIG"] = str(bridge / "node.toml")
        node.settings["KOPIR_BRIDGE_JOURNAL"] = str(bridge / "state" / "journal")
        yield node


def test_a_backup_under_writes_is_whole_in_another_place(seeded, tmp_path):
    before = look(seeded)
    saved = tmp_path / "saved"
    with seeded.up() as group, writing(seeded) as written:
        # The bridge has heads of the record, and goes on to get more while the backup is made.
        wait_for(lambda: "taken" not in seeded.kopir("doctor").stdout and heads(seeded) > 0, group.said)
        done = seeded.kopir("backup", str(saved), *WITH_KEYS, input_text=f"{PASSPHRASE}\n")
        assert done.returncode == 0, done.stderr
        at_backup = int(look(seeded)["rows"])  # type: ignore[call-overload]
    assert written[-1] > written[0], "it was written to while the backup was made"
    assert "four words" not in "".join(path.read_text("latin-1") for path in saved.rglob("*") if path.is_file())

    with empty_place(seeded, tmp_path) as again:
        done = again.kopir("restore", str(saved), *WITH_KEYS, input_text=f"{PASSPHRASE}\n")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "everything holds" in done.stdout
        journal = again.settings["KOPIR_BRIDGE_JOURNAL"]
        record = again.kopir("audit", "verify", "--journal", journal)
        assert record.returncode == 0, record.stdout
        assert "vouches for the first 0 rows" not in record.stdout
        assert again.kopir("journal", "verify", journal).stdout.endswith("everything holds\n")
        assert again.kopir("bridge", "check", again.settings["KOPIR_BRIDGE_CONFIG"]).returncode == 0, "keys are back"

        assert again.kopir("upgrade").returncode == 0
        after = look(again)
        assert after["is_signed_in"]
        assert after["lost"] == [], "the media has every picture that the database knows"
        for fact in ("is_on_page", "status", "size", "type", "url"):
            assert after[fact] == before[fact]
        assert (after["status"], after["type"], int(str(after["size"])) > 50) == (200, "image/png", True)
        assert int(str(before["rows"])) < int(str(after["rows"])) <= at_backup + 20

        with again.up("portal", "worker"):  # and it goes on: new rows follow on those that were put back
            wait_for(lambda: ", 0 waiting" in again.kopir("audit", "verify").stdout)
        assert again.kopir("audit", "verify", "--journal", journal).returncode == 0


def heads(node: Installation) -> int:
    """For how many rows the journal vouches."""
    told = node.kopir("audit", "verify").stdout
    line = next((line for line in told.splitlines() if "vouches for the first" in line), "first 0 rows")
    return int(line.partition("first ")[2].split()[0])


def test_without_keys_none_are_in_it_and_those_of_the_operator_serve(seeded, tmp_path):
    saved = tmp_path / "saved"
    assert seeded.kopir("backup", str(saved)).returncode == 0
    content = b"".join(path.read_bytes() for path in saved.rglob("*") if path.is_file())
    keys = [path for place in (tmp_path / "kz" / "keys", seeded.folder / "keys") for path in place.glob("*.key")]
    assert len(keys) >= 4
    for secret in (*(path.read_bytes().strip() for path in keys), seeded.settings["KOPIR_SECRET_KEY"].encode()):
        assert secret not in content
    with empty_place(seeded, tmp_path, keeps_keys=True) as again:
        refused = again.kopir("restore", str(saved), *WITH_KEYS, input_text=f"{PASSPHRASE}\n")
        assert (refused.returncode, "holds no keys" in refused.stderr) == (2, True)
        (again.folder / "keys").mkdir(parents=True)
        shutil.copy(seeded.folder / "keys" / "master.key", again.folder / "keys")
        done = again.kopir("restore", str(saved))
        assert done.returncode == 0, done.stdout + done.stderr
        assert again.kopir("upgrade").returncode == 0
        assert look(again)["is_signed_in"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Iterator[tuple[Installation, Path]]:
    """A small installation without a bridge, and its backup with keys."""
    folder = tmp_path_factory.mktemp("plain")
    with installation(folder / "node") as node:
        assert node.kopir("upgrade").returncode == 0
        done = node.kopir("backup", str(folder / "saved"), *WITH_KEYS, input_text=f"{PASSPHRASE}\n")
        assert done.returncode == 0, done.stderr
        yield node, folder / "saved"


def refusal(node: Installation, saved: Path, *words: str, **more: str) -> str:
    """What is said where a backup is not put back; nothing is there afterwards that was not before."""
    before = sorted(path for path in node.folder.rglob("*") if path.is_file() and "run" not in path.parts)
    done = node.kopir("restore", str(saved), *words, input_text=f"{PASSPHRASE}\n", **more)
    assert done.returncode == 2, done.stdout
    after = sorted(path for path in node.folder.rglob("*") if path.is_file() and "run" not in path.parts)
    assert after == before
    return done.stderr


def test_nothing_is_overwritten(plain):
    node, saved = plain
    told = refusal(node, saved)
    assert "restore to an empty installation" in told


def test_media_that_are_there_are_not_mixed(plain, tmp_path):
    with installation(tmp_path / "b") as node:
        (node.folder / "media" / "crests").mkdir(parents=True)
        (node.folder / "media" / "crests" / "a.png").touch()
        assert "a.png is there" in refusal(node, plain[1])


def test_a_damaged_backup_is_not_put_back(plain, tmp_path):
    shutil.copytree(plain[1], tmp_path / "saved")
    (file,) = (tmp_path / "saved" / "database").iterdir()
    with file.open("ab") as end:
        end.write(b"x")
    with installation(tmp_path / "b") as node:
        assert "is not as it was written; take another backup" in refusal(node, tmp_path / "saved")


def test_a_backup_of_a_newer_release_is_not_put_back(plain, tmp_path):
    shutil.copytree(plain[1], tmp_path / "saved")
    path = tmp_path / "saved" / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    content["migrations"].append("bodies.9999_from_the_future")
    path.write_text(json.dumps(content), "utf-8")
    with installation(tmp_path / "b") as node:
        assert "bodies.9999_from_the_future" in refusal(node, tmp_path / "saved")


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"KOPIR_COUNTRY": "tj"}, "KOPIR_COUNTRY"), ({"DATABASE_URL": ""}, "DATABASE_URL")],
)
def test_a_backup_for_other_settings_is_not_put_back(plain, tmp_path, settings, words):
    with installation(tmp_path / "b") as node:
        if not node.settings["DATABASE_URL"] and "DATABASE_URL" in settings:
            settings = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
        assert words in refusal(node, plain[1], **settings)


def test_a_wrong_passphrase_puts_nothing_back(plain, tmp_path):
    with installation(tmp_path / "b") as node:
        done = node.kopir("restore", str(plain[1]), *WITH_KEYS, input_text="four words of another\n")
        assert (done.returncode, "the passphrase is wrong" in done.stderr) == (2, True)
        assert not (node.folder / "keys").exists()


def test_another_secret_key_is_told_with_the_remedy(plain, tmp_path):
    other = "another secret of the tests, long enough to be one of its own"
    with installation(tmp_path / "b", KOPIR_SECRET_KEY=other) as node:
        done = node.kopir("restore", str(plain[1]), *WITH_KEYS, input_text=f"{PASSPHRASE}\n")
        assert done.returncode == 0, done.stderr
        path = node.folder / "keys" / "restored-secret.key"
        assert f"set KOPIR_SECRET_KEY_FILE to {path}" in done.stdout
        assert path.read_text("utf-8").strip() == plain[0].settings["KOPIR_SECRET_KEY"]
        assert path.stat().st_mode & 0o777 == 0o600
    with installation(tmp_path / "c", KOPIR_SECRET_KEY=other) as node:
        done = node.kopir("restore", str(plain[1]))
        assert "put back the former one" in done.stdout


def test_a_database_that_cannot_be_filled_leaves_an_empty_place(plain, tmp_path):
    """The manifest is made to fit a broken file: what was put before it is taken away again."""
    import hashlib

    shutil.copytree(plain[1], tmp_path / "saved")
    (tmp_path / "saved" / "media").mkdir()
    (tmp_path / "saved" / "media" / "a.png").write_bytes(b"picture")
    (file,) = (tmp_path / "saved" / "database").iterdir()
    path = tmp_path / "saved" / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    if file.suffix == ".dump":
        file.write_bytes(b"no dump")
    for one in (file, tmp_path / "saved" / "media" / "a.png"):
        digest = hashlib.sha256(one.read_bytes()).hexdigest()
        content["files"][one.relative_to(tmp_path / "saved").as_posix()] = [digest, one.stat().st_size]
    path.write_text(json.dumps(content), "utf-8")
    with installation(tmp_path / "b") as node:
        if file.suffix != ".dump":
            (node.folder / "portal.sqlite3.new").mkdir(parents=True)
        refusal(node, tmp_path / "saved")
        assert not (node.folder / "media" / "a.png").exists()
