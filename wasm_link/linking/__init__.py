"""From a link plan and artifacts to live plugins that call each other."""
