from __future__ import annotations

from gateway.model.case.authority import Authority, pack_authority, unpack_authority
from gateway.model.content.confidential import ConfidentialBytes, ConfidentialText


def test_an_authority_is_read_back_and_anything_else_is_none() -> None:
    authority = Authority(ConfidentialText("nurse@trust.example"), may_carry_content=True)
    assert unpack_authority(pack_authority(authority)) == authority
    assert unpack_authority(ConfidentialBytes(b"{}")) is None
    assert unpack_authority(ConfidentialBytes(b"not JSON")) is None
