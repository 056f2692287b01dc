"""What to try next, decided by measurements: metrics, bias and variance, error analysis, mismatch, labels."""
