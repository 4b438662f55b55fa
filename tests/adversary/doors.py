"""The registry of doors and stores: whoever adds one adds it here, or the tests fail.

A door is wherever the program tells somebody something; a store is wherever it keeps something.
Of each door stands here what kind of answer it gives, so that every cell of the matrix is held
against every kind; of each store, what proves that nothing in it can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What kind of answer a door gives."""

    RECORD = "json"
    """One thing, by its identifier."""
    LIST = "list"
    SEARCH = "search"
    """By who somebody is."""
    COUNT = "count"
    EXPORT = "export"
    """What leaves the hub as a file."""
    ERROR = "error"
    """Why something was refused: every door can give one."""
    FEED = "feed"
    """What an agency's own worker is told."""
    TAKES = "takes"
    """Takes a statement or a decision; says its receipt, or an error."""
    NOBODY = "nobody"
    """Says nothing of any child: the machine's own state, or what an operator set."""


SHOWING = (Kind.RECORD, Kind.LIST, Kind.SEARCH, Kind.COUNT, Kind.EXPORT, Kind.ERROR, Kind.FEED)
"""Kinds by which something of a child could reach somebody."""

QUERIES: Mapping[str, Kind] = {
    "family": Kind.LIST,
    "family_candidates": Kind.LIST,
    "both": Kind.NOBODY,
    "duplicate": Kind.RECORD,
    "duplicates": Kind.LIST,
    "bundle": Kind.EXPORT,
    "find_child": Kind.SEARCH,
    "search": Kind.SEARCH,
    "may_search": Kind.NOBODY,
    "count": Kind.NOBODY,
    "case_status": Kind.SEARCH,
    "child_file": Kind.RECORD,
    "access_log": Kind.LIST,
    "as_of": Kind.RECORD,
    "records_request": Kind.RECORD,
    "records_requests": Kind.LIST,
    "break_glass": Kind.LIST,
    "break_glass_access": Kind.RECORD,
    "break_glass_uses": Kind.LIST,
    "unusual_looks": Kind.LIST,
    "attachments": Kind.LIST,
    "attachment": Kind.RECORD,
    "has_child": Kind.NOBODY,
    "timeline": Kind.LIST,
    "register": Kind.LIST,
    "stated": Kind.RECORD,
    "visits_due": Kind.LIST,
    "visits_by_village": Kind.COUNT,
    "follow_up_list": Kind.LIST,
    "children": Kind.LIST,
    "unassigned": Kind.LIST,
    "inbox": Kind.LIST,
    "sent": Kind.LIST,
    "board": Kind.LIST,
    "referral": Kind.RECORD,
    "reports": Kind.LIST,
    "report": Kind.RECORD,
    "report_of": Kind.RECORD,
    "advices": Kind.LIST,
    "advice": Kind.RECORD,
    "overdue": Kind.LIST,
    "overdue_by_town": Kind.COUNT,
    "note": Kind.NOBODY,
    "check": Kind.NOBODY,
    "task_of": Kind.NOBODY,
}
"""Every public method of the door for reads."""

