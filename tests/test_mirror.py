"""The tests mirror the code: one file a module, at the same place in the tree.

``tests/<room>/test_<module>.py``, or ``test_<module>_<aspect>.py``, is about ``gateway/<room>/<module>.py``. A module
without such a file stands below with its reason.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTANTS = "constants"
TYPES = "types without behaviour"
TABLE = "a table of data"
NOT_YET = "not written yet"

UNTESTED: dict[str, str] = {
    "__init__": CONSTANTS,
    "__main__": "one call of the command line",
    "adapters/children/capped_process": NOT_YET,
    "adapters/children/confined/child": NOT_YET,
    "adapters/children/confined/frames": NOT_YET,
    "adapters/children/confined/turns": NOT_YET,
    "adapters/children/document_child": NOT_YET,
    "adapters/children/mime_child": NOT_YET,
    "adapters/children/mime_frames": NOT_YET,
    "adapters/children/pdf_child": NOT_YET,
    "adapters/children/second_opinion_child": NOT_YET,
    "adapters/config/accredited": NOT_YET,
    "adapters/config/own_domain": NOT_YET,
    "adapters/config/packaged": NOT_YET,
    "adapters/config/panels_writer": NOT_YET,
    "adapters/host/deployment": NOT_YET,
    "adapters/host/tls_server": NOT_YET,
    "adapters/keys/certificate_lint": NOT_YET,
    "adapters/keys/keys_in_use": NOT_YET,
    "adapters/keys/pinned_keys": NOT_YET,
    "adapters/openid/id_token": NOT_YET,
    "adapters/openpgp/listing": NOT_YET,
    "adapters/openpgp/process": NOT_YET,
    "adapters/openpgp/ring": NOT_YET,
    "adapters/sealing/seal_format": NOT_YET,
    "adapters/sealing/unseal": NOT_YET,
    "adapters/sender/deadline": NOT_YET,
    "adapters/smtp_in/channel": NOT_YET,
    "adapters/smtp_in/keeping": NOT_YET,
    "adapters/smtp_in/listener": NOT_YET,
    "adapters/smtp_in/session": NOT_YET,
    "adapters/smtp_in/transaction": NOT_YET,
    "adapters/smtp_out/certificates": NOT_YET,
    "adapters/smtp_out/policies": NOT_YET,
    "adapters/smtp_out/session": NOT_YET,
    "adapters/spool/web_deposit": NOT_YET,
    "adapters/store/console_desk": NOT_YET,
    "adapters/store/console_reads": NOT_YET,
    "adapters/store/migrations/env": "every test of the store runs it",
    "adapters/store/migrations/versions/0001_the_first_layout": "every test of the store runs it",
    "adapters/store/migrations/versions/0002_transfers_taken_in": "every test of the store runs it",
    "adapters/store/migrations/versions/0003_receivers": "every test of the store runs it",
    "adapters/store/migrations/versions/0004_watched_keys": "every test of the store runs it",
    "adapters/store/migrations/versions/0005_instructions_bind_what_was_seen": NOT_YET,
    "adapters/store/migrations/versions/0006_what_is_due": NOT_YET,
    "adapters/store/tables": TABLE,
    "cli/__init__": "one call of the command line",
    "cli/check": NOT_YET,
    "cli/demo": NOT_YET,
    "cli/explain_page": NOT_YET,
    "cli/init": NOT_YET,
    "cli/keys": NOT_YET,
    "cli/run": NOT_YET,
    "console/console_settings": NOT_YET,
    "console/desk": NOT_YET,
    "console/moves/about": NOT_YET,
    "console/moves/agree": NOT_YET,
    "console/moves/answer": NOT_YET,
    "console/moves/fill": NOT_YET,
    "console/moves/filled": NOT_YET,
    "console/moves/marks": NOT_YET,
    "console/moves/offers": NOT_YET,
    "console/moves/open_case": NOT_YET,
    "console/moves/send_to_panel": NOT_YET,
    "console/pages/case_file": NOT_YET,
    "model/case/answer_template": TYPES,
    "model/case/notice": TYPES,
    "model/case/rows": TYPES,
    "model/case/transfer_kind": CONSTANTS,
    "model/channel/arrival": TYPES,
    "model/channel/domain_reports": TYPES,
    "model/channel/own_domain": TYPES,
    "model/channel/secure_domains": TYPES,
    "model/content/screening": TYPES,
    "model/form/field": TYPES,
    "model/form/value_sets": TABLE,
    "model/office/identity": TYPES,
    "model/office/key_report": TYPES,
    "model/office/looks": TYPES,
    "model/office/sessions": TYPES,
    "model/registry/agencies": TABLE,
    "model/registry/child": TABLE,
    "model/registry/death": TABLE,
    "model/registry/notifier": TABLE,
    "model/registry/office_use": TABLE,
    "model/registry/people": TABLE,
    "model/registry/residence": TABLE,
    "model/registry/safeguarding": TABLE,
    "model/residence/named": NOT_YET,
    "model/residence/routing": TYPES,
    "ports": "protocols and two errors",
    "roles/console": NOT_YET,
    "roles/demo/messages": NOT_YET,
    "roles/demo/outcome": NOT_YET,
    "roles/demo/run": NOT_YET,
    "roles/demo/senders": NOT_YET,
    "roles/demo/sinks": NOT_YET,
    "roles/demo/table": NOT_YET,
    "roles/demo/world": NOT_YET,
    "roles/explain/dry_run": NOT_YET,
    "roles/explain/explained": NOT_YET,
    "stages/answers/answer_route": NOT_YET,
    "stages/answers/unread": NOT_YET,
    "stages/assess/results": NOT_YET,
    "stages/documents/document_limits": CONSTANTS,
    "stages/documents/pdf": NOT_YET,
    "stages/documents/word": NOT_YET,
    "stages/extract/ages": NOT_YET,
    "stages/extract/conditions": NOT_YET,
    "stages/extract/display": NOT_YET,
    "stages/extract/headings": NOT_YET,
    "stages/extract/labels": NOT_YET,
    "stages/extract/months": NOT_YET,
    "stages/extract/tables": NOT_YET,
    "stages/extract/told/classes": NOT_YET,
    "stages/extract/trade": NOT_YET,
    "stages/mime/fields": NOT_YET,
    "stages/mime/mime_limits": CONSTANTS,
    "stages/mime/outline": NOT_YET,
    "stages/route/postcodes/build": NOT_YET,
    "stages/route/postcodes/nearness": NOT_YET,
    "stages/route/postcodes/repair": NOT_YET,
    "stages/route/read/countries": TABLE,
    "stages/route/read/forms": NOT_YET,
    "stages/route/read/words": NOT_YET,
    "stages/route/reasons": TABLE,
    "stages/route/weigh/doubts": NOT_YET,
    "stages/route/weigh/evidence": NOT_YET,
    "stages/route/weigh/path": NOT_YET,
    "stages/route/weigh/places": NOT_YET,
    "stages/screen/excuse/allow": NOT_YET,
    "stages/screen/excuse/cues": NOT_YET,
    "stages/screen/excuse/mentions": NOT_YET,
    "stages/screen/find/called": NOT_YET,
    "stages/screen/find/childhood": NOT_YET,
    "stages/screen/find/closed_words": TABLE,
    "stages/screen/find/contacts": NOT_YET,
    "stages/screen/find/dates": NOT_YET,
    "stages/screen/find/events": NOT_YET,
    "stages/screen/find/names": NOT_YET,
    "stages/screen/judge/classify": NOT_YET,
    "stages/screen/judge/last_look": NOT_YET,
    "stages/screen/read/confusables": TABLE,
    "stages/screen/read/layout": NOT_YET,
    "stages/screen/read/rejoin": NOT_YET,
    "stages/screen/read/source": NOT_YET,
    "stages/screen/read/text": NOT_YET,
    "stages/screen/reasons": TABLE,
    "stages/screen/tables": TYPES,
    "stages/screen/topics": NOT_YET,
    "stages/screen/write/staff_answer": NOT_YET,
    "stages/transfer/document": NOT_YET,
    "stages/transfer/record": NOT_YET,
    "steps/instructions/agree": "test_carry_out_agreement.py is about it",
    "steps/instructions/answer": NOT_YET,
    "steps/instructions/cases": NOT_YET,
    "steps/instructions/context": TYPES,
    "steps/intake/readers": TYPES,
    "steps/tools": TYPES,
    "web/account/account_pages": NOT_YET,
    "web/account/ceremonies": NOT_YET,
    "web/account/openid_pages": NOT_YET,
    "web/account/passkey_pages": NOT_YET,
    "web/account/provider": NOT_YET,
    "web/catalogue": NOT_YET,
    "web/draft/deposit": TYPES,
    "web/draft/draft": NOT_YET,
    "web/draft/form_store": NOT_YET,
    "web/draft/posts": NOT_YET,
    "web/draft/putting": NOT_YET,
    "web/draft/scanner": NOT_YET,
    "web/guard/visit": NOT_YET,
    "web/notice_of": TYPES,
    "web/render": NOT_YET,
    "web/services": TYPES,
    "web/site": TYPES,
}


def modules(root: Path = ROOT) -> frozenset[str]:
    """Return every module of gateway that does something, as "room/module"."""
    found = (path for path in (root / "gateway").rglob("*.py") if not _is_hollow(path))
    return frozenset(path.relative_to(root / "gateway").with_suffix("").as_posix() for path in found)


def _is_hollow(path: Path) -> bool:
    """Say whether an ``__init__`` only imports names: it has no behaviour."""
    return path.name == "__init__.py" and all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in ast.parse(path.read_text("utf-8")).body
    )


def mirrored(root: Path = ROOT) -> list[Path]:
    """Return every test file below a folder that gateway has at its top, relative to ``tests``."""
    rooms = [path.name for path in (root / "gateway").iterdir() if path.is_dir()]
    found = (path for room in rooms for path in (root / "tests" / room).rglob("test_*.py"))
    return sorted(path.relative_to(root / "tests") for path in found)


def module_of(test: Path, known: frozenset[str]) -> str | None:
    """Return the module that a test file is about: of several that its name begins with, the longest."""
    subject = test.stem.removeprefix("test_")
    room = test.parent.as_posix()
    fits = [name for name in known if _is_about(name, room, subject)]
    return max(fits, key=len, default=None)


def _is_about(module: str, room: str, subject: str) -> bool:
    at, _, name = module.rpartition("/")
    name = name.strip("_")  # the test of __main__.py is test_main.py
    return at == room and (subject == name or subject.startswith(f"{name}_"))


def with_tests(root: Path = ROOT) -> dict[str, Path]:
    """Return the modules that have a test of their own, each with one of its files."""
    known = modules(root)
    pairs = ((module_of(test, known), test) for test in mirrored(root))
    return {module: test for module, test in pairs if module is not None}


def strays(root: Path = ROOT) -> list[str]:
    known = modules(root)
    return [test.as_posix() for test in mirrored(root) if module_of(test, known) is None]


def faults(untested: dict[str, str], root: Path = ROOT) -> list[str]:
    """Return every way in which code, tests and the list do not fit together."""
    known, own = modules(root), with_tests(root)
    listed = [(name, f"gateway/{name}.py is listed as untested and") for name in sorted(untested)]
    return [
        *(f"gateway/{name}.py has no test" for name in sorted(known - set(own) - set(untested))),
        *(f"tests/{name} is named after no module of its room" for name in strays(root)),
        *(f"{words} does not exist" for name, words in listed if name not in known),
        *(f"{words} has a test" for name, words in listed if name in own),
        *(f"{words} has no reason" for name, words in listed if not untested[name]),
    ]


def test_every_module_has_a_test_of_its_own_or_a_reason() -> None:
    assert faults(UNTESTED) == []


def _tree(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("X = 1\n")
    return folder


def test_each_way_of_not_fitting_is_named(tmp_path: Path) -> None:
    both = ("gateway/room/one.py", "tests/room/test_one.py")
    cases: list[tuple[tuple[str, ...], dict[str, str], str]] = [
        (("gateway/room/two.py",), {}, "two.py has no test"),
        (("tests/room/test_three.py",), {}, "named after no module"),
        (("tests/other/room/test_one.py", "gateway/other/x.py", "tests/other/test_x.py"), {}, "named after no module"),
        ((), {"room/four": TABLE}, "does not exist"),
        ((), {"room/one": TABLE}, "has a test"),
        (("gateway/room/five.py",), {"room/five": ""}, "has no reason"),
    ]
    for number, (more, untested, words) in enumerate(cases):
        root = _tree(tmp_path / str(number), *both, *more)
        [fault] = faults(untested, root)
        assert words in fault


def test_an_aspect_belongs_to_the_module_with_the_longest_name(tmp_path: Path) -> None:
    paths = ("gateway/room/one.py", "gateway/room/one_page.py", "tests/room/test_one_page_welsh.py")
    assert faults({"room/one": TABLE}, _tree(tmp_path, *paths)) == []
    assert "gateway/room/one.py has no test" in faults({}, tmp_path)
