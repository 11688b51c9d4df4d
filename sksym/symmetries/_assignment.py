"""Assignments of blocks to targets, and which of them are equally good."""

import itertools

import numpy as np
from scipy.optimize import linear_sum_assignment

from .._arrays import algebra

# Up to this many blocks all assignments are scored at once; beyond, a solver runs row by row.
MOST_ENUMERATED = 6
_SAME = 1024  # roundings within which the numbers of representatives are the same


def inner_products(xp, blocks, targets):
    """Inner product of block i with target j; shape (n_blocks, n_blocks, n_samples).

    Samples are last: long loops over samples, short ones over blocks.
    """
    y, to = (algebra.copy(xp, xp.permute_dims(part, (1, 2, 0))) for part in (blocks, targets))
    return sum(
        (y[:, None, k, :] * to[None, :, k, :] for k in range(1, y.shape[1])),
        start=y[:, None, 0, :] * to[None, :, 0, :],
    )


def best_assignment(xp, scores):
    """The block for each target with which the sum of scores is largest.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    scores : array of shape (n_blocks, n_blocks, n_samples)
        Of block i for target j. Samples last: long loops over samples, short ones over blocks.

    Returns
    -------
    array of int of shape (n_samples, n_blocks)
    """
    n_blocks, device = scores.shape[0], algebra.device(scores)
    if n_blocks > MOST_ENUMERATED:
        return xp.asarray(_solve_row_by_row(algebra.on_host(scores)), device=device)
    orders, totals = _all_assignments(xp, scores)
    return xp.take(xp.asarray(orders, device=device), xp.argmax(totals, axis=0), axis=0)


def _all_assignments(xp, scores):
    """Every assignment, and its sum of scores for each sample."""
    n_blocks = scores.shape[0]
    orders = np.array(list(itertools.permutations(range(n_blocks))))
    chosen = np.zeros((len(orders), n_blocks, n_blocks))
    chosen[np.arange(len(orders))[:, None], orders, np.arange(n_blocks)] = 1
    flat = xp.reshape(scores, (n_blocks**2, scores.shape[2]))
    return orders, algebra.like(xp, chosen.reshape(len(orders), -1), scores) @ flat


def is_tied(xp, scores, order, rounding):
    """Whether another assignment is as good as the best, `order`; shape (n_samples,).

    Parameters are those of `alternatives`.
    """
    if scores.shape[0] <= MOST_ENUMERATED:
        totals = _all_assignments(xp, scores)[1]
        as_good = totals >= xp.max(totals, axis=0) - rounding
        return xp.sum(xp.astype(as_good, xp.int8), axis=0) > 1
    allowed = alternatives(xp, scores, order, rounding)
    return xp.sum(xp.astype(allowed, xp.int64), axis=(0, 1)) > scores.shape[0]


def alternatives(xp, scores, order, rounding):
    """Which blocks take part for which targets in an assignment that is as good as the best.

    Moving along a cycle of blocks changes the assignment. A block may stand at a target if some
    cycle through both costs no more than rounding; cheapest paths between all pairs give the rest
    of the cycle (Floyd and Warshall).

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    scores : array of shape (n_blocks, n_blocks, n_samples)
        As in `best_assignment`.
    order : array of int of shape (n_samples, n_blocks)
        A best assignment.
    rounding : array of shape (n_samples,)
        Bound of the rounding of a sum of scores.

    Returns
    -------
    array of bool of shape (n_blocks, n_blocks, n_samples)
        For target i and the block that `order` gives to target j.
    """
    cycle, eye = _cycle_losses(xp, scores, order)
    return (cycle <= rounding[None, None, :]) | eye


def second_loss(xp, scores, order):
    """How much less the second-best assignment scores than the best; shape (n_samples,).

    The second-best moves along one cycle, the cheapest of all: others would only add to its loss.
    Infinite for a single block.

    Parameters are those of `alternatives`.
    """
    cycle, eye = _cycle_losses(xp, scores, order)
    return xp.min(xp.where(eye, xp.full_like(cycle, np.inf), cycle), axis=(0, 1))


def _cycle_losses(xp, scores, order):
    """Loss of the cheapest cycle through target i and block of target j, and whether i is j."""
    index = xp.broadcast_to(xp.permute_dims(order, (1, 0))[:, None, :], scores.shape)
    ordered = xp.take_along_axis(scores, index, axis=0)  # block of target j, for target i
    n_blocks = scores.shape[0]
    own = xp.stack([ordered[k, k, :] for k in range(n_blocks)], axis=0)
    # What is lost if target i takes the block of target j.
    loss = own[:, None, :] - xp.permute_dims(ordered, (1, 0, 2))
    path = loss
    for k in range(n_blocks):
        path = xp.minimum(path, path[:, k, None, :] + path[None, k, :, :])
    eye = xp.eye(n_blocks, dtype=xp.bool, device=algebra.device(scores))[:, :, None]
    return loss + xp.permute_dims(path, (1, 0, 2)), eye


