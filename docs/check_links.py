"""Check that every link between built pages leads to an existing file and anchor.

And that no page loads anything from another machine.

python docs/check_links.py docs/_build/html
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """Anchors of a page, and targets of its links and pictures."""

    def __init__(self, path):
        super().__init__()
        self.places, self.links, self.loaded = {"", "top"}, set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        """Collect the anchors and the links of a tag."""
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.places.add(value)
            if name in ("href", "src") and value:
                is_elsewhere = bool(urlsplit(value).netloc)
                if not is_elsewhere:
                    self.links.add(value)
                elif name == "src" or tag == "link":
                    self.loaded.add(value)


def broken_links(folder):
    """Find every broken link, and what is loaded from elsewhere, with its page."""
    paths = (path for path in folder.rglob("*.html") if "_static" not in path.parts)
    pages = {path: Page(path) for path in sorted(paths)}
    for path, page in pages.items():
        yield from ((path, address) for address in sorted(page.loaded))
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (
                target in pages and unquote(parts.fragment) not in pages[target].places
            ):
                yield path, link


def main():
    """Print broken links; exit with 1 if there are any."""
    folder = Path(sys.argv[1]).resolve()
    broken = list(broken_links(folder))
    for path, link in broken:
        print(f"{path.relative_to(folder)}: {link}")
    print(f"{len(broken)} links are broken or load from elsewhere")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
