"""A training under other threads and other BLAS kernels gives the outputs that are stored."""

import copy
import json
import os

import nbclient
import nbformat
import pytest

from helpers.workbook.testing import Setting, blas_kernels
from tests.notebooks.comparison import Tolerance, compare_outputs

LOAD = """
import json
import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import threadpool_info
print(json.dumps(threadpool_info()))
"""
TRAIN = """
rng = np.random.default_rng(0)
X = rng.normal(size=(64, 500))
Y = (np.sum(X[:8] ** 2, axis=0, keepdims=True) > 8).astype(float)
W1, b1 = rng.normal(size=(96, 64)) * 0.2, np.zeros((96, 1))
W2, b2 = rng.normal(size=(1, 96)) * 0.2, np.zeros((1, 1))
costs = []
for step in range(300):
    A1 = np.tanh(W1 @ X + b1)
    A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    costs.append(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
    dZ2 = (A2 - Y) / Y.size
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    W1, b1 = W1 - 0.5 * dZ1 @ X.T, b1 - 0.5 * dZ1.sum(axis=1, keepdims=True)
    W2, b2 = W2 - 0.5 * dZ2 @ A1.T, b2 - 0.5 * dZ2.sum(axis=1, keepdims=True)
    if step % 50 == 0:
        print(f"step {step}: cost {costs[-1]:.4g}")
print(f"accuracy {100 * np.mean((A2 > 0.5) == Y):.1f} %")
np.linalg.norm(W1, axis=1)[:8]
"""
DRAW = """
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
left.plot(costs)
left.set(xlabel="step", ylabel="cost", title="Cost while training")
right.imshow(W1[:16, :16], cmap="RdBu")
right.set_title("Weights")
plt.show()
"""
SETTINGS = [Setting(1), Setting(2), *(Setting(1, name) for name in ("Haswell", "SkylakeX", "Zen"))]


def executed(setting: Setting) -> tuple[dict, list[nbformat.NotebookNode]]:
    """Run the notebook under a setting; return what OpenBLAS says of itself, and the cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (LOAD, TRAIN, DRAW)])
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    nbclient.NotebookClient(notebook, timeout=120).execute(env=environment | setting.environment)
    libraries = json.loads(notebook.cells[0].outputs[0].text)
    return next((library for library in libraries if library["internal_api"] == "openblas"), {}), notebook.cells[1:]


@pytest.fixture(scope="module")
def stored() -> list[nbformat.NotebookNode]:
    """The cells with their outputs under the reference setting: one thread, the kernel that suits this processor."""
    return executed(Setting(1))[1]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: f"{setting.blas or 'default'}-{setting.threads}")
def test_a_training_gives_the_stored_outputs(stored: list[nbformat.NotebookNode], setting: Setting) -> None:
    if setting.blas and setting.blas not in blas_kernels():
        pytest.skip(f"this processor cannot run OpenBLAS's {setting.blas} kernel")
    library, cells = executed(setting)
    if library:
        assert library["num_threads"] == min(setting.threads, os.cpu_count() or 1)
        # NumPy's wheels hold no Zen kernel: that run repeats Haswell's and says nothing more
        taken = {"Zen": ("Zen", "Haswell")}.get(setting.blas, (setting.blas,))
        assert setting.blas is None or library["architecture"] in taken
    for old, new in zip(stored, cells, strict=True):
        assert compare_outputs(old.outputs, new.outputs, Tolerance()) == []


def test_a_wrong_step_in_the_training_is_noticed(stored: list[nbformat.NotebookNode]) -> None:
    wrong = copy.deepcopy(stored)
    printed = wrong[0].outputs[0]
    printed["text"] = printed["text"].replace("cost 0.", "cost 1.", 1)
    assert compare_outputs(stored[0].outputs, wrong[0].outputs, Tolerance())
