"""Load the weights by which a told death is recognised, from config/reading/weights.json."""

from __future__ import annotations

import json
from pathlib import Path

from gateway.stages.extract.told.recognise import Weights


def load_reading(config_dir: Path) -> Weights:
    """Return the weights in ``config_dir``/reading. OSError or ValueError if the file is missing or wrong."""
    found = json.loads((config_dir / "reading" / "weights.json").read_text(encoding="utf-8"))
    of = {str(name): float(weight) for name, weight in found["of"].items()}
    return Weights(of, float(found["bias"]), float(found["possible"]), float(found["sure"]))
