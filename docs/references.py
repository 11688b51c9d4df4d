"""Cross-references of the pages: a name in backticks is a link, a parameter, or an error.

Names of other projects link to their documentation. Their inventories are written from the lists
below, so that pages can be built, and links checked, without the network.
"""

import functools
import importlib
import inspect
import zlib

_SKLEARN = "modules/generated/{name}.html#{name}"
PROJECTS = {
    "sklearn": (
        "https://scikit-learn.org/stable",
        {
            "sklearn.base": [
                *("BaseEstimator", "MetaEstimatorMixin", "OneToOneFeatureMixin"),
                *("RegressorMixin", "TransformerMixin"),
            ],
            "sklearn.compose": ["TransformedTargetRegressor"],
            "sklearn.ensemble": ["BaggingRegressor", "VotingRegressor"],
            "sklearn.metrics": ["r2_score"],
            "sklearn.model_selection": ["GridSearchCV", "cross_val_score"],
            "sklearn.neighbors": ["KNeighborsRegressor"],
            "sklearn.preprocessing": ["StandardScaler"],
        },
        _SKLEARN,
    ),
    "numpy": (
        "https://numpy.org/doc/stable",
        {"numpy.random": ["RandomState"]},
        "reference/random/legacy.html#{name}",
    ),
    "scipy": (
        "https://docs.scipy.org/doc/scipy",
        {"scipy.spatial.transform": ["Rotation.create_group"]},
        "reference/generated/{name}.html#{name}",
    ),
    "skorch": (
        "https://skorch.readthedocs.io/en/stable",
        {"skorch": ["NeuralNet", "NeuralNetRegressor"]},
        "net.html#{name}",
    ),
    "torch": (
        "https://docs.pytorch.org/docs/stable",
        {"torch.nn": ["Module"]},
        "generated/{name}.html#{name}",
    ),
}
_MODULES = (
    *("sksym", "sksym.regressors", "sksym.metrics", "sksym.neural", "sksym.datasets"),
    *("sksym.inspection", "sksym.experiments", "sksym.testing"),
)


def write_inventories(folder):
    """Write one inventory for each project.

    Parameters
    ----------
    folder : pathlib.Path
        Folder for the inventories.

    Returns
    -------
    dict
        Value of ``intersphinx_mapping``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mapping = {}
    for project, (address, modules, page) in PROJECTS.items():
        names = [f"{module}.{name}" for module in modules for name in modules[module]]
        lines = [f"{name} py:class 1 {page.format(name=name)} -\n" for name in names]
        heading = (
            f"# Sphinx inventory version 2\n# Project: {project}\n# Version: \n"
            "# The remainder of this file is compressed using zlib.\n"
        )
        path = folder / f"{project}.inv"
        path.write_bytes(heading.encode() + zlib.compress("".join(lines).encode()))
        mapping[project] = (address, str(path))
    return mapping


def resolve_short_name(app, env, node, contnode):
    """Resolve what Sphinx cannot: a public name without its module, or a parameter.

    Returns
    -------
    docutils node or None
        None leaves the name to Sphinx, which reports it.
    """
    if node.get("refdomain") != "py":
        return None
    name, domain = node["reftarget"], env.get_domain("py")
    found = domain.find_obj(env, None, None, name, None, searchmode=1)
    found = sorted((full for full, entry in found if not entry.aliased), key=len)
    if found and found[0].startswith("sksym."):
        node["reftarget"] = found[0]
        return domain.resolve_xref(
            env, node["refdoc"], app.builder, "obj", found[0], node, contnode
        )
    full = _external_names().get(name)
    if full is not None:
        node["reftarget"] = full
        return _resolve_external(app, env, node, contnode)
    return contnode if name in _parameters() else None


def _resolve_external(app, env, node, contnode):
    from sphinx.ext.intersphinx import missing_reference

    return missing_reference(app, env, node, contnode)


@functools.cache
def _external_names():
    """Map names of other projects, without their module, to their full names."""
    return {
        name: f"{module}.{name}"
        for _, modules, _ in PROJECTS.values()
        for module, names in modules.items()
        for name in names
    }


@functools.cache
def _parameters():
    """Names of the parameters of all public objects, and of the attributes of instances."""
    names = set()
    for module in map(importlib.import_module, _MODULES):
        for name in module.__all__:
            value = getattr(module, name)
            members = [value]
            if inspect.isclass(value):
                members += [member for _, member in inspect.getmembers(value, callable)]
                names.update(attribute for attribute in dir(value) if attribute[0] != "_")
                names.update(_described_attributes(value))
            for member in members:
                try:
                    names.update(inspect.signature(member).parameters)
                except (TypeError, ValueError):
                    continue
    return names


def _described_attributes(cls):
    """Names before a colon in a docstring: attributes and entries of a result."""
    lines = (inspect.getdoc(cls) or "").splitlines()
    return {
        name.strip()
        for line in lines
        if " : " in line and not line.startswith(" ")
        for name in line.split(" : ")[0].split(",")
    }


def keep_public_bases(app, name, obj, options, bases):
    """Replace bases by the nearest of theirs that have a page, in place."""
    names = []
    for base in bases:
        found = (_public_name(cls) for cls in base.__mro__)
        names += [f":py:obj:`{name}`" for name in found if name][:1]
    bases[:] = dict.fromkeys(names)


def _public_name(cls):
    """Name under which users import a class that the pages know, or None."""
    external = _external_names().get(cls.__name__, "")
    if external.split(".")[0] == cls.__module__.split(".")[0]:
        return external
    for module in map(importlib.import_module, _MODULES):
        if cls.__name__ in module.__all__ and getattr(module, cls.__name__) is cls:
            return f"{module.__name__}.{cls.__name__}"
    return None


def skip_foreign_members(app, what, name, obj, skip, options):
    """Leave out what a class inherits from other projects, whose pages describe it."""
    module = getattr(getattr(obj, "fget", obj), "__module__", None) or "sksym"
    return True if not module.startswith("sksym") else None


def setup(app):
    """Register with Sphinx."""
    app.connect("missing-reference", resolve_short_name, priority=600)
    app.connect("autodoc-process-bases", keep_public_bases)
    app.connect("autodoc-skip-member", skip_foreign_members)
    return {"parallel_read_safe": True}
