"""An authority of the past is led to those of today, and a district to its county."""

from __future__ import annotations

from gateway.model.ids import GssCode
from gateway.model.residence.areas import Authority, AuthorityRegister


def authority(code: str, **more: object) -> Authority:
    return Authority(GssCode(code), code, "UA", "England", **more)  # type: ignore[arg-type]


def register(*authorities: Authority) -> AuthorityRegister:
    return AuthorityRegister({one.gss: one for one in authorities})


def codes(found: tuple[Authority, ...]) -> list[str]:
    return [one.gss for one in found]


def test_a_code_is_followed_over_several_reorganisations() -> None:
    made = register(
        authority("A", replaced_by=("B", "C")), authority("B", replaced_by=("D",)), authority("C"), authority("D")
    )
    assert codes(made.today(GssCode("A"))) == ["C", "D"]
    assert codes(made.today(GssCode("D"))) == ["D"]


def test_a_code_that_leads_nowhere_or_in_a_circle_gives_nothing() -> None:
    made = register(
        authority("A", replaced_by=("X",)), authority("B", replaced_by=("C",)), authority("C", replaced_by=("B",))
    )
    assert made.today(GssCode("A")) == made.today(GssCode("B")) == made.today(GssCode("Y")) == ()


def test_a_former_code_finds_the_authority_of_today() -> None:
    made = register(authority("A", former_codes=("OLD",)))
    assert made.find(GssCode("OLD")) == made.find(GssCode("A"))
    assert made.find(GssCode("NONE")) is None


def test_a_district_is_led_to_its_county() -> None:
    made = register(authority("D1", county="C1"), authority("C1"), authority("U1"))
    assert codes(made.upper_tier(GssCode("D1"))) == ["C1"]
    assert codes(made.upper_tier(GssCode("U1"))) == ["U1"]


def test_nobody_lives_in_a_combined_authority() -> None:
    kinds = {kind: Authority(GssCode("A"), "A", kind, "England").is_local for kind in ("UA", "NMD", "COMB", "SRA")}
    assert kinds == {"UA": True, "NMD": True, "COMB": False, "SRA": False}
