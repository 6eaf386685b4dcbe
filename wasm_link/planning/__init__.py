"""From a linkfile and component types to a link plan, and the link check; no disk, no engine."""
