"""Report of a result: its plot as a PNG, and one self-contained HTML page."""

import base64
import io

from .._extras import require_extra


def picture(result):
    """Draw a result as a PNG.

    Parameters
    ----------
    result : Comparison or Discovery
        What has a method `plot`, to be drawn in the size of its display.

    Returns
    -------
    bytes
    """
    figure = require_extra("matplotlib.figure", "compare")
    drawing = figure.Figure(layout="constrained")
    drawing.set_size_inches(result.plot(ax=drawing.subplots()).size)
    file = io.BytesIO()
    drawing.savefig(file, format="png", dpi=120)
    return file.getvalue()


def html_page(title, paragraphs, image, caption, table, remarks, uses, words, made):
    """Render one self-contained HTML page, which loads nothing from anywhere.

    Parameters
    ----------
    title : str
        Heading of the page.
    paragraphs : list of str
        Plain text before the picture.
    image : bytes
        Picture, as a PNG.
    caption : str
        What the picture shows.
    table : list of list of str
        Rows of the table; the first is its heading.
    remarks : list of str
        Plain text after the table, shown as a list.
    uses : list of (str, str)
        What to go on with: sentences, and the lines of code that they introduce.
    words : list of (str, str)
        Words of the page, and what they mean.
    made : (str, str)
        When and with what the page was made, and by which command.

    Returns
    -------
    str
    """
    heading, *lines = table
    return render(
        "page.html",
        title=title,
        paragraphs=paragraphs,
        image=base64.b64encode(image).decode(),
        caption=caption,
        heading=heading,
        lines=lines,
        remarks=remarks,
        uses=uses,
        words=words,
        made=made,
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
