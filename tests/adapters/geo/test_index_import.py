from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from gateway.adapters.config.areas import INDEX_NAME, PREVIOUS_NAME, load_index, load_routing
from gateway.adapters.geo import directory as directory_module
from gateway.adapters.geo.directory import Directory, edition_of, open_directory
from gateway.adapters.geo.index_import import GateFailed, Gates, Imported, import_directory
from gateway.ports import Permanent

TABLES = load_routing()
SMALL = Gates(min_units=3, max_blank_share=0.3, max_malformed_share=0, all_english_authorities=False)
HEADER = "pcd7,pcds,doterm,lad25cd,east1m,north1m"
ROWS = [
    "HP279QF,HP27 9QF,,E06000060,480000,203000",
    "OX3 7AA,OX3 7AA,,E07000178,455000,207000",
    "MK9 3EJ,MK9 3EJ,202401,E06000042,485000,239000",
    "BT1 5GS,BT1 5GS,,N09000003,333000,374000",
]


def write_csv(path: Path, rows: list[str] | None = None, header: str = HEADER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join([header, *(ROWS if rows is None else rows)]) + "\r\n", encoding="utf-8-sig")
    return path


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def run(source: Directory, target: Path, gates: Gates = SMALL) -> Imported:
    return import_directory(source, target, TABLES.authorities, TABLES.panels, gates=gates)


def plain(rows: list[str] | None = None) -> str:
    return "\n".join([HEADER, *(ROWS if rows is None else rows)]) + "\n"


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("ONSPD_NOV_2025.zip", ("ONSPD November 2025", date(2025, 11, 1))),
        ("ONSPD_NOV_2025_UK.csv", ("ONSPD November 2025", date(2025, 11, 1))),
        ("NSPL21_FEB_2026_UK.csv", ("NSPL February 2026", date(2026, 2, 1))),
        ("nspl_2026_may.zip", ("NSPL May 2026", date(2026, 5, 1))),
        ("postcodes.csv", None),
        ("ONSPD_XXX_2025.zip", None),
    ],
)
def test_the_edition_is_read_from_the_files_name(name: str, edition: tuple[str, date] | None) -> None:
    assert edition_of(name) == edition


def test_a_csv_is_imported_without_northern_ireland_and_with_end_dates(tmp_path: Path) -> None:
    source = open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv"))
    imported = run(source, tmp_path / "areas")
    assert (imported.units, imported.has_end_dates, imported.edition) == (3, True, "ONSPD February 2026")
    index = load_index(tmp_path / "areas" / INDEX_NAME)
    assert index.unit("BT1", "5GS") is None
    area = index.unit("MK9", "3EJ")
    assert area is not None
    assert area.ended


@pytest.mark.parametrize(
    "header",
    [
        "pcds,oslaua,doterm,oseast1m,osnrth1m",
        "PCD8,LAUA,DOTERM,OSEAST1M,OSNRTH1M",
        "pcd,lad27cd,doterm,east1m,north1m",
    ],
)
def test_columns_are_found_whatever_the_year_calls_them(tmp_path: Path, header: str) -> None:
    rows = [
        '"HP27 9QF","E06000060","","480000","203000"',
        "OX3 7AA,E07000178,,455000,207000",
        "MK9 3EJ,E06000042,,1.5,2",
    ]
    source = open_directory(write_csv(tmp_path / "NSPL_MAY_2026_UK.csv", rows, header))
    assert run(source, tmp_path / "areas").units == 3


def test_a_zip_gives_the_same_index_as_its_csv_and_a_folder_of_csvs_too(tmp_path: Path) -> None:
    csv = open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv"))
    members = {"Data/ONSPD_FEB_2026_UK.csv": plain(), "Data/multi_csv/ONSPD_FEB_2026_UK_HP.csv": plain(ROWS[:1])}
    packed = open_directory(write_zip(tmp_path / "ONSPD_FEB_2026.zip", members))
    areas = {"multi_csv/A.csv": plain(ROWS[:2]), "multi_csv/B.csv": plain(ROWS[2:])}
    split = open_directory(write_zip(tmp_path / "ONSPD_FEB_2026_areas.zip", areas))
    for part, rows in (("A", ROWS[:2]), ("B", ROWS[2:])):
        write_csv(tmp_path / "ONSPD_FEB_2026" / f"{part}.csv", rows)
    folder = open_directory(tmp_path / "ONSPD_FEB_2026")
    checksums = {
        run(each, tmp_path / name).checksum for name, each in zip("abcd", (csv, packed, split, folder), strict=True)
    }
    assert len(checksums) == 1


