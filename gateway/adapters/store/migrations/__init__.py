"""alembic's scripts."""
