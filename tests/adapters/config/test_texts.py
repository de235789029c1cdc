"""Texts of the deployment stand over the packaged ones; one that must not be sent stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.texts import load_texts
from gateway.ports import Permanent
from gateway.stages.answers.texts import in_languages

VALUES = {"reference": "REF0000001", "panel_name": "Testshire CDOP"}


def own(folder: Path, text: str, name: str = "receipt_public") -> Path:
    path = folder / "texts" / "en" / f"{name}.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return folder


def test_a_text_of_the_deployment_replaces_the_packaged_one(tmp_path: Path) -> None:
    texts = load_texts([packaged_config(), own(tmp_path, "Subject: Ours\n\nRef {reference}\n")])
    assert in_languages(texts, "receipt_public", ("en",), VALUES) == ("Ours", "Ref REF0000001\n")


@pytest.mark.parametrize("text", ["No subject line\n", "Subject: x\n\nDear {child_name}\n", ""])
def test_a_text_without_subject_or_with_a_placeholder_that_nobody_fills_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Permanent) as raised:
        load_texts([packaged_config(), own(tmp_path, text)])
    assert raised.value.code == "bad_text"
