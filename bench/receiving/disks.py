"""A journalled ext4 of its own for each server that is compared: needs root.

Without a journal ext4 avoids inodes that were deleted in the last minute to six minutes (``recently_deleted`` in
fs/ext4/ialloc.c), so whoever creates files after another server has emptied its queue is slowed down several times
over. With a journal, which is what Debian makes, it does not. On a disk of its own no server meets another's traces.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_BYTES = 3 << 30


@contextlib.contextmanager
def disk(parent: Path, wanted: bool) -> Iterator[Path]:
    """Yield a folder on a new ext4 image below ``parent``, or, where not ``wanted``, a folder of ``parent`` itself."""
    with tempfile.TemporaryDirectory(prefix="bench-disk-", dir=parent) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if not wanted:
            yield folder
            return
        image, mounted = folder / "image", folder / "mounted"
        mounted.mkdir()
        with image.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, _BYTES)
        _run("mkfs.ext4", "-q", "-F", str(image))
        _run("mount", "-o", "loop", str(image), str(mounted))
        try:
            mounted.chmod(0o755)
            yield mounted
        finally:
            _run("umount", str(mounted))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=120)
