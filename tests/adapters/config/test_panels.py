from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.adapters.config.packaged import packaged_config
from gateway.adapters.config.panel_pins import pin
from gateway.adapters.config.panels import load_panels, merge_registers, parse_register
from gateway.adapters.config.panels_writer import Confirmation, confirm_panel, set_status
from gateway.model.ids import Fingerprint, GssCode, PanelId
from gateway.model.residence.panels import PanelStatus
from gateway.ports import Permanent

PACKAGED = packaged_config() / "panels.toml"
OXFORDSHIRE = PanelId("oxfordshire")
FINGERPRINT = Fingerprint("0123456789ABCDEF0123456789ABCDEF01234567")
OTHER = Fingerprint("F" * 40)


def confirmation(day: int, email: str = "cases@oxfordshire.example", key: Fingerprint = FINGERPRINT) -> Confirmation:
    return Confirmation(OXFORDSHIRE, "A. Manager", date(2026, 3, day), email, key, (GssCode("E10000025"),))


class TestMerge:
    def test_the_deployments_keys_lie_over_the_packages_panel_by_panel(self) -> None:
        packaged = {"panels": {"a": {"name": "A", "status": "unconfirmed"}, "b": {"name": "B"}}}
        deployment = {"panels": {"a": {"status": "confirmed"}, "c": {"name": "C"}}}
        assert merge_registers(packaged, deployment)["panels"] == {
            "a": {"name": "A", "status": "confirmed"},
            "b": {"name": "B"},
            "c": {"name": "C"},
        }
        assert packaged == {"panels": {"a": {"name": "A", "status": "unconfirmed"}, "b": {"name": "B"}}}

    def test_an_entry_about_the_same_thing_replaces_the_packaged_one(self) -> None:
        packaged = {"shared": [{"authority": "X", "note": "old"}], "outside": [{"id": "wales"}]}
        deployment = {"shared": [{"authority": "X", "note": "new"}], "overrides": [{"place": "HP27"}]}
        merged = merge_registers(packaged, deployment)
        assert merged["shared"] == [{"authority": "X", "note": "new"}]
        assert merged["outside"] == [{"id": "wales"}]
        assert merged["overrides"] == [{"place": "HP27"}]

    def test_an_empty_deployment_changes_nothing(self) -> None:
        merged = merge_registers({"panels": {"a": {"name": "A"}}}, {})
        assert merged == {"panels": {"a": {"name": "A"}}, "shared": [], "outside": [], "overrides": []}


class TestLoad:
    def test_the_packaged_register_has_60_panels_and_none_is_confirmed(self) -> None:
        register = load_panels(PACKAGED)
        assert len(register.panels) == 60
        assert {panel.status for panel in register.panels.values()} == {PanelStatus.UNCONFIRMED}
        assert all(panel.fingerprint is None and not panel.contacts for panel in register.panels.values())

    def test_a_panel_without_a_status_is_unconfirmed(self) -> None:
        register = parse_register({"panels": {"a": {"name": "A", "authorities": []}}})
        assert register.panels[PanelId("a")].status is PanelStatus.UNCONFIRMED

    def test_a_deployment_without_a_file_has_confirmed_nobody(self, tmp_path: Path) -> None:
        assert load_panels(PACKAGED, tmp_path / "panels.toml") == load_panels(PACKAGED)

    @pytest.mark.parametrize(
        "text",
        [
            "not toml",
            '[panels.oxfordshire]\nstatus = "maybe"',
            '[panels.oxfordshire]\nstatus = "confirmed"',  # by nobody
            '[panels.oxfordshire]\nfingerprint = "0123"',
            "[panels.oxfordshire]\ncontacts = [{ valid_from = 2026-01-01 }]",
            '[panels.new]\nname = "New"',  # no authorities
            '[[overrides]]\nplace = "HP27"\npanel = "nobody"\nby = "A"\non = 2026-01-01\nwhy = "B"',
            '[[overrides]]\nplace = "HP27"\npanel = "oxfordshire"\nby = ""\non = 2026-01-01\nwhy = "B"',
            '[[overrides]]\nplace = "HP27"\npanel = "oxfordshire"\nby = "A"\non = "soon"\nwhy = "B"',
        ],
    )
    def test_a_file_that_makes_no_sense_is_never_half_read(self, tmp_path: Path, text: str) -> None:
        own = tmp_path / "panels.toml"
        own.write_text(text, encoding="utf-8")
        with pytest.raises(Permanent, match="panels_unreadable"):
            load_panels(PACKAGED, own)


