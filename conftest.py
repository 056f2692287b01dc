"""Loads the notebook regression for every pytest run in this repository."""

pytest_plugins = ["tests.notebooks.plugin"]
