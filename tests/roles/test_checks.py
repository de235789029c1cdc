"""What ``gateway check`` says of a deployment: the MTA-STS certificate, the database, the spool, sign-in elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509

from gateway.adapters.config.settings import load_settings
from gateway.adapters.host.deployment import own
from gateway.adapters.host.folders import Folders
from gateway.adapters.host.log import LogJournal
from gateway.adapters.keys.certificates import issue, make_authority
from gateway.adapters.openid.openid_config import SECRET
from gateway.adapters.spool.journal import Segment
from gateway.adapters.spool.recovery import recover
from gateway.roles.checks import Finding, examine_deployment
from gateway.roles.demo.world import DOMAIN, World
from gateway.roles.intake import provider_of
from tests.web.provider import provider

HOST = f"mta-sts.{DOMAIN}"


@pytest.fixture
def root(two_intakes: World) -> Iterator[Path]:
    """The deployment; the certificate that a test puts there does not outlive it."""
    folder = two_intakes.folders.intake_keys
    before = [(folder / name, (folder / name).read_bytes()) for name in ("tls.crt", "tls.key")]
    yield two_intakes.deployment
    for path, content in before:
        path.unlink()
        path.write_bytes(content)
        path.chmod(0o400)


def of_policy(root: Path) -> list[Finding]:
    return [finding for finding in examine_deployment(root) if "mta-sts." in finding.fault]


def put(root: Path, *names: str) -> None:
    """Replace intake's certificate by one that bears ``names``."""
    now = datetime.now(UTC)
    issued = issue(make_authority("An authority", now), names, now)
    folder = Folders(root).intake_keys
    for name, content in (("tls.crt", issued.certificate), ("tls.key", issued.key)):
        (folder / name).unlink()
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o400)


