"""Whatever is typed as a symmetry is one, or one line that says why not, within two seconds."""

import itertools
import random
import time

import numpy as np
import pytest

from sksym import (
    Blocks,
    Columns,
    MatrixGroup,
    Permutation,
    Product,
    Sign,
    matrix_factorization_symmetry,
)
from sksym.io._symmetry_text import parse_symmetry, symmetry_text
from sksym.symmetries import Symmetry

from .refusals import assert_refused
from .registry import CASES

SECONDS = 2.0

REFUSED = {
    "*".join(["Sign()"] * 300): "nested at most 20 levels deep, where each factor of a product",
    "*".join(["Sign()"] * 5000): "at most 10000 characters, got 34999; write it in Python",
    "(" * 4000 + "Sign()" + ")" * 4000: r"'\(\(\(.*\)\)\)' is not an expression such as Sign",
    "Blocks(" * 60 + "Sign()" + ",1)" * 60: "nested at most 20 levels deep",
    "Columns(" * 600 + "Sign()" + ",0)" * 600: "nested at most 20 levels|is not an expression",
    "[" * 90 + "]" * 90: "nested at most 20 levels deep",
    "-" * 5000 + "1": "nested at most 20 levels deep|is not an expression",
    "[[[[" * 500: "is not an expression",
    "1" * 5000: "is not an expression",
    "Sign()\0": "is not an expression",
    "\udcff": "is not an expression",
    "'" + "a" * 5000 + "'": "a{20,}.* is not a symmetry such as Sign",
    "a" * 5000 + "()": "'a{20,}.*' is not a symmetry; there are AxisRotation, Blocks",
    "Permutation(n_blocks=10**9)": "'10 .. 9' is neither a symmetry nor a plain value",
    "Permutation(n_blocks=1000000000)": "whole numbers in a symmetry are at most 1000000",
    "Columns(Sign(), [-99999999])": "whole numbers in a symmetry are at most 1000000",
    "MatrixGroup([[[0, 1], [1, 0]]], max_order=50000)": "lists at most 10000 .*, got 50000",
    "MatrixGroup([[[0, 1], [1, 0]]], None, 'real', 50000)": "MatrixGroup: lists at most 10000",
    "PermutationGroup.of_square_matrices(1000)": "lists at most 12 nodes in a text, got 1000",
    "MatrixGroup.from_rotations(3)": "MatrixGroup.from_rotations: ",
    "MatrixGroup.from_rotations(Rotation.create_group('C100000000'))":
        "Rotation.create_group: lists at most 4096 elements in a text, got 100000000",
    "Rotation.create_group('D4097')": "lists at most 4096 elements in a text, got 4097",
    "Rotation.create_group('O')": "is not a symmetry such as Sign",
    "Rotation.create_group(3)": "Rotation.create_group: ",
    "matrix_factorization_symmetry(1000, 1000, 1000)":
        "matrix_factorization_symmetry: lists at most 100000 entries in a text, got 2000000",
    "matrix_factorization_symmetry(1, '1', 1)": "matrix_factorization_symmetry: ",
    "label_symmetry(1000, [('k', 'k', 'k')])":
        "label_symmetry: lists at most 100000 entries in a text, got 1000000000",
    "label_symmetry(3, 3)": "label_symmetry: ",
    "matrix_factorization_symmetry(1)": "matrix_factorization_symmetry: missing",
    "Sign() * 'a'": "only symmetries can be multiplied, not 'a'",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:40]))
def test_what_is_refused_is_refused_at_once(text):
    start = time.process_time()
    with pytest.raises(ValueError, match=REFUSED[text]) as refusal:
        parse_symmetry(text)
    assert time.process_time() - start < SECONDS
    message = str(refusal.value)
    assert "\n" not in message
    assert len(message) < 600


def nested(symmetry, levels):
    return nested(Blocks(symmetry, 1), levels - 1) if levels else symmetry


