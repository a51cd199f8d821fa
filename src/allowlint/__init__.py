"""Policy-as-code linter for firewall and proxy allowlists."""