class TestWriter:
    def test_a_confirmation_is_read_back_with_who_and_when(self, tmp_path: Path) -> None:
        own = tmp_path / "panels.toml"
        confirm_panel(PACKAGED, own, confirmation(1))
        panel = load_panels(PACKAGED, own).panels[OXFORDSHIRE]
        assert (panel.status, panel.confirmed_by) == (PanelStatus.CONFIRMED, "A. Manager")
        assert (panel.confirmed_on, panel.fingerprint) == (date(2026, 3, 1), FINGERPRINT)
        contact = panel.contact(date(2026, 3, 1))
        assert contact is not None
        assert contact.email == "cases@oxfordshire.example"
        assert panel.contact(date(2026, 2, 28)) is None
        assert panel.authorities == load_panels(PACKAGED).panels[OXFORDSHIRE].authorities

    def test_a_new_address_ends_the_old_one_and_a_new_key_replaces_the_old_one(self, tmp_path: Path) -> None:
        own = tmp_path / "panels.toml"
        confirm_panel(PACKAGED, own, confirmation(1))
        confirm_panel(PACKAGED, own, confirmation(10, "new@oxfordshire.example", OTHER))
        panel = load_panels(PACKAGED, own).panels[OXFORDSHIRE]
        emails = [contact.email if (contact := panel.contact(date(2026, 3, day))) else None for day in (9, 10)]
        assert emails == ["cases@oxfordshire.example", "new@oxfordshire.example"]
        assert panel.fingerprint == OTHER
        confirm_panel(PACKAGED, own, confirmation(10, "new@oxfordshire.example", OTHER))
        assert load_panels(PACKAGED, own).panels[OXFORDSHIRE] == panel

    def test_suspending_keeps_everything_else_and_other_panels(self, tmp_path: Path) -> None:
        own = tmp_path / "panels.toml"
        own.write_text(
            '[panels.surrey]\nnext_hop = "relay"\n\n[[overrides]]\nplace = "HP27"\npanel = "oxfordshire"\n'
            'by = "A \\"B\\" \\\\ C"\non = 2026-01-01\nwhy = "é"\n',
            encoding="utf-8",
        )
        confirm_panel(PACKAGED, own, confirmation(1))
        set_status(PACKAGED, own, OXFORDSHIRE, PanelStatus.SUSPENDED)
        register = load_panels(PACKAGED, own)
        assert register.panels[OXFORDSHIRE].status is PanelStatus.SUSPENDED
        assert register.panels[OXFORDSHIRE].fingerprint == FINGERPRINT
        assert register.panels[PanelId("surrey")].next_hop == "relay"
        assert (register.overrides[0].by, register.overrides[0].why) == ('A "B" \\ C', "é")

    def test_it_and_the_pins_of_keys_leave_each_other_whole(self, tmp_path: Path) -> None:
        own = tmp_path / "panels.toml"
        pin(own, PanelId("surrey"), OTHER)
        confirm_panel(PACKAGED, own, confirmation(1))
        pin(own, OXFORDSHIRE, OTHER)
        register = load_panels(PACKAGED, own)
        assert register.panels[PanelId("surrey")].fingerprint == OTHER
        assert register.panels[OXFORDSHIRE].fingerprint == OTHER
        assert register.panels[OXFORDSHIRE].contact(date(2026, 3, 1)) is not None

    def test_what_would_not_be_a_register_is_not_written(self, tmp_path: Path) -> None:
        own = tmp_path / "panels.toml"
        with pytest.raises(Permanent, match="panels_unreadable"):
            confirm_panel(
                PACKAGED, own, Confirmation(OXFORDSHIRE, "", date(2026, 3, 1), "a@b.example", FINGERPRINT, ())
            )
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_cannot_be_read_is_not_written_over(self, tmp_path: Path) -> None:
        own = tmp_path / "panels.toml"
        own.write_text("not toml", encoding="utf-8")
        with pytest.raises(Permanent, match="panels_unreadable"):
            set_status(PACKAGED, own, OXFORDSHIRE, PanelStatus.SUSPENDED)
        assert own.read_text(encoding="utf-8") == "not toml"
