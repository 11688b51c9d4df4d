"""What importing the package costs."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    ["sksym", "sksym.metrics", "sksym.datasets", "sksym.command"],
)
def test_torch_is_not_imported(module):
    code = f"import {module}, sys; sys.exit('torch' in sys.modules or 'skorch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_public_names_exist():
    import sksym

    assert all(hasattr(sksym, name) for name in sksym.__all__)
