"""Reports: self-contained HTML pages of a run, a comparison, a batch or a validation, and the tables they and the terminal show."""
