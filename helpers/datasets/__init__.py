"""Data sets by name: `load("flower")`, photographs for figures, and the learner's own images."""

from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.photographs import CREDITS, credit, photograph, read_image
from helpers.datasets.registry import load

__all__ = ["CREDITS", "DataError", "Dataset", "credit", "load", "photograph", "read_image"]
