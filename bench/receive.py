"""Receiving, against Postfix and stock aiosmtpd, in turns on one machine: python -m bench.receive [--rounds N]

Postfix is Debian's with its queue on disk and delivery to discard; stock aiosmtpd is one process with this gateway's
sealing and spool behind its documented handler; the gateway is so many processes on one port, sealed and durable,
every limit on. Ratios are of medians over the rounds; a figure in messages a second means nothing outside its run.

With ``--own-disks`` (root) each server's queue is on a journalled ext4 of its own, so that no turn meets what another
server has deleted (bench/receiving/disks.py says why that matters). Spools are removed at the end only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.receiving.disks import disk
from bench.receiving.load import FORWARD_PATH, Load, run_load
from bench.receiving.servers import Target, postfix_server, python_server

SETTLE_S = 2.0
BIG = 25_000_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way of sending."""

    name: str
    load: Load
    smtp_source: bool = False  # the rate by Postfix's own generator, the latencies by ours


SCENARIOS = (
    Scenario("plain, a connection for each message", Load(messages=1500), smtp_source=True),
    Scenario("plain, connections reused", Load(messages=1500, reuse=True), smtp_source=True),
    Scenario("STARTTLS, a connection for each message", Load(messages=600, starttls=True)),
    Scenario("STARTTLS, the same rate for each server", Load(messages=600, starttls=True, per_second=200)),
    Scenario("STARTTLS, connections reused", Load(messages=1500, starttls=True, reuse=True)),
    Scenario("25 MB, one at once", Load(sessions=1, messages=3, size=BIG)),
    Scenario("25 MB, four at once", Load(sessions=4, messages=8, size=BIG)),
)


@dataclass(slots=True)
class Figures:
    """What the rounds gave."""

    rate: list[float] = field(default_factory=list)  # messages a second
    p50: list[float] = field(default_factory=list)  # seconds
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # seconds a message
    memory: list[int] = field(default_factory=list)  # bytes, at the most


def smtp_source(port: int, load: Load) -> float:
    """Return messages a second by Postfix's smtp-source."""
    reuse = ["-d"] if load.reuse else []
    command = ["smtp-source", "-s", str(load.sessions), "-l", str(load.size), "-m", str(load.messages), *reuse]
    began = time.perf_counter()
    subprocess.run([*command, "-f", "gp@surgery.example", "-t", FORWARD_PATH.decode(), f"127.0.0.1:{port}"], check=True)
    return load.messages / (time.perf_counter() - began)


def turn(target: Target, scenario: Scenario, figures: Figures) -> None:
    """One scenario against one server, once."""
    time.sleep(SETTLE_S)
    memory: list[int] = [target.memory_bytes()]
    sample = (lambda: memory.append(target.memory_bytes())) if scenario.load.size == BIG else None
    before = target.cpu_s()
    sent = 0
    if scenario.smtp_source:
        figures.rate.append(smtp_source(target.port, scenario.load))
        sent += scenario.load.messages
    outcome = run_load(target.port, scenario.load, sample)
    sent += outcome.messages
    if not scenario.smtp_source:
        figures.rate.append(outcome.rate)
    memory.append(target.memory_bytes())
    figures.cpu.append((target.cpu_s() - before) / sent)
    figures.p50.append(outcome.quantile(0.5))
    figures.p99.append(outcome.quantile(0.99))
    figures.memory.append(max(memory))


@contextlib.contextmanager
def servers(processes: int, own_disks: bool) -> Iterator[list[Target]]:
    with contextlib.ExitStack() as stack:
        disks = [stack.enter_context(disk(Path("/var/tmp"), own_disks)) for _ in range(3)]
        yield [
            stack.enter_context(postfix_server(disks[0])),
            stack.enter_context(python_server("stock", 1, disks[1])),
            stack.enter_context(python_server("gateway", processes, disks[2])),
        ]


def report(scenario: Scenario, results: dict[str, Figures]) -> None:
    middle = statistics.median
    base = results["postfix"]
    print(f"\n{scenario.name}")
    for name, figures in results.items():
        ratio = middle([own / other for own, other in zip(figures.rate, base.rate, strict=True)])
        unit = (
            f"{middle(figures.rate) * scenario.load.size / 1e6:7.1f} MB/s"
            if scenario.load.size == BIG
            else (f"{middle(figures.rate):7.0f} /s  ")
        )
        print(
            f"  {name:8} {unit} ratio {ratio:5.2f}   end of data to 250: p50 {middle(figures.p50) * 1e3:7.1f} ms "
            f"p99 {middle(figures.p99) * 1e3:7.1f} ms   processor {middle(figures.cpu) * 1e6:8.0f} us a message   "
            f"memory {max(figures.memory) / 1e6:5.0f} MB",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="of the gateway's intake")
    parser.add_argument("--only", default="", help="part of a scenario's name")
    parser.add_argument("--own-disks", action="store_true", help="a journalled ext4 for each server (root)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    print(
        f"processors: {os.cpu_count()}, load before: {os.getloadavg()[0]:.1f}, gateway processes: {arguments.processes}"
    )
    with servers(arguments.processes, arguments.own_disks) as targets:
        for target in targets:
            run_load(target.port, Load(messages=100))
        for scenario in SCENARIOS:
            if arguments.only not in scenario.name:
                continue
            results = {target.name: Figures() for target in targets}
            for _ in range(arguments.rounds):
                for target in targets:
                    turn(target, scenario, results[target.name])
            report(scenario, results)
    print(f"\nload after: {os.getloadavg()[0]:.1f} (the bench's own included)")


if __name__ == "__main__":
    main()
