"""Builds the stylesheet, the script and the fonts of the design system; `make assets` runs it.

Needs Node 20 and npm; what it takes from npm is locked in package-lock.json. What it writes is committed, so that
nobody who only runs Kopir needs Node, and built.json records what was built from what: tests/structure/test_assets.py
compares.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from fonts import FACES, cut, write_faces

ASSETS = Path(__file__).resolve().parent
ROOT = ASSETS.parent
STATIC = ROOT / "src" / "kopir" / "design" / "static" / "design"
WORK = ROOT / "build" / "assets"
BUILT = ASSETS / "built.json"
LICENSES = {  # package: home, and its license, where the package itself holds none in our own folder
    "govuk-frontend": ("https://github.com/alphagov/govuk-frontend", ASSETS / "licenses" / "govuk-frontend.txt"),
    "@fontsource-variable/inter": ("https://github.com/rsms/inter", None),
}


def list_sources() -> list[Path]:
    """What decides what is built."""
    return sorted(
        path
        for pattern in ("*.py", "*.mjs", "pictures/*", "package*.json", "scss/*.scss", "licenses/*")
        for path in ASSETS.glob(pattern)
    )


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch() -> Path:
    """Install the locked packages in a folder that git ignores; return their folder."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "kopir.mjs"):
        shutil.copy(ASSETS / name, WORK / name)
    shutil.copytree(ASSETS / "scss", WORK / "scss", dirs_exist_ok=True)
    subprocess.run(["npm", "ci", "--silent"], cwd=WORK, check=True)
    return WORK / "node_modules"


def build_fonts(modules: Path) -> None:
    """Write the font files, and the rules that load them for the stylesheet."""
    held = {face.name: cut(face, modules / "@fontsource-variable" / "inter", STATIC / "fonts") for face in FACES}
    (WORK / "scss" / "_fonts.scss").write_text(write_faces(held), "utf-8")


def build_style(modules: Path) -> None:
    """Write the stylesheet."""
    sass = ["node", str(modules / "sass" / "sass.js"), "--style=compressed", "--no-source-map", "--no-charset"]
    sass += [f"--load-path={modules}", "--quiet-deps", "scss/main.scss", str(STATIC / "kopir.css")]
    subprocess.run(sass, cwd=WORK, check=True)


def build_script(modules: Path) -> None:
    """Write the script."""
    esbuild = [
        str(modules / ".bin" / "esbuild"),
        "kopir.mjs",
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2020",
    ]
    esbuild += ["--legal-comments=none", "--log-level=warning", f"--outfile={STATIC / 'kopir.js'}"]
    subprocess.run(esbuild, cwd=WORK, check=True)


def write_licenses(modules: Path) -> None:
    """Write the licenses of what was built in."""
    parts = ["What of others is inside the files of this folder, and under which license.\n"]
    for package, (home, license_file) in LICENSES.items():
        version = json.loads((modules / package / "package.json").read_text("utf-8"))["version"]
        text = (license_file or modules / package / "LICENSE").read_text("utf-8")
        parts.append(f"\n== {package} {version}, {home}\n\n{text.strip()}\n")
    (STATIC / "LICENSES.txt").write_text("".join(parts), "utf-8")


def record() -> None:
    """Write which sources gave which files."""
    built = sorted(path for path in STATIC.rglob("*") if path.is_file())
    facts = {
        "sources": {path.relative_to(ASSETS).as_posix(): digest(path) for path in list_sources()},
        "built": {path.relative_to(STATIC).as_posix(): digest(path) for path in built},
    }
    BUILT.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


def main() -> int:
    """Build everything anew."""
    shutil.rmtree(STATIC, ignore_errors=True)
    (STATIC / "fonts").mkdir(parents=True)
    modules = fetch()
    build_fonts(modules)
    build_style(modules)
    build_script(modules)
    shutil.copytree(ASSETS / "pictures", STATIC, dirs_exist_ok=True)
    write_licenses(modules)
    record()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:>8}  {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
