"""The types that a user's script sees."""

from pathlib import Path

from mypy import api

ROOT = Path(__file__).parents[1]


def test_a_script_of_a_user_has_the_types_that_it_says(monkeypatch):
    monkeypatch.chdir(ROOT)
    said, failed, status = api.run(["--config-file", "pyproject.toml"])
    assert (failed, status) == ("", 0), said


def test_a_wrong_type_is_found(monkeypatch, tmp_path):
    # The package is typed, and what is asked of a symmetry is not just anything.
    monkeypatch.chdir(ROOT)
    script = tmp_path / "script.py"
    script.write_text(
        "from sksym import Sign\n"
        "from sksym.metrics import rectified_r2_score\n"
        "score: str = rectified_r2_score([1], [1], symmetry=Sign())\n"
        "Sign().align([1])\n"
    )
    said, _, status = api.run(["--config-file", "pyproject.toml", str(script)])
    assert status == 1
    assert "[assignment]" in said
    assert "[call-arg]" in said
