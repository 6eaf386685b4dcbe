"""Measurements. Each is a ratio to a reference that is measured in the same run, so that machines can be compared."""
