"""The PCRE2 library itself, through ctypes."""

import ctypes
import ctypes.util
from functools import lru_cache

CASELESS, DOTALL = 0x00000008, 0x00000020


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL | None:
    """The library for 8-bit characters, if this machine has it."""
    name = ctypes.util.find_library("pcre2-8")
    if name is None:
        return None
    loaded = ctypes.CDLL(name)
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    loaded.pcre2_compile_8.restype = pointer
    loaded.pcre2_compile_8.argtypes = [
        ctypes.c_char_p,
        size,
        ctypes.c_uint32,
        ctypes.POINTER(ctypes.c_int),
        ctypes.POINTER(size),
        pointer,
    ]
    loaded.pcre2_match_data_create_8.restype = pointer
    loaded.pcre2_match_data_create_8.argtypes = [ctypes.c_uint32, pointer]
    loaded.pcre2_match_8.argtypes = [pointer, ctypes.c_char_p, size, size, ctypes.c_uint32, pointer, pointer]
    loaded.pcre2_match_data_free_8.argtypes = [pointer]
    loaded.pcre2_code_free_8.argtypes = [pointer]
    return loaded


def found(pattern: str, texts: list[str], options: int) -> list[bool] | None:
    """Whether each text contains the pattern; None where the library refuses it."""
    pcre2 = library()
    assert pcre2 is not None
    error, offset = ctypes.c_int(), ctypes.c_size_t()
    source = pattern.encode("latin-1")
    code = pcre2.pcre2_compile_8(source, len(source), options, error, offset, None)
    if not code:
        return None
    data = pcre2.pcre2_match_data_create_8(1, None)
    try:
        answers = []
        for text in texts:
            subject = text.encode("latin-1")
            # One pair of offsets is enough; 0 says that there were more groups.
            answer = pcre2.pcre2_match_8(code, subject, len(subject), 0, 0, data, None)
            assert answer >= -1, answer
            answers.append(answer >= 0)
        return answers
    finally:
        pcre2.pcre2_match_data_free_8(data)
        pcre2.pcre2_code_free_8(code)
