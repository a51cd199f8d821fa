"""From the text of a configuration to the verdict, without knowing the right verdict: only how it may change.

Four kinds of properties, on every configuration below `fixtures/` and on random ones, of every platform, and on the paths on
which configurations stand:

* `test_nothing_changes`: edits that mean nothing (a foreign rule, other names, a rule twice, another order where order means
  nothing, another layout) leave every answer as it is, about the same hosts.
* `test_soundness`: a word that the language does not have is reported, or leaves the answer alone, or makes it unknown;
  with a line a finding goes only if the explanation changes; fewer rules that let through open nothing; a condition that
  nobody can tell leaves sure only what holds whichever way it turns out; what spoils everything spoils everything.
* `test_flows`: what is sure of a network or a wildcard is so of each member; endpoints do not touch each other.
* `test_paths`: behind a proxy that the path does not declare nothing is in order; a path that says less is sure of no more.

What a platform brings is in `platforms/<id>`, in the form of `operations`; `test_operations` fails where a registered platform
brings nothing. Laws that are known to be broken are kept with their smallest example in `test_<id>_faults`.

Values are left out of the soundness properties on purpose: another name in a `deny` is another rule, and Squid lets through
what it stopped. Those are compared with the real engine under `tests/oracle`.

A sample runs by default; `ALLOWLINT_METAMORPHIC_CASES=all` runs every edit of every configuration, some minutes long.
"""
