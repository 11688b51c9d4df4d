"""
Which remedy answers best on my data?
=====================================

`sksym.experiments.compare` cross-validates every regressor under every remedy, together with zero
and the best constant. The data are noisy complex phase retrieval. Two questions come first, which
need no training: which symmetry do the targets have, and will breaking it help?
"""

import matplotlib.pyplot as plt

from sksym import ConjugateFlip, GlobalPhase, Permutation, Sign
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import compare
from sksym.inspection import ambiguity_score, suggest_symmetry


def run(n_samples=3000):
    """Suggest, score, compare; return the median errors relative to predicting zero."""
    X, y = make_gaussian_phase_retrieval(n_samples, 3, field="complex", noise=0.05, random_state=0)
    candidates = [Sign(), Permutation(3), ConjugateFlip() * GlobalPhase(), GlobalPhase()]
    symmetry = suggest_symmetry(X, y, candidates).best
    score = ambiguity_score(X, y, symmetry)
    comparison = compare(X, y, symmetry, cv=3, n_jobs=2, random_state=0)
    print(comparison)
    best = comparison.summary()[0]
    comparison.plot().ax_.set_title(
        f"{symmetry!r}, ambiguity {score:.2f}\n"
        f"best: {best['name']}, {best['of_zero']:.2g} of zero's error"
    )
    return {line["name"]: line["of_zero"] for line in comparison.summary()}


if __name__ == "__main__":
    run()
    plt.show()
