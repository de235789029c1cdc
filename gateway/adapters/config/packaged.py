"""Where the packaged defaults are: the repository's config/ in a checkout, gateway/_config in a wheel."""

from __future__ import annotations

from pathlib import Path

import gateway


def packaged_config() -> Path:
    """Return the folder of the packaged default configuration."""
    package = Path(gateway.__file__).resolve().parent
    inside = package / "_config"
    return inside if inside.is_dir() else package.parent / "config"