HTTP: Mapping[str, Kind] = {
    "GET /advice": Kind.LIST,
    "GET /advice/{advice_id}": Kind.RECORD,
    "POST /advice/{advice_id}/reply": Kind.TAKES,
    "GET /break-glass": Kind.LIST,
    "GET /break-glass/uses": Kind.LIST,
    "GET /break-glass/{access_id}": Kind.RECORD,
    "POST /break-glass": Kind.TAKES,
    "POST /break-glass/{access_id}/end": Kind.TAKES,
    "POST /break-glass/{access_id}/review": Kind.TAKES,
    "GET /records-requests": Kind.LIST,
    "GET /records-requests/{request_id}": Kind.RECORD,
    "POST /records-requests": Kind.TAKES,
    "POST /records-requests/{request_id}/end": Kind.TAKES,
    "POST /records-requests/{request_id}/grant": Kind.TAKES,
    "POST /records-requests/{request_id}/refuse": Kind.TAKES,
    "POST /children/{child_ref}/move": Kind.TAKES,
    "POST /children/{child_ref}/move/outside": Kind.TAKES,
    "POST /children/{child_ref}/move/withdraw": Kind.TAKES,
    "POST /referrals/{referral_id}/reassign": Kind.TAKES,
    "POST /children/find": Kind.SEARCH,
    "POST /children/search": Kind.SEARCH,
    "GET /children": Kind.LIST,
    "GET /children/unassigned": Kind.LIST,
    "GET /children/follow-up": Kind.LIST,
    "GET /children/{child_ref}": Kind.RECORD,
    "GET /children/{child_ref}/timeline": Kind.LIST,
    "GET /children/{child_ref}/access-log": Kind.LIST,
    "GET /children/{child_ref}/as-of": Kind.RECORD,
    "GET /children/{child_ref}/family": Kind.LIST,
    "GET /family-candidates": Kind.LIST,
    "POST /children/{child_ref}/family": Kind.TAKES,
    "POST /children/{child_ref}/family/confirm": Kind.TAKES,
    "POST /children/{child_ref}/family/end": Kind.TAKES,
    "POST /children/{child_ref}/family/reject": Kind.TAKES,
    "GET /duplicates": Kind.LIST,
    "POST /duplicates/{pair}/different": Kind.TAKES,
    "POST /duplicates/{pair}/same": Kind.TAKES,
    "POST /duplicates/{pair}/reopen": Kind.TAKES,
    "POST /children/{child_ref}/attachments": Kind.TAKES,
    "GET /children/{child_ref}/attachments": Kind.LIST,
    "GET /attachments/{attachment_id}": Kind.RECORD,
    "POST /children/{child_ref}/consents": Kind.TAKES,
    "POST /children/{child_ref}/consents/{consent_id}/withdraw": Kind.TAKES,
    "GET /audit/public-key": Kind.NOBODY,
    "GET /audit/checkpoints/{tree}": Kind.NOBODY,
    "POST /audit/growth": Kind.NOBODY,
    "GET /unusual-looks": Kind.LIST,
    "GET /healthz": Kind.NOBODY,
    "GET /readyz": Kind.NOBODY,
    "GET /status": Kind.NOBODY,
    "GET /intake/kinds": Kind.NOBODY,
    "POST /intake/{agency}/sheets": Kind.TAKES,
    "POST /intake/{agency}/{kind}": Kind.TAKES,
    "GET /quarantine": Kind.EXPORT,
    "GET /quarantine/{row_id}": Kind.EXPORT,
    "POST /quarantine/{row_id}": Kind.TAKES,
    "GET /overdue": Kind.LIST,
    "GET /register": Kind.LIST,
    "POST /case-status": Kind.SEARCH,
    "GET /inbox": Kind.LIST,
    "GET /referrals/sent": Kind.LIST,
    "GET /board": Kind.LIST,
    "GET /referrals/{referral_id}": Kind.RECORD,
    "POST /referrals/{referral_id}/accept": Kind.TAKES,
    "POST /referrals/{referral_id}/start": Kind.TAKES,
    "POST /referrals/{referral_id}/complete": Kind.TAKES,
    "POST /referrals/{referral_id}/fail": Kind.TAKES,
    "POST /referrals/{referral_id}/return": Kind.TAKES,
    "POST /referrals/{referral_id}/withdraw": Kind.TAKES,
    "GET /reports": Kind.LIST,
    "GET /reports/receipts/{receipt}": Kind.RECORD,
    "GET /reports/{report_id}": Kind.RECORD,
    "POST /reports/{report_id}/accept": Kind.TAKES,
    "POST /reports/{report_id}/decide": Kind.TAKES,
    "POST /reports/{report_id}/feedback": Kind.TAKES,
    "POST /reports/{report_id}/close": Kind.TAKES,
    "GET /visits/due": Kind.LIST,
    "PUT /visits/{visit_id}": Kind.TAKES,
    "GET /visits/{visit_id}": Kind.RECORD,
}
"""Every operation of the API."""

