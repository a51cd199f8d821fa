"""What configurations and results hold besides rules, and nobody but their owner should read: planted, and looked for in every output."""
