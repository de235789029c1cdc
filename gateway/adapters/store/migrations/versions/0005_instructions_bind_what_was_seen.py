"""instructions bind what was seen; what leaves can be withdrawn"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake") as table:
        table.add_column(sa.Column("authority_blob", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_intake_authority_blob", "blob", ["authority_blob"], ["id"])
    with op.batch_alter_table("dispatch") as table:
        table.add_column(sa.Column("instruction_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("leaving_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("case_version", sa.Integer(), nullable=True))
    with op.batch_alter_table("handover") as table:
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("instruction") as table:
        for name in ("intake_version", "case_version", "dispatch_version"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
        table.add_column(sa.Column("open_key", sa.String(length=120), nullable=True))
        table.create_unique_constraint("uq_instruction_open_key", ["open_key"])
