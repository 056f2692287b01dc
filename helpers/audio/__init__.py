"""Sound as arrays: WAV files, levels, spectrograms, mixing, backgrounds, and what a detector heard."""
