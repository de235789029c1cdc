"""The panel's own texts for the public pages stand over the packaged ones, in both languages."""

from __future__ import annotations

from pathlib import Path

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.web_texts import MAX_TEXT_BYTES, load_web_texts


def test_an_own_text_replaces_one_page_in_one_language(tmp_path: Path) -> None:
    packaged = load_web_texts(packaged_config())
    page = sorted(packaged["en"])[0]
    path = tmp_path / "texts" / "en" / f"{page}.md"
    path.parent.mkdir(parents=True)
    path.write_text("Our own words" + "x" * MAX_TEXT_BYTES)
    texts = load_web_texts(packaged_config(), tmp_path)
    assert texts["en"][page].startswith("Our own words")
    assert len(texts["en"][page]) == MAX_TEXT_BYTES
    assert texts["cy"] == packaged["cy"]
    assert {name: text for name, text in texts["en"].items() if name != page} == {
        name: text for name, text in packaged["en"].items() if name != page
    }
