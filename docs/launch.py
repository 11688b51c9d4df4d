"""Buttons that open an example on Binder, once the project has an address there."""

from urllib.parse import urlsplit


def binder(address, version, folder):
    """Make the settings of sphinx-gallery's Binder buttons.

    Parameters
    ----------
    address : str
        Address of the repository. There are buttons only if it is on GitHub, whose branch
        ``gh-pages`` holds the built pages.
    version : str
        Version of the package that the pages describe, a tag of the repository.
    folder : pathlib.Path
        Folder for the file of requirements.

    Returns
    -------
    dict
        To be merged into ``sphinx_gallery_conf``; empty without such an address.
    """
    parts = urlsplit(address)
    if parts.netloc != "github.com":
        return {}
    org, repository = parts.path.strip("/").split("/")
    folder.mkdir(parents=True, exist_ok=True)
    requirements = folder / "requirements.txt"
    requirements.write_text(
        "--extra-index-url https://download.pytorch.org/whl/cpu\n"
        f"sksym[examples] @ git+{address}@v{version}\n"
    )
    return {
        "binder": {
            "org": org,
            "repo": repository,
            "branch": "gh-pages",
            "binderhub_url": "https://mybinder.org",
            "dependencies": str(requirements),
            "use_jupyter_lab": True,
        }
    }
