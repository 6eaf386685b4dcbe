"""The content-addressed store of artifacts: keys, publishing, verified loading."""
