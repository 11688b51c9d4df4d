"""Formulas as MathML, which browsers draw themselves: pages need no script and no network."""

from latex2mathml.converter import convert


def write_inline(writer, node):
    """Write a formula within a line."""
    writer.body.append(_mathml(node, "inline"))
    _skip()


def write_block(writer, node):
    """Write a formula on lines of its own, which scroll where the page is narrower."""
    writer.body.append(f'<div class="formula">{_mathml(node, "block")}</div>')
    _skip()


def _mathml(node, display):
    text = node.astext().replace(r"\arg", r"\operatorname{arg}")
    mathml = convert(text, display=display)
    if "\\" in mathml or "merror" in mathml:
        raise ValueError(f"latex2mathml does not know a command of {text!r}")
    return mathml


def _skip():
    from docutils import nodes

    raise nodes.SkipNode


def setup(app):
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (write_inline, None), (write_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
