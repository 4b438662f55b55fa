"""alembic's entry: runs an area's migrations on the connection it is handed."""

from __future__ import annotations

from alembic import context

from hub.storage.areas import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    # SQLite changes a column by making the table anew.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
