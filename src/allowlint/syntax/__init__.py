"""Text into positioned pieces; knows no meaning."""
