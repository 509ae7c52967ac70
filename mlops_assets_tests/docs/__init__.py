"""What README and docs/ show is true: YAML, commands, imports, links and the two references."""