def decided_assignment(scores, rounding):
    """Of the best assignments the one that fixed weights in general position prefer.

    It depends on the scores only as far as they are more than rounding.

    Parameters
    ----------
    scores : ndarray of shape (n_blocks, n_blocks, n_samples)
        As in `best_assignment`, blocks and targets in an order of their own.
    rounding : ndarray of shape (n_samples,)
        Bound of the rounding of a sum of scores.

    Returns
    -------
    ndarray of int of shape (n_samples, n_blocks)
    """
    order = best_assignment(np, scores)
    allowed = alternatives(np, scores, order, rounding)
    weights = np.random.RandomState(0).uniform(1, 2, scores.shape[:2])
    decided = np.empty_like(order)
    for row, is_allowed in enumerate(np.moveaxis(allowed, 2, 0)):
        may_stand = np.empty_like(is_allowed)
        may_stand[:, order[row]] = is_allowed
        decided[row] = linear_sum_assignment(np.where(may_stand, weights, np.inf))[1]
    return decided


def _solve_row_by_row(scores):
    rows = np.moveaxis(scores, 2, 0).swapaxes(1, 2)
    # Where every target likes another block best, that is the assignment.
    order = np.argmax(rows, axis=2)
    is_clash = (np.sort(order, axis=1) != np.arange(rows.shape[1])).any(axis=1)
    for row in np.flatnonzero(is_clash):
        order[row] = linear_sum_assignment(rows[row], maximize=True)[1]
    return order


def lexicographic_order(xp, blocks):
    """Numbers of the blocks of each row in lexicographic order; shape (n_samples, n_blocks).

    Numbers within rounding of each other count as one, whichever way they were reached.
    """
    host = _real_on_host(blocks)
    flat = host.reshape(len(host), -1)
    size = np.abs(flat).max(axis=1, keepdims=True)
    rank = _levels(flat, _SAME * np.finfo(host.dtype).eps * size).reshape(host.shape)
    return _sorted_by(xp, rank, blocks)


def order_of_directions(xp, blocks):
    """The same, first by the blocks' directions and then by their sizes.

    Where a group that is not isometric gives some blocks a size without a unit, their order must
    not depend on the unit of the others.
    """
    host = _real_on_host(blocks)
    size = np.linalg.norm(host, axis=2, keepdims=True)
    size = np.where(size > 0, size, 1.0)
    rounding = _SAME * np.finfo(host.dtype).eps
    rank = _levels((host / size).reshape(len(host), -1), rounding).reshape(host.shape)
    size_rank = _levels(np.log(size[:, :, 0]), rounding)[:, :, None]
    return _sorted_by(xp, np.concatenate([rank, size_rank], axis=2), blocks)


def _real_on_host(blocks):
    host = algebra.on_host(blocks)
    return np.concatenate([host.real, host.imag], axis=2) if np.iscomplexobj(host) else host


def _levels(values, rounding):
    """Ranks of the numbers of each row, those that differ by rounding sharing one."""
    ascending = np.argsort(values, axis=1)
    steps = np.diff(np.take_along_axis(values, ascending, axis=1), axis=1)
    level = np.cumsum(np.pad(steps > rounding, ((0, 0), (1, 0))), axis=1)
    rank = np.empty_like(level)
    np.put_along_axis(rank, ascending, level, axis=1)
    return rank


def _sorted_by(xp, rank, blocks):
    order = np.stack([np.lexsort(keys.T[::-1]) for keys in rank])
    return xp.asarray(order, device=algebra.device(blocks))


def score_of(xp, scores, order):
    """Sum of the scores of an assignment of blocks to targets; shape (n_samples,)."""
    return sum(
        (scores[i, j, :] for j, i in enumerate(order)), start=xp.zeros_like(scores[0, 0, :])
    )


def competitors(n_blocks):
    """All other assignments, or the exchanges of two blocks where they are too many."""
    identity = tuple(range(n_blocks))
    if n_blocks <= MOST_ENUMERATED:
        yield from (order for order in itertools.permutations(identity) if order != identity)
        return
    for i, j in itertools.combinations(identity, 2):
        order = list(identity)
        order[i], order[j] = j, i
        yield tuple(order)
