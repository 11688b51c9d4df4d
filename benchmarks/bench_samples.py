"""Cost of aligned samples: run by hand with ``python benchmarks/bench_samples.py``.

Seconds, wall and processor time, that `sksym.align_samples` takes for 10 000 draws of ten
components of three parameters, and how many times faster it is than trying all orders of eight
components, by a loop over them and by one table of all of them, with the same answers.
"""

import itertools
import time

import numpy as np

from sksym import Permutation, Sign, align_samples

N_DRAWS, N_COMPONENTS, N_PARAMETERS = 10_000, 10, 3
N_LOOP, N_TABLE, K_LOOP = 4, 200, 8


def make_draws(n, k, d, noise, rng):
    """Draws of k components in any order, and the truth."""
    truth = rng.standard_normal((k, d))
    draws = truth + noise * rng.standard_normal((n, k, d))
    order = np.argsort(rng.uniform(size=(n, k)), axis=1)
    return np.take_along_axis(draws, order[:, :, None], axis=1), truth


def by_loop(draws, reference):
    """The nearest order of each draw, as one writes it first."""

    def cost(draw, order):
        return ((draw[list(order)] - reference) ** 2).sum()

    orders = list(itertools.permutations(range(len(reference))))
    return np.array([d[list(min(orders, key=lambda p: cost(d, p)))] for d in draws])


def by_table(draws, reference):
    """The same from a table of the costs of all pairs and one of all orders."""
    orders = np.array(list(itertools.permutations(range(len(reference)))))
    nearest = []
    for draw in draws:
        costs = ((draw[:, None] - reference) ** 2).sum(axis=2)
        totals = costs[orders, np.arange(len(reference))].sum(axis=1)
        nearest.append(draw[orders[totals.argmin()]])
    return np.array(nearest)


def seconds(function, *args, **kwargs):
    """Wall and processor seconds of a call, and its answer."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = function(*args, **kwargs)
    return time.perf_counter() - wall, time.process_time() - cpu, answer


def print_times():
    """Alignment to the mean of the draws, with the sureness of the labels."""
    print(f"{N_DRAWS} draws of {N_COMPONENTS} components of {N_PARAMETERS} parameters")
    print(f"  {'':<36}{'wall, s':>10}{'processor, s':>14}{'ambiguous':>12}")
    for noise in (0.05, 0.1, 0.2):
        draws, _ = make_draws(N_DRAWS, N_COMPONENTS, N_PARAMETERS, noise, np.random.default_rng(0))
        for name, each in (("order", None), ("order and signs", Sign())):
            symmetry = Permutation(N_COMPONENTS, each=each)
            wall, cpu, result = seconds(align_samples, draws, symmetry)
            label = f"{name}, noise {noise}"
            print(f"  {label:<36}{wall:10.2f}{cpu:14.2f}{result.ambiguous_share:12.1%}")


def print_ratios():
    """Processor time for each draw of enumeration over ours, aligned to the same reference."""
    draws, truth = make_draws(N_DRAWS, K_LOOP, N_PARAMETERS, 0.3, np.random.default_rng(0))
    _, ours, result = seconds(align_samples, draws, Permutation(K_LOOP), reference=truth)
    print(f"{K_LOOP} components, processor time for each draw")
    print(f"  align_samples{ours / N_DRAWS:12.2e} s")
    for name, function, number in (("loop", by_loop, N_LOOP), ("table", by_table, N_TABLE)):
        _, theirs, nearest = seconds(function, draws[:number], truth)
        np.testing.assert_array_equal(nearest, result.samples[:number])
        ratio = theirs / number / (ours / N_DRAWS)
        print(f"  {name:<13}{theirs / number:12.2e} s, {ratio:.0f} times as long")


if __name__ == "__main__":
    print_times()
    print_ratios()
