"""Tests that ask the real engine.

What a product does with a configuration is a claim about the world, so each claim is tried on the product itself:
Squid is started on loopback with origins, a resolver and an inside client of its own, and what it does to a probe is
compared with what `allowlint` says about the same files.
"""
