"""The site is part of the source tree: against an installed wheel alone there is nothing here to test."""

from tests.support import ROOT

collect_ignore_glob = [] if (ROOT / "docs" / "conf.py").exists() else ["test_*.py"]
