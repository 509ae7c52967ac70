"""Give free memory back to the operating system."""

import ctypes
import sys


def give_back() -> None:
    """Give back what Arrow and the C library keep for later; a few milliseconds.

    They reuse it, but not for each other: after a table has been read and typed, as much as it took
    would count as used until the process ends. Only glibc, on Linux, can be asked.
    """
    if "pyarrow" in sys.modules:
        import pyarrow as pa

        pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
