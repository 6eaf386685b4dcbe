"""The command line: click commands, one module a command."""
