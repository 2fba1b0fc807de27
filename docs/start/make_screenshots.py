"""Takes the pictures of docs/start/ from a stand that runs (`make run` in another terminal): `make screenshots`.

Needs Chromium. Each picture is one screen, in few colors, so that it stays small; what is there is written over.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER: Final = Path(__file__).parent / "pictures"
MINISTRY: Final = "ministry-of-artificial-intelligence-and-digital-development"
STORY: Final = f"{MINISTRY}/news/2026-artificial-intelligence-for-services/"
WIDE, NARROW = (1280, 860), (390, 844)
PICTURES: Final = (
    ("portal-kz", "kz", "/kk/", WIDE),
    ("website-kz", "kz", f"/kk/{MINISTRY}/", WIDE),
    ("news-kz-latin", "kz", f"/kk-latn/{STORY}", NARROW),
    ("search-kz", "kz", "/kk/search/?q=су", WIDE),
    ("website-tj", "tj", "/tg/ministry-of-energy-and-water-resources/", WIDE),
    ("contacts-tj", "tj", "/tg/ministry-of-energy-and-water-resources/contacts/", NARROW),
)
"""Name of the file, country, path, and the size of the window."""
PORTS: Final = {"kz": 8086, "tj": 8096}
COLORS: Final = 96
LIMIT_BYTES: Final = 120_000


def main(ports: dict[str, int]) -> None:
    """Take them all. Raises SystemExit where a page does not answer or a picture grows too large."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, country, path, (width, height) in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            answer = page.goto(f"http://{country}.localhost:{ports[country]}{path}")
            if answer is None or not answer.ok:
                raise SystemExit(f"{path} does not answer: start the stand with `make run`")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLORS)
            file = FOLDER / f"{name}.png"
            picture.save(file, optimize=True)
            if file.stat().st_size > LIMIT_BYTES:
                raise SystemExit(f"{file} has {file.stat().st_size} bytes, more than {LIMIT_BYTES}")
            page.close()


if __name__ == "__main__":
    main(PORTS | {country: int(port) for country, port in (word.split("=") for word in sys.argv[1:])})