CLI: Mapping[str, Kind] = {
    "alive": Kind.NOBODY,
    "attachments get": Kind.EXPORT,
    "attachments list": Kind.EXPORT,
    "attachments put": Kind.TAKES,
    "attachments refused": Kind.EXPORT,
    "audit check": Kind.NOBODY,
    "audit checkpoint": Kind.NOBODY,
    "audit prove": Kind.NOBODY,
    "audit publickey": Kind.NOBODY,
    "audit verify": Kind.NOBODY,
    "audit watch": Kind.NOBODY,
    "catalogue": Kind.NOBODY,
    "break-glass end": Kind.TAKES,
    "break-glass list": Kind.LIST,
    "break-glass open": Kind.TAKES,
    "break-glass review": Kind.TAKES,
    "break-glass uses": Kind.LIST,
    "children search": Kind.SEARCH,
    "consent give": Kind.TAKES,
    "consent withdraw": Kind.TAKES,
    "records end": Kind.TAKES,
    "records grant": Kind.TAKES,
    "records list": Kind.LIST,
    "records refuse": Kind.TAKES,
    "records request": Kind.TAKES,
    "export bundle": Kind.EXPORT,
    "export verify": Kind.NOBODY,
    "deadletters list": Kind.NOBODY,
    "deadletters retry": Kind.NOBODY,
    "demo": Kind.NOBODY,
    "duplicates different": Kind.TAKES,
    "duplicates list": Kind.LIST,
    "duplicates same": Kind.TAKES,
    "duplicates reopen": Kind.TAKES,
    "erase approve": Kind.TAKES,
    "erase key": Kind.NOBODY,
    "erase list": Kind.NOBODY,
    "erase receipt": Kind.NOBODY,
    "erase request": Kind.TAKES,
    "erase run": Kind.NOBODY,
    "erase verify": Kind.NOBODY,
    "family confirm": Kind.TAKES,
    "family end": Kind.TAKES,
    "family candidates": Kind.LIST,
    "family list": Kind.LIST,
    "family reject": Kind.TAKES,
    "family state": Kind.TAKES,
    "feeds add": Kind.NOBODY,
    "feeds end": Kind.NOBODY,
    "feeds fill": Kind.NOBODY,
    "feeds follow": Kind.FEED,
    "feeds intake-key": Kind.NOBODY,
    "feeds keypair": Kind.NOBODY,
    "feeds list": Kind.NOBODY,
    "feeds receipts": Kind.TAKES,
    "feeds retry": Kind.NOBODY,
    "feeds send": Kind.FEED,
    "inbound refused": Kind.NOBODY,
    "inbound seal": Kind.TAKES,
    "inbound send": Kind.TAKES,
    "inbound take": Kind.TAKES,
    "init": Kind.NOBODY,
    "intake": Kind.TAKES,
    "keys escrow destroyed": Kind.NOBODY,
    "keys escrow list": Kind.NOBODY,
    "keys escrow restore": Kind.NOBODY,
    "keys escrow split": Kind.NOBODY,
    "keys escrow verify": Kind.NOBODY,
    "keys export-organisation": Kind.NOBODY,
    "keys list": Kind.NOBODY,
    "keys revoke": Kind.NOBODY,
    "keys rotate": Kind.NOBODY,
    "keyservice": Kind.RECORD,
    "migrate": Kind.NOBODY,
    "organisations add": Kind.NOBODY,
    "organisations list": Kind.NOBODY,
    "policy check": Kind.NOBODY,
    "policy dryrun": Kind.NOBODY,
    "policy explain": Kind.NOBODY,
    "policy show": Kind.NOBODY,
    "project": Kind.NOBODY,
    "quarantine correct": Kind.TAKES,
    "quarantine list": Kind.EXPORT,
    "quarantine retry": Kind.TAKES,
    "quarantine show": Kind.EXPORT,
    "react": Kind.NOBODY,
    "rebuild": Kind.NOBODY,
    "relay": Kind.FEED,
    "retention plan": Kind.NOBODY,
    "retention run": Kind.TAKES,
    "serve": Kind.NOBODY,
    "status": Kind.NOBODY,
    "templates": Kind.NOBODY,
    "tick": Kind.NOBODY,
    "users add": Kind.NOBODY,
    "users list": Kind.NOBODY,
    "users revoke": Kind.NOBODY,
    "users token": Kind.NOBODY,
}
"""Every command. What an operator may run is no way around: those that show something of a child
ask the same door, for a named person of a named organisation."""

FOLDER_STORES: Mapping[str, str] = {
    "root.keystore": "sealed under the passphrase (tests/encryption/test_root_keystore.py)",
    "*+*.zip": "rules that were in force, by version: no personal data (hub/kept_rules.py)",
    "passphrase": "the passphrase, which production keeps elsewhere; 0600",
    "clock-offset": "a number of seconds, of the demo alone",
    "*.lock": "empty",
    "*.lead": "empty",
    "*.sqlite": "an area of hub.migrate.AREAS, or a view",
    "*.sqlite-wal": "of the file of that name",
    "*.sqlite-shm": "of the file of that name",
}
"""Every file of a data folder, by its name's form. All of them are read by the plaintext scan."""

AREAS = frozenset(
    {
        "attachments",
        "audit",
        "directory",
        "erasure",
        "events",
        "feeds",
        "keys",
        "matching",
        "quarantine",
        "reactions",
        "relay",
        "searching",
    }
)
"""Every area of tables. The scan of a data folder reads their files (test_plaintext.py), and that
of a server every table of their schemas (tests/demo/test_plaintext_postgres.py)."""

TOPICS = frozenset({"events", "feed", "inbound"})
"""Every kind of topic of the shared log (tests/system/test_relay.py reads theirs)."""
