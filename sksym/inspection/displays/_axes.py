"""Figure and axes of the displays."""

from ..._extras import require_extra


def figure_and_axes(ax, projection=None, size=(6.4, 4.4)):
    """Get the figure and the axes to draw on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        Axes of the caller; None makes new ones.
    projection : str, optional
        Projection of new axes.
    size : tuple of float
        Width and height of a new figure, in inches.

    Returns
    -------
    figure : matplotlib.figure.Figure
    ax : matplotlib.axes.Axes

    Raises
    ------
    ModuleNotFoundError
        If new axes are needed and matplotlib is not installed.
    """
    if ax is not None:
        return ax.figure, ax
    plt = require_extra("matplotlib.pyplot", "plot")
    figure = plt.figure(figsize=size, layout="constrained")
    return figure, figure.add_subplot(projection=projection)
