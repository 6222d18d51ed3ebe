"""Evidence, targets, measurement, fits and validation."""
