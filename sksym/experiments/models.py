"""Models in skops files: what is written, and the fixed list of what is read."""

import zipfile

import numpy as np

from .. import symmetries, targets
from ..atlas import AtlasRegressor
from ..extras import require_extra
from ..neighbors import OrbitKNeighborsRegressor
from ..refine import RefinedRegressor
from ..residual import ResidualRegressor

_NAMES = "target_names_"  # set on a model that the command saves, for the heading of predictions


def trusted_types():
    """Names of all types that a model file may hold beside those that skops itself trusts.

    Returns
    -------
    list of str
        The public classes of sksym and what its networks are made of. Trees are not among them,
        of forests or of neighbours: scikit-learn follows their indices unchecked.
    """
    from .. import forward, neural
    from ..neural import loader

    public = [
        *(getattr(module, name) for module in (symmetries, targets, neural)
          for name in module.__all__),
        *(AtlasRegressor, OrbitKNeighborsRegressor, RefinedRegressor, ResidualRegressor),
        *(forward.Quadratic, loader.TensorLoader),
    ]  # fmt: skip
    own = [f"{c.__module__}.{c.__qualname__}" for c in public if isinstance(c, type)]
    others = [
        "skorch.dataset.Dataset",
        "torch.nn.modules.loss.MSELoss",
        "torch.optim.adam.Adam",
    ]
    return sorted({*own, *others})


def write_model(path, estimator, target_names=None):
    """Write a fitted estimator with skops.

    Parameters
    ----------
    path : path-like
        The file.
    estimator : estimator
        Fitted.
    target_names : sequence of str, optional
        Names of the target columns.

    Raises
    ------
    ValueError
        If it holds a type that `read_model` would refuse.
    """
    from .files import write_whole

    io = require_extra("skops.io", "compare")
    if target_names is not None:
        setattr(estimator, _NAMES, [str(name) for name in target_names])
    content = io.dumps(estimator)
    _refuse_others(path, io.get_untrusted_types(data=content))
    write_whole(path, content)


def read_model(path):
    """Read a model that is made of trusted types only.

    Parameters
    ----------
    path : path-like
        A skops file.

    Returns
    -------
    estimator : estimator
        Fitted.
    target_names : list of str or None
        Names of its targets, where they are known.

    Raises
    ------
    ValueError
        If the file is none of skops, or holds a type that is not on the list: nothing of it has
        been loaded then.
    """
    io = require_extra("skops.io", "compare")
    try:
        _refuse_others(path, io.get_untrusted_types(file=path))
        estimator = io.load(path, trusted=trusted_types())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ValueError(f"{path} is no skops file or is damaged") from error
    if not hasattr(estimator, "predict"):
        raise ValueError(f"{path} holds {type(estimator).__name__}, not a model that predicts")
    return estimator, getattr(estimator, _NAMES, None)


def n_features_of(estimator):
    """How many columns of measurements a fitted model expects; None where it does not say."""
    return getattr(estimator, "n_features_in_", None)


def feature_names_of(estimator):
    """Names of the columns that a fitted model was trained on; None where they had none."""
    names = getattr(estimator, "feature_names_in_", None)
    return None if names is None else list(np.asarray(names))


def _refuse_others(path, found):
    others = sorted(set(found) - set(trusted_types()))
    if others:
        raise ValueError(
            f"{path} holds {', '.join(others)}, which sksym does not trust, and was not loaded; "
            f"if you know where it comes from, review it and load it in Python with skops"
        )
