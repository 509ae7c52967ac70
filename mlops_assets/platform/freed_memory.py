"""Give free memory back to the operating system."""

import ctypes
import gc
import sys
from pathlib import Path

MMAP_THRESHOLD, LARGE_BYTES = -3, 4 << 20
"""glibc's M_MMAP_THRESHOLD: what is larger has pages of its own, and is given back at once. Left to
itself, glibc raises it to the largest array freed so far, and keeps such arrays for later."""
WORTH_PAGES = 8 << 10
"""Of 4 KiB. A process that has grown by less has little to give back, and looks for it in vain."""
PAGES = Path("/proc/self/statm")
_kept = [0]
"""The pages in memory after it was given back last."""


def give_back() -> None:
    """Give back what Arrow and the C library keep for later, if the process has grown.

    They reuse it, but not for each other: after a table has been read and typed, as much as it took
    would count as used until the process ends. Only glibc, on Linux, can be asked.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is None or _in_memory() - _kept[0] < WORTH_PAGES:
        return
    gc.collect(1)  # tables in cycles, such as those whose `.str` was used
    if "pyarrow" in sys.modules:
        import pyarrow as pa

        pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE_BYTES)
    trim(0)
    _kept[0] = _in_memory()


def _in_memory() -> int:
    return int(PAGES.read_text().split()[1])
