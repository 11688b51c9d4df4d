"""Progress bars on standard error."""

import threading

from tqdm import tqdm


def live_bar(**options):
    """Make a tqdm bar whose lock belongs to this process alone.

    tqdm's own lock is shared with other processes, and one that is killed leaves it behind.

    Parameters
    ----------
    **options
        Arguments of `tqdm.tqdm`.

    Returns
    -------
    tqdm.tqdm

    Examples
    --------
    >>> from sksym._live import live_bar
    >>> live_bar(total=3, disable=True).total
    3
    """
    if not hasattr(tqdm, "_lock"):
        tqdm.set_lock(threading.RLock())
    return tqdm(**options)
