"""Make the picture of the evaluation report in ``docs/screenshots``.

Run ``python docs/screenshot_report.py`` from the repository; it needs Chromium and a font for
Chinese. The report is that of the sample corpus and its development questions.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from eval.run import Options, evaluate
from eval.system import System
from index.build import BuildOptions, build

ROOT = Path(__file__).parent.parent
TARGET = Path(__file__).parent / "screenshots" / "report.png"
_LARGEST = 250_000


def make_report(folder: Path) -> Path:
    """The report of the sample corpus."""
    build([ROOT / "corpus" / "sample"], folder / "kb", BuildOptions())
    evaluate(
        ROOT / "eval" / "sample" / "dev.jsonl",
        System(folder / "kb"),
        folder / "out",
        options=Options(stages=("bm25", "dense", "hybrid")),
    )
    return folder / "out" / "report.html"


def main() -> None:
    """Make the picture: the plots and the first failures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("chromium is not installed")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        report = make_report(Path(name))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        page.goto(report.as_uri())
        # The long tables say less in a picture than the plots and the failures do.
        page.evaluate(
            """() => {
                for (const section of document.querySelectorAll('section:not(.cards)'))
                    section.hidden = !['plots', 'failures'].includes(section.id);
            }"""
        )
        page.locator("#rows tr.row").first.click()
        page.mouse.move(0, 0)
        page.screenshot(path=TARGET)
        browser.close()
    with Image.open(TARGET) as picture:
        reduced = picture.convert("RGB").quantize(256)
    reduced.save(TARGET, optimize=True)
    if TARGET.stat().st_size > _LARGEST:
        raise SystemExit(f"{TARGET}: {TARGET.stat().st_size} bytes; at most {_LARGEST}")


if __name__ == "__main__":
    main()
