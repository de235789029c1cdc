"""The console: what staff see and decide. Holds the private case key; talks to nobody but browsers and the store."""

from __future__ import annotations

from pathlib import Path


def main(root: Path) -> int:
    """Run the console for the deployment at ``root`` until SIGTERM."""
    raise NotImplementedError(root)
