"""A comparison as one page that needs nothing beside it."""

import base64
import html
import io

from .._extras import require_extra

_STYLE = """
body {
  font: 16px/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
}
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.8rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; }
img { max-width: 100%; }
code { background: #f4f4f4; padding: 0.1rem 0.3rem; }
pre { background: #f4f4f4; padding: 0.6rem; overflow-x: auto; }
"""


def picture(comparison):
    """The comparison as a PNG.

    Parameters
    ----------
    comparison : Comparison
        What to draw.

    Returns
    -------
    bytes
    """
    figure = require_extra("matplotlib.figure", "compare")
    lines = comparison.summary()
    drawing = figure.Figure(figsize=(8, 0.35 * len(lines) + 1), layout="constrained")
    comparison.plot(ax=drawing.subplots())
    file = io.BytesIO()
    drawing.savefig(file, format="png", dpi=120)
    return file.getvalue()


def html_page(title, paragraphs, comparison, image, command):
    """One self-contained page.

    Parameters
    ----------
    title : str
        Its heading.
    paragraphs : list of str
        Plain text that stands before the table.
    comparison : Comparison
        Shown as a table.
    image : bytes
        A PNG.
    command : str
        How to use the model.

    Returns
    -------
    str
    """
    text = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    source = base64.b64encode(image).decode()
    heading = html.escape(title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{heading}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{heading}</h1>
{text}
<img alt="Median errors and their ranges over the folds" src="data:image/png;base64,{source}">
{comparison._repr_html_()}
<p>Use the best model, fitted to all pairs:</p>
<pre>{html.escape(command)}</pre>
</body>
</html>
"""
