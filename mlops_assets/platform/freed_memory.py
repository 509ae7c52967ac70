"""Give free memory back to the operating system."""

import ctypes
import gc
import sys

MMAP_THRESHOLD, LARGE_BYTES = -3, 4 << 20
"""glibc's M_MMAP_THRESHOLD: what is larger has pages of its own, and is given back at once. Left to
itself, glibc raises it to the largest array freed so far, and keeps such arrays for later."""


def give_back() -> None:
    """Give back what Arrow and the C library keep for later; a few milliseconds.

    They reuse it, but not for each other: after a table has been read and typed, as much as it took
    would count as used until the process ends. Only glibc, on Linux, can be asked.
    """
    gc.collect(1)  # tables in cycles, such as those whose `.str` was used
    if "pyarrow" in sys.modules:
        import pyarrow as pa

        pa.default_memory_pool().release_unused()
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if trim := getattr(library, "malloc_trim", None):
        library.mallopt(MMAP_THRESHOLD, LARGE_BYTES)
        trim(0)
