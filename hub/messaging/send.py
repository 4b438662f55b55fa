"""Sends an agency's sealed record to its inbound topic: what agencies are given to use."""

from __future__ import annotations

import threading

from hub.messaging.inbound import record_of
from hub.messaging.sending import Sender
from hub.messaging.topics import KafkaSettings

PATIENCE = 30.0
"""Seconds until it is given up."""


def send_sealed(
    settings: KafkaSettings, agency: str, kind: str, message_id: str, token: bytes
) -> None:
    """Send a sealed record and wait until it is in the log for sure.

    Raises ValueError for a message id or kind that may not travel in clear, TopicRefused for an
    agency without a topic, NotSent, and the client's ``KafkaError``; the same may then be sent
    again, and is taken once.
    """
    record = record_of(agency, kind, message_id, token)
    sender = Sender(settings, PATIENCE, threading.Event())
    try:
        sender.send(settings.inbound(agency), [(0, record)])
    finally:
        sender.close()