def test_certificate_that_init_makes_bears_the_policys_name_and_the_consoles_does_not(root: Path) -> None:
    borne = []
    for folder in (Folders(root).intake_keys, Folders(root).console_keys):
        certificate = x509.load_pem_x509_certificate((folder / "tls.crt").read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        borne.append(HOST in names.get_values_for_type(x509.DNSName))
    assert borne == [True, False]
    assert of_policy(root) == []


@pytest.mark.parametrize("names", [(f"mx.{DOMAIN}",), (f"*.{HOST}", f"mx.{DOMAIN}"), (f"{HOST}.example",)])
def test_certificate_without_the_policys_name_is_told_with_the_mend(root: Path, names: tuple[str, ...]) -> None:
    put(root, *names)
    [finding] = of_policy(root)
    assert HOST in finding.fault
    assert HOST in finding.mend


@pytest.mark.parametrize("names", [(f"mx.{DOMAIN}", HOST), (f"*.{DOMAIN}",), (HOST.upper(),)])
def test_certificate_that_bears_the_name_or_covers_it_is_not_told(root: Path, names: tuple[str, ...]) -> None:
    put(root, *names)
    assert of_policy(root) == []


def test_without_a_policy_no_name_is_needed(root: Path) -> None:
    put(root, f"mx.{DOMAIN}")
    settings = Folders(root).config / "gateway.toml"
    before = settings.read_text()
    settings.write_text(before + '\n[papers]\nsts_mode = "none"\n')
    assert of_policy(root) == []
    settings.write_text(before)
    assert len(of_policy(root)) == 1


def test_damaged_database_is_not_safe_to_start(root: Path) -> None:
    database = root / "var" / "gateway.db"
    whole = database.read_bytes()
    try:
        database.write_bytes(whole[:5000])
        assert ("stop", "var/gateway.db is damaged") in told(root)
    finally:
        database.write_bytes(whole)
    assert ("stop", "var/gateway.db is damaged") not in told(root)


def test_spool_that_everybody_may_change_is_not_safe_to_start(root: Path) -> None:
    folder = root / "var" / "spool" / "new"
    folder.chmod(0o777)
    try:
        assert ("stop", "var/spool/new is open to everybody") in told(root)
    finally:
        folder.chmod(0o750)
    assert ("stop", "var/spool/new is open to everybody") not in told(root)


def test_promise_that_waits_for_an_intake_is_told_until_it_has_its_name(root: Path) -> None:
    spool = root / "var" / "spool"
    segment = spool / "tmp" / "journal-7"
    note = ("note", "promised mail waits in var/spool/tmp/journal-*")
    one = (str(uuid4()), b"sealed")
    assert note not in told(root)
    descriptor = os.open(segment, os.O_RDWR | os.O_CREAT)
    Segment(descriptor).add([one])
    os.close(descriptor)
    assert note not in told(root), "a living intake names it within a second"
    os.utime(segment, (0, 0))
    assert note in told(root)
    assert recover(spool) == 1
    assert note not in told(root)
    assert (spool / "new" / f"{one[0]}.sealed").read_bytes() == one[1]
    (spool / "new" / f"{one[0]}.sealed").unlink()
    segment.unlink()


def told(root: Path) -> set[tuple[str, str]]:
    return {(finding.weight.value, finding.fault) for finding in examine_deployment(root)}


@contextlib.contextmanager
def openid(root: Path, section: str, *, secret: bool = True) -> Iterator[None]:
    """Write a section [openid] and its key file; both go again."""
    settings, key = Folders(root).config / "gateway.toml", Folders(root).intake_keys / SECRET
    before = settings.read_text()
    settings.write_text(f"{before}\n[openid]\n{section}")
    if secret:
        key.write_text("s3cret\n")
        key.chmod(0o400)
    try:
        yield
    finally:
        settings.write_text(before)
        key.unlink(missing_ok=True)


WHOLE = 'issuer = "{issuer}"\nname = "Trust"\nclient_id = "cdop form"\nsubjects = ["a"]\nca_file = "{ca_file}"\n'


def test_wrong_sign_in_elsewhere_stops_and_intake_goes_without_it(root: Path) -> None:
    with openid(root, 'issuer = "http://login.example"\n', secret=False):
        faults = {fault for weight, fault in told(root) if weight == "stop"}
        assert {"openid.issuer is no issuer", "nobody may sign in by [openid]"} <= faults
        assert f"keys/intake/{SECRET} is missing or unreadable" in faults
        folders = Folders(root)
        assert provider_of(load_settings(folders.config), folders, LogJournal()) is None
    assert not [fault for _, fault in told(root) if "openid" in fault]


async def test_provider_is_tried_and_what_it_says_of_itself_is_judged(root: Path, tmp_path: Path) -> None:
    async with provider(tmp_path) as op:
        with openid(root, WHOLE.format(issuer=op.issuer, ca_file=op.ca_file)):
            folders = Folders(root)
            assert provider_of(load_settings(folders.config), folders, LogJournal()) is not None
            assert not [fault for _, fault in await asyncio.to_thread(told, root) if "OpenID" in fault]
            op.metadata = {"issuer": "https://evil.example"}
            found = await asyncio.to_thread(told, root)
            assert ("note", "the OpenID provider cannot be used now (discovery_issuer)") in found
            (folders.intake_keys / SECRET).chmod(0o444)
            found = await asyncio.to_thread(told, root)
            assert ("stop", f"keys/intake/{SECRET} can be read by others") in found


def test_root_gives_what_professionals_made_to_intakes_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``gateway professionals`` as root, before the first start: intake must be able to open its database."""
    folders = Folders(tmp_path)
    for folder in (
        *(folders.intake_keys, folders.worker_keys, folders.console_keys, folders.peers),
        *(folders.spool / "tmp", folders.spool / "new", folders.form, folders.blobs, folders.notices, folders.log),
    ):
        folder.mkdir(parents=True)
    (folders.form / "form.db").touch()
    given: dict[Path, int] = {}
    monkeypatch.setattr("os.getuid", lambda: 0)
    monkeypatch.setattr("os.chown", lambda path, uid, gid: given.update({Path(path): uid}))
    settings = load_settings(None)
    own(folders, settings)
    assert given[folders.form / "form.db"] == settings.users.intake
