"""Makers of large configurations, the same in every run."""
