"""``python -m allowlint`` and the console script."""

import gc
import sys


def run() -> None:
    """Run the command line and leave with its exit code."""
    from allowlint.cli import main

    code = main(sys.argv[1:])
    # At its end Python would look for circles in all that there is, which the end of the process frees anyway.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
