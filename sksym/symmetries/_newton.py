"""Newton's method uphill, for many small problems at once."""


def uphill_step(xp, gradient, hessian, flat):
    r"""Newton's step towards a maximum, uphill also where the function is not concave.

    With eigenvectors :math:`v_j` and eigenvalues :math:`\lambda_j` of the Hessian it is
    :math:`\sum_j v_j \langle v_j, g \rangle / |\lambda_j|`.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    gradient : array of shape (n_samples, dim)
        The gradients g.
    hessian : array of shape (n_samples, dim, dim)
        Symmetric matrices of second derivatives.
    flat : array of shape (n_samples,) or (1,)
        Size of an eigenvalue that is none: no step is made in its direction.

    Returns
    -------
    array of shape (n_samples, dim)
    """
    values, vectors = xp.linalg.eigh(hessian)
    is_flat = xp.abs(values) <= flat[:, None]
    along = (xp.matrix_transpose(vectors) @ gradient[:, :, None])[:, :, 0]
    bend = xp.where(is_flat, xp.ones_like(values), xp.abs(values))
    along = xp.where(is_flat, xp.zeros_like(along), along / bend)
    return (vectors @ along[:, :, None])[:, :, 0]
