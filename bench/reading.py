"""How long reading a message takes: 10 kB mails as people write them, and 100 kB that somebody made hostile.

    python bench/reading.py [--times N]

Prints the median, the 99th percentile and the worst of 10 kB, the time by size (it must grow in line with it), and the
worst of each hostile 100 kB. It measures gateway/stages/extract alone, on one core.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from statistics import quantiles

from bench.train_reading import MAIL, dressed, written
from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.reading import load_reading
from gateway.stages.extract.told.read import from_message

KB = 1_000


def mails(size: int, seed: random.Random) -> Iterator[tuple[str, str]]:
    """Yield mails of about ``size`` characters: one that tells of a death, then correspondence under it."""
    texts = [text for path in sorted(MAIL.glob("*.txt")) for text in written(path, path.name.startswith("deaths"))]
    while True:
        subject, body = dressed(seed.choice(texts), seed)
        parts = [body]
        while sum(map(len, parts)) < size:
            parts.append(dressed(seed.choice(texts), seed)[1])
        yield subject, "\n\n".join(parts)[:size]


HOSTILE: dict[str, Callable[[int], str]] = {
    "digits and stops": lambda size: "1.1." * (size // 4),
    "dates without end": lambda size: "1/2/2020 " * (size // 9),
    "capitals": lambda size: "Aa " * (size // 3),
    "names with commas": lambda size: "DOE, Jo " * (size // 8),
    "lived at": lambda size: "lived at 1 Aa " * (size // 14),
    "labels": lambda size: "Name: DOB: " * (size // 11),
    "bars": lambda size: "a | " * (size // 4),
    "short lines": lambda size: "DOB\n" * (size // 4),
    "blanks": lambda size: "born" + " " * size,
    "stars": lambda size: "*a* " * (size // 4),
    "quotes": lambda size: "> " * (size // 2),
    "died": lambda size: "died " * (size // 5),
    "capital letters in one line": lambda size: "A" * size,
    "house numbers": lambda size: "12 Ab Cd, Ef " * (size // 13),
    "ten digits": lambda size: "9991234567 " * (size // 11),
}


def timed(subject: str, body: str) -> float:
    """Return the milliseconds of processor time that one message takes."""
    start = time.process_time()
    from_message(subject, [body], [], WEIGHTS)
    return (time.process_time() - start) * 1000


WEIGHTS = load_reading(packaged_config())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=400)
    given = parser.parse_args()
    seed = random.Random(14)
    for size in (2 * KB, 10 * KB, 50 * KB, 100 * KB):
        source = mails(size, seed)
        times = sorted(timed(*next(source)) for _ in range(given.times if size <= 10 * KB else given.times // 10))
        cuts = quantiles(times, n=100)
        print(f"{size // KB:4} kB: median {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, worst {times[-1]:.1f} ms")
    for name, make in HOSTILE.items():
        half, whole = (min(timed(name, make(size)) for _ in range(3)) for size in (50 * KB, 100 * KB))
        print(f"hostile, {name}: 50 kB {half:.0f} ms, 100 kB {whole:.0f} ms")


if __name__ == "__main__":
    main()
