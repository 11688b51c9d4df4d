"""
Why does a regressor of square roots predict zero?
==================================================

A number and its negative have the same square. A regressor that is fitted to raw pairs sees both
roots of nearly the same number and averages them. Fitted to one representative of each pair of
roots, it finds the root. The picture at the end shows both fits.
"""

import matplotlib.pyplot as plt
from sklearn.compose import TransformedTargetRegressor
from sklearn.neighbors import KNeighborsRegressor

from sksym import CanonicalizeTargets, Sign
from sksym.datasets import make_square_root
from sksym.inspection import ZigzagDisplay
from sksym.metrics import rectified_mean_squared_error

# %%
# Numbers and one of their roots
# ------------------------------
# The target is a number of either sign, and the measurement its square. Pairs whose measurements
# are neighbours have targets of nearly the same size, but of any sign.

X, y = make_square_root(300, random_state=0)
for k in X[:, 0].argsort()[200:206]:
    print(f"measurement {X[k, 0]:.3f}, target {y[k]:+.3f}")

# %%
# What goes wrong
# ---------------
# The five nearest neighbours of a measurement are averaged, and roots of both signs cancel.

raw = KNeighborsRegressor(n_neighbors=5).fit(X, y)
for value, root in zip([0.2, 0.5, 0.8], raw.predict([[0.2], [0.5], [0.8]]), strict=True):
    print(f"the root of {value} is said to be {root:+.3f}, whose square is {root**2:.3f}")

# %%
# One representative of each pair of roots
# ----------------------------------------
# That y and -y are the same answer is said by `Sign`. `CanonicalizeTargets` moves every target to
# one of the two, here the positive one, before the regressor sees it.

print("raw:            ", y[4:10].round(2))
print("representatives:", CanonicalizeTargets(Sign()).fit_transform(y[4:10, None])[:, 0].round(2))

# %%
# Both, side by side
# ------------------
# Errors are those on new pairs, up to the sign, in units of the error of predicting zero.


def run(n_samples=300):
    """Fit raw and broken targets; return the errors relative to predicting zero."""
    X, y = make_square_root(n_samples, random_state=0)
    X_test, y_test = make_square_root(n_samples, random_state=1)
    break_signs = CanonicalizeTargets(Sign())
    models = {
        "raw targets": KNeighborsRegressor(n_neighbors=5),
        "one representative each": TransformedTargetRegressor(
            KNeighborsRegressor(n_neighbors=5),
            transformer=break_signs,
            check_inverse=False,  # many targets have the same representative: there is no inverse
        ),
    }
    seen = {"raw targets": y, "one representative each": break_signs.fit_transform(y[:, None])}
    errors = {}
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        model.fit(X, y)
        errors[name] = rectified_mean_squared_error(
            y_test, model.predict(X_test), symmetry=Sign(), normalization="power"
        )
        ZigzagDisplay.from_estimator(model, X, seen[name], name="5-NN", ax=ax)
        ax.set_title(f"{name}\nrectified error {errors[name]:.3g}")
        ax.label_outer()
    figure.suptitle("Raw targets average to zero; broken ones have a function to learn")
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()

# %%
# The line costs a change of sign for each target. Which of the two roots was meant is not
# answered: no measurement shows it. ``make_canonical_regressor(KNeighborsRegressor(), Sign())`` is
# the same model in one line, and the next pages use it.
