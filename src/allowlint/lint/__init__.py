"""What a run does with configurations: finds, reads, judges and checks them, with one process or many, and accounts for it."""
