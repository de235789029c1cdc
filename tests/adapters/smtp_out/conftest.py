from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.smtp_out.peers import Issued, issue


@pytest.fixture(scope="session")
def authority() -> Issued:
    return issue("Test Authority", authority=True)


@pytest.fixture(scope="session")
def ca_file(authority: Issued, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(authority.pem())
    return path
