"""Run what pages tell to type, in a fresh clone: ``python docs/run_blocks.py README.md``.

The shell blocks of each page run in their order, in the folder of one clone, then the Python
blocks with the environment that the shell blocks have made. Each block is printed with what it
prints; the exit status is 1 if one of them failed. Blocks that match ``--skip`` are named only.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
# In Markdown and in reStructuredText.
SHELL = re.compile(
    r"^```sh\n((?:(?!```).*\n)*)|^\.\. code-block:: sh\n((?:   .*\n|\n)*)", re.MULTILINE
)


def shell_blocks(text):
    """Find the shell blocks of a page."""
    return [textwrap.dedent(match[1] or match[2]).strip() for match in SHELL.finditer(text)]


def ran(command, folder):
    """Run a command with its output where it can be read; whether it succeeded."""
    print(f"$ {command}", flush=True)
    start = time.monotonic()
    status = subprocess.run(["bash", "-ec", command], cwd=folder, check=False).returncode
    print(f"[status {status}, {time.monotonic() - start:.0f} s]\n", flush=True)
    return status == 0


def main():
    """Run the blocks of the pages that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", help="pages, from the folder of the repository")
    parser.add_argument("--skip", default="$^", help="regular expression of blocks to leave out")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "sksym"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        for page in options.pages:
            print(f"== {page}", flush=True)
            for block in shell_blocks((clone / page).read_text(encoding="utf-8")):
                if re.search(options.skip, block):
                    print(f"left out: {block}\n", flush=True)
                else:
                    failed += not ran(block, clone)
            # Outside the clone, so that what was installed is imported.
            python = f"{clone}/.venv/bin/python"
            failed += not ran(
                f"{python} -m doctest -o ELLIPSIS -o NORMALIZE_WHITESPACE {clone}/{page}", folder
            )
    print(f"{failed} blocks failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
