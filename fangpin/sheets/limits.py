"""What an uploaded file may cost: every cap of the reader in one place, handed down as a parameter."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Caps of the pre-scan, of the reading child and of what comes back from it (security.md 2.3).

    Sizes are bytes, times are seconds. A real 300,000 × 12 workbook (20 MB, 150 MB of XML) needs about a third of each.
    """

    workbook_bytes: int = 60 * MEGABYTE
    csv_bytes: int = 200 * MEGABYTE
    parts: int = 500
    unpacked_bytes: int = 500 * MEGABYTE
    ratio: int = 150  # honest workbooks compress 12–15 times
    ratio_from: int = 10 * MEGABYTE  # smaller parts may compress as they like
    rows: int = 600_000  # last row number of a sheet
    columns: int = 200  # last column number of a sheet; the national export has more than 170
    cell_chars: int = 4_000
    blank_rows: int = 1_000  # blank rows running between rows with content
    merges: int = 100_000
    sheets: int = 100
    line_bytes: int = MEGABYTE
    text_bytes: int = 400 * MEGABYTE  # of all cells together, as it arrives from the child
    memory: int = 1_536 * MEGABYTE  # address space of the child; see memory_for
    memory_floor: int = 512 * MEGABYTE  # what an almost empty workbook is given; the libraries alone map 270 MB
    memory_factor: int = 12  # address space per byte of unpacked content
    cpu_seconds: int = 60
    wall_seconds: float = 120.0

    def memory_for(self, unpacked: int) -> int:
        """Address space for a file that unpacks to so many bytes: a file of 2 KB has no business asking for a gigabyte."""
        return min(self.memory, self.memory_floor + self.memory_factor * unpacked)
