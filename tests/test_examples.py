"""Every example runs, ends in one figure, and says what its title promises."""

import importlib.util
import itertools
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").rglob("*.py"))
SMALL = {
    "plot_angles": {"n_samples": 60, "n_estimators": 3},
    "plot_bootstrap_loadings": {"n_replicates": 20},
    "plot_compare": {"n_samples": 120},
    "plot_convolution": {"n_samples": 60, "max_epochs": 2},
    "plot_cross_validation": {"n_samples": 300},
    "plot_digits": {"n_samples": 60, "max_epochs": 2},
    "plot_discover_arm": {"n_samples": 100},
    "plot_discover_phase_retrieval": {"n_samples": 100},
    "plot_faces": {"n_faces": 28},
    "plot_fair_scoring": {"n_runs": 3, "size": 16},
    "plot_grid_search": {"n_samples": 150, "max_epochs": 2},
    "plot_label_switching": {"n_samples": 40},
    "plot_orientations": {"n_samples": 200},
    "plot_own_symmetry": {"n_samples": 100, "max_epochs": 2},
    "plot_phase_retrieval": {"n_samples": 200, "max_epochs": 2},
    "plot_scattering_medium": {"n_samples": 20, "n_measurements": 16, "max_epochs": 2},
    "plot_seam": {"n_samples": 400},
    "plot_separation": {"size": 32},
    "plot_square_root": {"n_samples": 60},
    "plot_textures": {"n_samples": 30},
}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path):
    mpl.use("Agg")
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    errors = module.run(**SMALL[path.stem])
    assert len(plt.get_fignums()) == 1
    plt.gcf().canvas.draw()
    plt.close("all")
    values = list(itertools.chain.from_iterable(map(np.atleast_1d, errors.values())))
    assert np.isfinite(values).all()
