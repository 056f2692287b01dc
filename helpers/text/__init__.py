"""Words and characters as numbers: vocabularies, sampling, vectors. NumPy only."""
