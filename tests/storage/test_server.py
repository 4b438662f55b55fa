"""The address of a database: what is refused before anything is sent there."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.storage.postgres import DatabaseUrlError, Server

SECRET = "s3cret"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:5432/hub",
        "postgresql://localhost/hub",
        "postgresql://[::1]/hub",
        "postgresql:///hub?host=/run/postgresql",
        "postgresql://localhost/hub?hostaddr=127.0.0.1",
        "postgresql://db.example:5432/hub?sslmode=verify-full",
        "postgresql://10.0.0.7/hub?sslmode=verify-full&sslrootcert=/etc/hub/ca.pem",
    ],
)
def test_on_this_machine_or_with_its_certificate_checked(url: str) -> None:
    parameters = Server(url, Path("passwords")).parameters("hub_keys", "keys")
    assert parameters["user"] == "hub_keys"
    assert parameters["passfile"] == "passwords"
    assert parameters["dbname"] == "hub"
    assert "password" not in parameters


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/hub",
        "postgresql://db.example/hub?sslmode=require",
        "postgresql://db.example/hub?sslmode=verify-ca",
        "postgresql://10.0.0.7/hub",
        "postgresql://127.0.0.1,db.example/hub",
        "postgresql://localhost.example/hub",
        # The name is of this machine, the address is not: libpq goes by the address.
        "postgresql://localhost/hub?hostaddr=10.0.0.7",
        "postgresql:///hub",
    ],
)
def test_elsewhere_the_certificate_is_checked(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="verify-full"):
        Server(url)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://hub:{SECRET}@localhost/hub",
        "postgresql://hub@localhost/hub",
        f"postgresql://localhost/hub?password={SECRET}",
        "postgresql://localhost/hub?user=postgres",
    ],
)
def test_an_address_names_nobody_and_holds_no_password(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match="口令文件") as raised:
        Server(url)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["", "mysql://localhost/hub", f"postgresql://localhost/%ZZ{SECRET}"]
)
def test_what_is_no_address_is_told_without_being_repeated(url: str) -> None:
    with pytest.raises(DatabaseUrlError) as raised:
        Server(url)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_schema_of_the_servers_own_choosing_is_not_looked_at() -> None:
    server = Server("postgresql://localhost/hub?options=-c%20search_path%3Dpublic")
    assert server.parameters("hub_keys", "keys")["options"] == "-c search_path=keys"
    assert server.parameters("hub_keys")["options"] == "-c search_path=pg_catalog"
