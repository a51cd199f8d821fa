"""What is read of zip archives, whoever packed them."""

import zipfile
import zlib

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What ``zipfile`` raises where an archive is damaged; a ``ValueError`` for names that are not in the encoding that they announce."""
METHODS = frozenset({0, 8})
"""Ways in which a part may be packed: stored and deflate, as Windows and Excel do.

Python's ``zipfile`` unpacks these piece by piece, as much as is asked for. Of bzip2 and LZMA it unpacks all that it has read at
once, however little is asked for (``ZipExtFile._read1``): three kilobytes become gigabytes.
"""