@pytest.mark.parametrize(
    ("rows", "gate"),
    [
        (ROWS[:2], "too_few_units"),
        ([*ROWS[:2], "AA1 1AA,AA1 1AA,,,1,1", "AA1 1AB,AA1 1AB,,,1,1"], "too_many_blank"),
        ([*ROWS, "nonsense,,,,,"], "too_many_malformed"),
        ([*ROWS, "AA1 1AA,AA1 1AA,,E06000999,1,1"], "authority_unknown"),
    ],
)
def test_a_directory_that_fails_a_gate_changes_nothing(tmp_path: Path, rows: list[str], gate: str) -> None:
    target = tmp_path / "areas"
    before = run(open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv")), target).checksum
    with pytest.raises(GateFailed) as failure:
        run(open_directory(write_csv(tmp_path / "ONSPD_MAY_2026_UK.csv", rows)), target)
    assert failure.value.gate == gate
    assert load_index(target / INDEX_NAME).checksum == before
    assert not (target / PREVIOUS_NAME).exists()


def test_every_english_authority_must_have_units(tmp_path: Path) -> None:
    gates = Gates(min_units=3, max_blank_share=1, max_malformed_share=0)
    with pytest.raises(GateFailed, match="english_authorities"):
        run(open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv")), tmp_path / "areas", gates)


def test_a_directory_that_has_lost_postcodes_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "areas"
    run(open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv")), target)
    gates = Gates(min_units=1, max_blank_share=1, all_english_authorities=False)
    with pytest.raises(GateFailed, match="shrunk"):
        run(open_directory(write_csv(tmp_path / "ONSPD_MAY_2026_UK.csv", ROWS[:2])), target, gates)


def test_the_previous_index_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "areas"
    run(open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv")), target)
    run(open_directory(write_csv(tmp_path / "ONSPD_MAY_2026_UK.csv")), target)
    assert load_index(target / INDEX_NAME).edition == "ONSPD May 2026"
    assert load_index(target / PREVIOUS_NAME).edition == "ONSPD February 2026"
    assert sorted(path.name for path in target.iterdir()) == [INDEX_NAME, PREVIOUS_NAME]


@pytest.mark.parametrize("name", ["../ONSPD_FEB_2026_UK.csv", "/etc/ONSPD_FEB_2026_UK.csv", "a/../../x.csv"])
def test_a_zip_with_names_that_climb_is_refused(tmp_path: Path, name: str) -> None:
    path = write_zip(tmp_path / "ONSPD_FEB_2026.zip", {"Data/ONSPD_FEB_2026_UK.csv": plain(), name: plain()})
    with pytest.raises(Permanent, match="zip_refused"):
        open_directory(path)


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "ONSPD_FEB_2026.zip", {"Data/ONSPD_FEB_2026_UK.csv": "A" * 5_000_000})
    with pytest.raises(Permanent, match="zip_refused"):
        open_directory(path)


def test_the_cap_on_unzipped_bytes_holds_whatever_the_zip_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv"))
    monkeypatch.setattr(directory_module, "MAX_UNZIPPED_BYTES", 100)
    with pytest.raises(Permanent, match="zip_refused"):
        list(source.rows(lambda _: None))


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ONSPD_FEB_2026.zip").write_bytes(b"not a zip")
    with pytest.raises(Permanent, match="zip_unreadable"):
        open_directory(tmp_path / "ONSPD_FEB_2026.zip")
    with pytest.raises(Permanent, match="edition_unknown"):
        open_directory(write_csv(tmp_path / "postcodes.csv"))
    with pytest.raises(Permanent, match="no_csv_found"):
        open_directory(write_zip(tmp_path / "ONSPD_MAY_2026.zip", {"readme.txt": "x"}))
    source = open_directory(write_csv(tmp_path / "ONSPD_MAY_2026_UK.csv", header="a,b,c,d,e,f"))
    with pytest.raises(Permanent, match="columns_missing"):
        list(source.rows(lambda _: None))
    with pytest.raises(Permanent, match="directory_unreadable"):
        open_directory(tmp_path / "ONSPD_MAY_2027_UK.csv")


def test_progress_adds_up_to_the_whole(tmp_path: Path) -> None:
    source = open_directory(write_csv(tmp_path / "ONSPD_FEB_2026_UK.csv"))
    read: list[int] = []
    import_directory(source, tmp_path / "a", TABLES.authorities, TABLES.panels, gates=SMALL, progress=read.append)
    assert sum(read) == source.total
