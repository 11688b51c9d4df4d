"""
Which remedy answers best on my data?
=====================================

The data are complex signals and noisy squared moduli. Two questions come first, which need no
training: which symmetry do the targets have, and will breaking it help? Then
`sksym.experiments.compare` cross-validates every regressor under every remedy, together with zero
and the best constant, and one picture ranks them.
"""

import matplotlib.pyplot as plt

from sksym import ConjugateFlip, GlobalPhase, Permutation, Sign
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import compare
from sksym.inspection import ambiguity_score, suggest_symmetry

# %%
# Which symmetry?
# ---------------
# Four groups could act on three complex numbers. The way from signals to measurements is a
# function, which can be learned; each candidate is tested on it. Of those that leave it as it is,
# the one that contains the others is the answer.

CANDIDATES = [Sign(), Permutation(3), ConjugateFlip() * GlobalPhase(), GlobalPhase()]


def make_pairs(n_samples):
    return make_gaussian_phase_retrieval(n_samples, 3, field="complex", noise=0.05, random_state=0)


suggestion = suggest_symmetry(*make_pairs(1000), CANDIDATES)
print(f"{suggestion.best}: {suggestion.reason}\n")
for name, change in zip(suggestion.names, suggestion.changes, strict=True):
    if name != "Identity()":
        print(f"{name:35} changes the measurements by {change:.1%}")

# %%
# Will breaking it help?
# ----------------------
# The score is the gain in R² that breaking the symmetry offers to a regressor that looks at
# neighbours: near 1 it helps, near 0 the targets are representatives already.

print(f"{ambiguity_score(*make_pairs(1000), suggestion.best):.2f}")

# %%
# All remedies
# ------------
# One call trains least squares, neighbours and a network under every remedy that applies, says why
# the others do not, and what each costs in seconds.


def run(n_samples=1500):
    """Suggest, score, compare; return the median errors relative to predicting zero."""
    X, y = make_pairs(n_samples)
    symmetry = suggest_symmetry(X, y, CANDIDATES).best
    score = ambiguity_score(X, y, symmetry)
    comparison = compare(X, y, symmetry, cv=3, n_jobs=2, random_state=0)
    print(comparison)
    best = comparison.summary()[0]
    plt.figure(figsize=(8, 6.5), layout="constrained")
    comparison.plot(ax=plt.gca()).ax_.set_title(
        f"{symmetry!r}, ambiguity {score:.2f}\n"
        f"best: {best['name']}, {best['of_zero']:.2g} of zero's error"
    )
    return {line["name"]: line["of_zero"] for line in comparison.summary()}


if __name__ == "__main__":
    run()
    plt.show()

# %%
# Without a remedy no regressor comes near to any of the same kind with one. The columns of seconds
# say what each costs: cheap regressors with the right remedy beat networks with another.
