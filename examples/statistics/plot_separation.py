"""
Which of the separated photographs is which?
============================================

Independent component analysis separates mixtures of sources, but cannot know their order, signs
and sizes: these leave the mixtures as they are. Four photographs of scikit-image are mixed by a
known matrix, with some noise, and separated by scikit-learn's FastICA. Scored by index, it does
worse than whitening, which separates nothing.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage import data
from skimage.transform import resize
from sklearn.decomposition import PCA, FastICA

from sksym import Permutation, Sign, metrics

NOISES = [0.01, 0.03, 0.1, 0.3, 1.0]  # of mixtures of photographs of variance 1
RAW, BEST, AMARI = "correlation by index", "mean correlation coefficient", "Amari distance"

# %%
# Whitening makes outputs uncorrelated, and so are they after any rotation; FastICA chooses the
# rotation after which they are least Gaussian. Both return the outputs, of variance 1, and the
# mixing matrix that they found.


def whiten(mixtures):
    pca = PCA(whiten=True).fit(mixtures.T)
    return pca.transform(mixtures.T).T, pca.components_.T * np.sqrt(pca.explained_variance_)


def separate(mixtures):
    ica = FastICA(whiten="unit-variance", max_iter=1000, random_state=0)
    return ica.fit_transform(mixtures.T).T, ica.mixing_


# %%
# By index, output k is compared with photograph k. The metrics of the field look for the order
# first, and do not mind signs and sizes. The Amari distance compares the mixing matrices: it tells
# how well the separation is known, whatever the noise that is left in the outputs.


def score(sources, mixing, outputs, found):
    pairs = zip(sources, outputs, strict=True)
    si_sdr = metrics.permutation_invariant_si_sdr
    return {
        RAW: np.mean([abs(np.corrcoef(pair)[0, 1]) for pair in pairs]),
        BEST: metrics.mean_correlation_coefficient(sources.T, outputs.T),
        "SI-SDR by index, dB": si_sdr(sources[:, None], outputs[:, None]),
        "SI-SDR in the best order, dB": si_sdr(sources[None], outputs[None]),
        AMARI: metrics.amari_distance(mixing, found),
    }


# %%
# To be shown, outputs are moved to the photographs by the symmetry itself: an order of four parts,
# and a sign for each, which is found in about k³ steps for k parts.


def run(size=128):
    """Scores of both ways by noise, and a figure."""
    images = (data.camera(), data.coins(), data.moon(), data.text())
    sources = np.array([resize(image, (size, size), anti_aliasing=True) for image in images])
    sources = sources.reshape(4, -1) - sources.mean(axis=(1, 2))[:, None]
    sources /= sources.std(axis=1, keepdims=True)
    rng, table = np.random.default_rng(0), {}
    mixing = rng.standard_normal((4, 4))
    left, right = plt.figure(figsize=(10, 5), layout="constrained").subfigures(
        1, 2, width_ratios=[1.6, 1]
    )
    for noise in NOISES:
        mixtures = mixing @ sources + noise * rng.standard_normal(sources.shape)
        for name, method in {"whitened": whiten, "FastICA": separate}.items():
            outputs, found = method(mixtures)
            for key, value in score(sources, mixing, outputs, found).items():
                table.setdefault(f"{name}: {key}", []).append(value)
        if noise == NOISES[1]:
            moved = Permutation(4, each=Sign()).align(outputs.reshape(1, -1), to=sources.ravel())
            shown = {"mixed": mixtures, "separated": outputs, "moved": moved.reshape(4, -1)}
    for line, (name, rows) in zip(left.subplots(3, 4), shown.items(), strict=True):
        line[0].set_ylabel(name)
        for ax, row in zip(line, rows, strict=True):
            low, high = np.percentile(row, [1, 99])
            ax.imshow(row.reshape(size, size), cmap="gray", vmin=low, vmax=high)
            ax.set(xticks=[], yticks=[])
    top, bottom = right.subplots(2, 1, sharex=True)
    for name, color in {"whitened": "C1", "FastICA": "C0"}.items():
        for ax, metric, style in ((top, BEST, "-"), (top, RAW, "--"), (bottom, AMARI, "-")):
            ax.semilogx(NOISES, table[f"{name}: {metric}"], color + style, label=name)
    top.set(ylabel="correlation (dashed: by index)", ylim=(0, 1.02))
    bottom.set(xlabel="noise of the mixtures", ylabel=AMARI, ylim=(0, None))
    bottom.legend(loc="center right")
    return table


if __name__ == "__main__":
    for name, values in run().items():
        print(f"{name:38}", *(f"{value:7.3g}" for value in values))
    plt.show()
