"""Look at every built page in a browser: ``python docs/check_browser.py docs/_build/html``.

Pages are opened at 1280 and at 400 pixels, in light and in dark colours. Named are those that ask
another machine for something, whose own files are missing, that report an error, or that are wider
than the screen. It needs ``pip install playwright`` and Chromium, and keeps a picture of each page
with ``--pictures FOLDER``.
"""

import argparse
import contextlib
import functools
import http.server
import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS, SCHEMES = (1280, 400), ("light", "dark")
# Nothing that the browser itself wants to know.
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Server of the pages that prints nothing."""

    def log_message(self, *args):
        """Print nothing."""


@contextlib.contextmanager
def served(folder):
    """Address of a server of a folder."""
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def watch(page, home, problems):
    """Collect what goes wrong on a page while it is loaded."""

    def note(is_wrong, text):
        if is_wrong:
            problems.append(text)

    def is_elsewhere(request):
        return not request.url.startswith((home, "data:"))

    page.on("request", lambda request: note(is_elsewhere(request), f"asks for {request.url}"))
    page.on("response", lambda response: note(response.status >= 400, f"lacks {response.url}"))
    page.on("pageerror", lambda error: note(True, str(error)))
    page.on("console", lambda message: note(message.type == "error", message.text))


def look(browser, home, names, pictures):
    """Open every page in every way, and yield what is wrong with it."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            size = {"width": width, "height": 900}
            with browser.new_context(viewport=size, color_scheme=scheme) as context:
                page, problems = context.new_page(), []
                watch(page, home, problems)
                for name in names:
                    page.goto(home + name)
                    if (excess := page.evaluate(TOO_WIDE)) > 0:
                        problems.append(f"{excess} pixels too wide")
                    if pictures:
                        file = f"{name.replace('/', '.')}.{width}.{scheme}.png"
                        page.screenshot(path=pictures / file, full_page=True)
                    yield from (f"{name}, {width} pixels, {scheme}: {text}" for text in problems)
                    problems.clear()


def main():
    """Print what is wrong; exit with 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the built pages")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of each page")
    options = parser.parse_args()
    found = (path.relative_to(options.folder) for path in options.folder.rglob("*.html"))
    names = sorted(path.as_posix() for path in found if path.parts[0] != "_static")
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with served(options.folder) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        wrong = list(look(browser, home, names, options.pictures))
        browser.close()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(names)} pages in {len(WIDTHS) * len(SCHEMES)} ways, {len(wrong)} problems")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
