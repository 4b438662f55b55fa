"""Accounts, sessions and drafts on the tables that they share."""

from __future__ import annotations

from dataclasses import dataclass

from domain.sign_in import SignInRules
from hub.accounts.accounts import Accounts
from hub.accounts.drafts import Drafts
from hub.accounts.sessions import Sessions
from hub.accounts.tables import AREA, AccountsUnavailable
from hub.directory import Directory
from hub.encryption.records import RecordSealer
from hub.encryption.root import RootKey
from hub.storage.sql import Database, Storage


@dataclass(frozen=True, slots=True)
class Entrance:
    """How people come in, and what they left lying when they went."""

    accounts: Accounts
    sessions: Sessions
    drafts: Drafts
    database: Database

    def close(self) -> None:
        """Close the connections."""
        self.database.close()


def open_entrance(
    storage: Storage, directory: Directory, root: RootKey, sealer: RecordSealer, rules: SignInRules
) -> Entrance:
    """The tables are made where a data folder of before has none."""
    database = storage.database(AREA, AccountsUnavailable, create=True)
    return Entrance(
        Accounts(database, directory, root.named_key("sign-in"), rules),
        Sessions(database, directory, root.named_key("session"), rules),
        Drafts(database, sealer, rules.draft_days),
        database,
    )
