"""Where displays draw."""

from ..._extras import require_extra


def figure_and_axes(ax, projection=None, size=(6.4, 4.4)):
    """The figure and the axes to draw on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        The caller's; None makes new ones.
    projection : str, optional
        Of new axes.
    size : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    figure : matplotlib.figure.Figure
    ax : matplotlib.axes.Axes

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is needed and not installed.
    """
    if ax is not None:
        return ax.figure, ax
    plt = require_extra("matplotlib.pyplot", "plot")
    figure = plt.figure(figsize=size, layout="constrained")
    return figure, figure.add_subplot(projection=projection)
