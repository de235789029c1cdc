from __future__ import annotations

from pathlib import Path

from gateway.adapters.config.areas import INDEX_NAME, load_routing
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.geo.directory import open_package
from gateway.adapters.geo.index_import import import_directory

AREAS = packaged_config() / "areas"


def head(index: Path) -> bytes:
    """The second line of an index: it names the SHA-256 of all that follows, unpacked."""
    return index.read_bytes().split(b"\n", 2)[1]


def test_the_packaged_index_is_made_anew_from_the_package_of_the_directory(tmp_path: Path) -> None:
    """Through every gate, in full: 2.7 million rows."""
    tables = load_routing()
    imported = import_directory(open_package(), tmp_path, tables.authorities, tables.panels)
    assert (imported.units, imported.english_authorities, imported.malformed) == (2_657_424, 153, 0)
    assert head(tmp_path / INDEX_NAME) == head(AREAS / INDEX_NAME)


def test_the_source_page_bears_the_checksum_of_the_index() -> None:
    assert load_routing().postcodes.checksum in (AREAS / "SOURCE.md").read_text(encoding="utf-8")
