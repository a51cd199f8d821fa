"""What is read of zip archives, whoever packed them."""

METHODS = frozenset({0, 8})
"""Ways in which a part may be packed: stored and deflate, as Windows and Excel do.

Python's ``zipfile`` unpacks these piece by piece, as much as is asked for. Of bzip2 and LZMA it unpacks all that it has read at
once, however little is asked for (``ZipExtFile._read1``): three kilobytes become gigabytes.
"""