@pytest.mark.parametrize(
    ("text", "symmetry"),
    [
        ("(" * 90 + "Sign()" + ")" * 90, Sign()),
        ("Blocks(" * 5 + "Sign()" + ", 1)" * 5, nested(Sign(), 5)),
        ("Columns(Sign(), [" + "0, " * 3000 + "1])", Columns(Sign(), [0] * 3000 + [1])),
        ("MatrixGroup([[[0, 1], [1, 0]]], max_order=4096)",
         MatrixGroup([[[0, 1], [1, 0]]], max_order=4096)),
        ("matrix_factorization_symmetry(100, 5, 100)", matrix_factorization_symmetry(100, 5, 100)),
    ],
    ids=["brackets", "blocks", "columns", "elements", "entries"],
)  # fmt: skip
def test_what_is_large_but_sensible_is_read(text, symmetry):
    start = time.process_time()
    assert parse_symmetry(text) == symmetry
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "Periodic(period=360.5)",
        "Columns(columns=[0], symmetry=Periodic(fold=2, period=360))",
        "AxisRotation(axis=[0, 0, -1.5], flip=True)",
        "Conjugation() * GlobalPhase()",
        "Unitary(dim=2)",
    ],
)
def test_a_representation_is_read_as_it_is(text):
    assert repr(parse_symmetry(text)) == text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_symmetry_can_be_written_and_read(case):
    # Those whose representation is abbreviated too: the text of a discovery is pasted.
    assert parse_symmetry(symmetry_text(case.symmetry)) == case.symmetry


class Mine(Sign):
    """A symmetry that a text cannot name."""


def test_what_no_text_can_say():
    assert symmetry_text(Mine()) is None
    assert symmetry_text(Blocks(Mine(), 2) * Sign()) is None
    assert symmetry_text(MatrixGroup(np.eye(80)[None])) is None  # more than 10 000 characters
    # Numbers of NumPy are numbers.
    numbered = Columns(Sign(), tuple(np.arange(2))) * Columns(Sign(), [np.int64(2)])
    assert parse_symmetry(symmetry_text(numbered)) == numbered
    # A product with a limit of its own is not made by stars.
    assert symmetry_text(Product(Sign(), Permutation(), max_order=50)) is None


NAMES = [
    *("Sign", "Blocks", "Columns", "Permutation", "Orthogonal", "CyclicShift", "MatrixGroup"),
    *(
        "FactorScale",
        "Periodic",
        "AxisRotation",
        "Translation",
        "fourier_symmetry",
        "matrix_factorization_symmetry",
        "Product",
    ),
    *("MatrixGroup.from_rotations", "Rotation.create_group", "Symmetry", "print", "eval"),
]
PLAIN = ["0", "-1", "2.5", "1e400", "1000000", "True", "None", "'C999'", "'real'", "b'x'", "..."]
MARKS = [
    "(",
    ")",
    "[",
    "]",
    ",",
    "*",
    "**",
    "=",
    ":",
    "'",
    "#",
    "\\",
    "\n",
    "lambda: 0",
    "if",
    "n=",
]


def random_text(rng, depth=0):
    kind = rng.random()
    if depth > 4 or kind < 0.3:
        return rng.choice([*PLAIN, *["Sign()"] * 5])
    if kind < 0.4:
        return random_text(rng, depth + 1) + rng.choice([" * ", "*", " + ", " "]) + "Sign()"
    arguments = ", ".join(random_text(rng, depth + 1) for _ in range(rng.randint(0, 3)))
    if kind < 0.6:
        return f"[{arguments}]"
    return f"{rng.choice(NAMES)}({rng.choice(['', '', 'n_blocks=', '*', '**'])}{arguments})"


def symmetry_or_refusal(text):
    try:
        return parse_symmetry(text)
    except ValueError as error:
        return error


@pytest.mark.parametrize("name", NAMES)
def test_constructors_take_or_refuse_every_value(name):
    values = [*PLAIN, "Sign()", "[]", "[[[0, 1], [1, 0]]]", "Rotation.create_group('O')"]
    for arguments in (*values, *map(", ".join, itertools.product(values, repeat=2))):
        text = f"{name}({arguments})"
        assert isinstance(symmetry_or_refusal(text), Symmetry | ValueError), text


@pytest.mark.parametrize("damage", [0, 3])
def test_random_texts_are_symmetries_or_refused(damage):
    for seed in range(600):
        rng = random.Random(seed)
        text = random_text(rng)
        for _ in range(damage):
            place = rng.randrange(len(text) + 1)
            text = text[:place] + rng.choice(MARKS) + text[place:]
        start = time.process_time()
        assert isinstance(symmetry_or_refusal(text), Symmetry | ValueError), text
        assert time.process_time() - start < SECONDS, text


def test_the_command_refuses_in_one_line(tmp_path, capsys):
    arguments = ["compare", str(tmp_path / "a.npz"), "--symmetry", "*".join(["Sign()"] * 300)]
    assert_refused(arguments, "argument --symmetry: .* nested at most 20 levels deep", capsys)
