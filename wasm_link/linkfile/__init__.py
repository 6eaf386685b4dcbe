"""The linkfile: YAML with positions, the schema, the typed model and the checks that need no components."""
