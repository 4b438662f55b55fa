"""Where tables lie: SQLite files of a data folder, or schemas of a PostgreSQL database."""
