"""Report of a comparison: its plot as a PNG, and one self-contained HTML page."""

import base64
import io

from .._extras import require_extra


def picture(comparison):
    """Draw a comparison as a PNG.

    Parameters
    ----------
    comparison : Comparison
        Comparison to draw.

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
    """Render one self-contained HTML page.

    Parameters
    ----------
    title : str
        Heading of the page.
    paragraphs : list of str
        Plain text before the table.
    comparison : Comparison
        Comparison that is shown as a table.
    image : bytes
        Plot, as a PNG.
    command : str
        Command line that applies the model.

    Returns
    -------
    str
    """
    heading, *lines = comparison.table()
    return render(
        "page.html",
        title=title,
        paragraphs=paragraphs,
        image=base64.b64encode(image).decode(),
        heading=heading,
        lines=lines,
        remarks=comparison.remarks(),
        command=command,
    )


def render(template, **values):
    """Render a template of the package, with text escaped.

    Parameters
    ----------
    template : str
        Name of the file in ``templates``.
    **values
        Values of the template's variables.

    Returns
    -------
    str
    """
    jinja2 = require_extra("jinja2", "compare")
    loader = jinja2.PackageLoader("sksym.experiments")
    return jinja2.Environment(loader=loader, autoescape=True).get_template(template).render(values)
