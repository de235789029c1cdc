"""indexes for what the worker and the lists read: by what is due, never by reading everything"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_intake_by_door", "intake", ["channel", "kind", "id"])
    op.create_index("ix_intake_newest", "intake", ["received_at", "id"])
    op.create_index("ix_intake_newest_by_state", "intake", ["state", "received_at", "id"])
    op.create_index("ix_intake_near_miss", "intake", ["near_miss", "received_at", "id"])
    op.create_index("ix_case_newest", "case_", ["first_received_at", "id"])
    op.create_index("ix_case_newest_by_state", "case_", ["state", "first_received_at", "id"])
    op.create_index("ix_handover_state", "handover", ["state"])
    op.create_index("ix_dispatch_waiting", "dispatch", ["state", "created_at", "id"])
    op.create_index("ix_audit_move", "audit", ["move", "sequence"])
