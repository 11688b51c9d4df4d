"""Diagrams of estimators in notebooks: the symmetry beside what is trained."""

from .._untrusted import shown


class DiagramMixin:
    """Mixin: scikit-learn's diagram shows the symmetry and every estimator of the parameters."""

    def _diagram_parts(self):
        """Estimators within, fitted where they are, by the names of their parameters."""
        params = self.get_params(deep=False)
        parts = {name: getattr(self, f"{name}_", value) for name, value in params.items()}
        return {name: part for name, part in parts.items() if hasattr(part, "fit")}

    def _sk_visual_block_(self):
        # scikit-learn falls back on a diagram of its own if this fails, in another version say.
        from sklearn.utils._repr_html.estimator import _VisualBlock

        parts = self._diagram_parts()
        names = [f"{name}: {type(part).__name__}" for name, part in parts.items()]
        symmetry = self.get_params(deep=False).get("symmetry")
        if not parts:
            return _VisualBlock(
                "single",
                self,
                names=type(self).__name__,
                name_details=str(self),
                name_caption=shown(symmetry),
            )
        blocks, details = list(parts.values()), [str(part) for part in parts.values()]
        if symmetry is not None:
            blocks.insert(0, _VisualBlock("single", symmetry, names=shown(symmetry)))
            names.insert(0, "symmetry")
            details.insert(0, repr(symmetry))
        return _VisualBlock("parallel", blocks, names=names, name_details=details)
