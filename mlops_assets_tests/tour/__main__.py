"""Take the pictures anew: `python -m mlops_assets_tests.tour`, in about five minutes.

Names of pictures take only those again. Look at each before it is committed.
"""

import io
import sys
from collections.abc import Sequence

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from mlops_assets.platform.settings import PACKAGE_PARENT
from mlops_assets_tests.browser.conftest import CHROMIUM, OPTIONS
from mlops_assets_tests.running_up import Up
from mlops_assets_tests.tour.shots import SHOTS, Shot
from mlops_assets_tests.tour.world import tour

FOLDER = PACKAGE_PARENT / "docs"
PATIENCE, SETTLED = 60_000, 4_000  # milliseconds
COLOURS = 256
LOADED = "() => [...document.images].every(image => image.complete)"


def main(names: Sequence[str]) -> None:
    """Take the named pictures, or all."""
    with tour() as (pages, places), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for shot in SHOTS:
            if not names or shot.name in names:
                content = take(browser, shot, pages, places)
                (FOLDER / f"{shot.name}.png").write_bytes(content)
                print(f"{shot.name:<20}{len(content) // 1000:>5} kB")
        browser.close()


def take(browser: Browser, shot: Shot, pages: Up, places: dict[str, str]) -> bytes:
    """The part of the page, in few colours."""
    tall = max(shot.height, 900) + 700 if shot.part != "body" else shot.height
    page = browser.new_page(viewport={"width": shot.width, "height": tall})
    page.goto(getattr(pages, shot.server) + shot.path.format(**places))
    page.wait_for_selector(shot.wait, timeout=PATIENCE)
    if shot.click:
        page.locator(shot.click).first.click()
    part = page.locator(shot.part)
    part.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(SETTLED)
    page.wait_for_function(LOADED, timeout=PATIENCE)
    box = part.bounding_box()
    assert box
    left, top, right = shot.cut
    clip = {
        "x": box["x"] + left,
        "y": box["y"] + top,
        "width": box["width"] - left - right,
        "height": min(box["height"], shot.height) - top,
    }
    content = page.screenshot(clip=clip)
    page.close()
    return _in_few_colours(content)


def _in_few_colours(content: bytes) -> bytes:
    out = io.BytesIO()
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
