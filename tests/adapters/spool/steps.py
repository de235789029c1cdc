"""What is done to the disk below a folder, in order: data, names, folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def watched(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that fills with what happens: "synced tmp/x.part", "named new/x.sealed", "synced new"."""
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, os.rename

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if root in path.parents:
            steps.append(f"synced {path.relative_to(root)}")

    def rename(source: str, target: str) -> None:
        real_rename(source, target)
        if root in Path(target).parents:
            steps.append(f"named {Path(target).relative_to(root)}")

    def path_rename(self: Path, target: str | Path) -> Path:
        rename(str(self), str(target))
        return Path(target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(Path, "rename", path_rename)
    return steps
