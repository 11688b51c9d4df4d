"""Thumbnails of the gallery: the part of a figure that can be read at their size."""

from PIL import Image, ImageOps

SIZE = (400, 280)
# Left, top, right and bottom, as shares of the figure; figures of one panel are shown whole.
PARTS = {
    "angles": (0, 0.515, 1, 1),
    "bootstrap_loadings": (0.34, 0.06, 0.67, 1),
    "convolution": (0, 0.13, 0.6, 1),
    "digits": (0.51, 0.15, 1, 1),
    "discover_arm": (0, 0.05, 0.57, 0.44),
    "discover_phase_retrieval": (0.67, 0, 1, 0.325),
    "faces": (0, 0.06, 0.53, 1),
    "fair_scoring": (0.53, 0, 1, 1),
    "own_symmetry": (0, 0.08, 0.52, 1),
    "phase_retrieval": (0, 0.06, 0.53, 0.92),
    "scattering_medium": (0, 0.05, 0.53, 0.61),
    "separation": (0, 0.02, 0.6, 1),
    "textures": (0, 0, 0.66, 1),
}


def crop_thumbnails(app):
    """Make the thumbnails anew from the figures."""
    for path in app.srcdir.glob("auto_examples/*/images/sphx_glr_plot_*_001.png"):
        name = path.stem.removeprefix("sphx_glr_plot_").removesuffix("_001")
        if name in PARTS:
            with Image.open(path) as figure:
                box = [
                    round(share * length)
                    for share, length in zip(PARTS[name], 2 * figure.size, strict=True)
                ]
                part = figure.convert("RGB").crop(box)
            thumb = ImageOps.pad(part, SIZE, color="white")
            thumb.save(path.parent / "thumb" / f"sphx_glr_plot_{name}_thumb.png")


def setup(app):
    """Connect to sphinx, after the gallery, which connects with a priority of 500."""
    app.connect("builder-inited", crop_thumbnails, priority=900)
    return {"parallel_read_safe": True}
