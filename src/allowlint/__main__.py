"""``python -m allowlint`` and the console script."""

import os
import sys


def run() -> None:
    """Run the command line and leave with its exit code."""
    from allowlint.cli import main

    code = main(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        # Python tries once more, tells what cannot be written, and leaves with a code of its own.
        sys.exit(code)
    # At its end Python would give back piece by piece what the end of the process frees at once.
    os._exit(code)


if __name__ == "__main__":
    run()
