"""The plain service that HTTP intake is measured against: FastAPI and SQLAlchemy, the same fields
in one row, one commit; no authorisation, no sealing, no audit, no views, no receipt.

``python -m tests.bench.plain PORT`` with the database's URL in HUB_DATABASE.
"""

from __future__ import annotations

import os
import sys
from datetime import date

import psycopg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Date, Integer, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from hub.storage.postgres import Server


class Base(DeclarativeBase):
    """The service's tables."""


class Absence(Base):
    """A row as it was sent."""

    __tablename__ = "absences"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    id_number: Mapped[str] = mapped_column(String)
    guardian_name: Mapped[str] = mapped_column(String)
    guardian_phone: Mapped[str] = mapped_column(String)
    absent_since: Mapped[date] = mapped_column(Date)
    school_days: Mapped[int] = mapped_column(Integer)
    reason_code: Mapped[str] = mapped_column(String)
    family_contact: Mapped[str] = mapped_column(String)


class AbsenceIn(BaseModel):
    """What is sent."""

    name: str
    id_number: str
    guardian_name: str
    guardian_phone: str
    absent_since: date
    school_days: int
    reason_code: str
    family_contact: str


def application(server: Server) -> FastAPI:
    """The service on a database."""
    parameters = server.parameters("hub_owner", "plain")
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS plain")
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**parameters),
        pool_size=16,
        max_overflow=24,
    )
    Base.metadata.create_all(engine)
    app = FastAPI()

    @app.post("/absences")
    def absence(record: AbsenceIn) -> dict[str, int]:
        with Session(engine) as session:
            row = Absence(**record.model_dump())
            session.add(row)
            session.commit()
            return {"id": row.id}

    return app


if __name__ == "__main__":
    from pathlib import Path

    at = Server(os.environ["HUB_DATABASE"], Path(os.environ["HUB_DATABASE_PASSFILE"]))
    uvicorn.run(application(at), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
