"""A batch: an experiment of many units, from its file over its points and workers to tidy tables."""
