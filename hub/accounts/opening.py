"""Accounts, phones, sessions and drafts on the tables that they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.sign_in import SignInRules
from hub.accounts.accounts import Accounts
from hub.accounts.drafts import Drafts
from hub.accounts.hashing import Hashing
from hub.accounts.phones import Phones, SendsText
from hub.accounts.provider_settings import ProviderSettings
from hub.accounts.sessions import Sessions
from hub.accounts.tables import AREA, AccountsUnavailable
from hub.accounts.visit_keys import VisitKeys
from hub.directory import Directory
from hub.encryption.records import RecordSealer
from hub.encryption.root import RootKey
from hub.storage.sql import Database, Storage

if TYPE_CHECKING:
    from hub.accounts.provider import Provider


@dataclass(frozen=True, slots=True)
class Entrance:
    """How people come in, and what they left lying when they went."""

    accounts: Accounts
    phones: Phones
    sessions: Sessions
    hashing: Hashing
    drafts: Drafts
    visit_keys: VisitKeys
    provider: Provider | None
    database: Database

    def close(self) -> None:
        """Close the connections."""
        self.database.close()


def open_entrance(
    storage: Storage,
    directory: Directory,
    root: RootKey,
    sealer: RecordSealer,
    rules: SignInRules,
    text: SendsText,
    provider: ProviderSettings | None = None,
) -> Entrance:
    """The tables are made where a data folder of before has none. ``text`` sends codes;
    ``provider``: who else says who somebody is. Raises ProviderRefused."""
    database = storage.database(AREA, AccountsUnavailable, create=True)
    hashing = Hashing(root.named_key("sign-in"), rules.password.cost)
    accounts = Accounts(database, directory, hashing, rules)
    return Entrance(
        accounts,
        Phones(database, directory, hashing, rules.phone, text),
        Sessions(database, directory, root.named_key("session"), rules),
        hashing,
        Drafts(database, sealer, rules.draft_days),
        VisitKeys(root.named_key("phone visits")),
        _provider(provider, directory, accounts, hashing, rules) if provider else None,
        database,
    )


def _provider(
    settings: ProviderSettings,
    directory: Directory,
    accounts: Accounts,
    hashing: Hashing,
    rules: SignInRules,
) -> Provider:
    from hub.accounts.provider import Provider

    return Provider(settings, directory, accounts, hashing, rules.provider)
