"""Whatever a hostile or a clumsy user may hand over, tried on real processes."""
