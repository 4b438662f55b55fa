"""Takes in an attachment: looked at, cleaned, sealed, stored, then stated as an event."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from domain.attachment import (
    ATTACHMENT,
    Attachment,
    AttachmentStated,
    MediaType,
    StateAttachment,
    WithdrawAttachment,
    WithdrawReason,
)
from domain.child_file import CHILD_FILE, ChildFile
from domain.kernel import Actor, Category, LegalBasis, Refused
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport, ReportState
from hub.application import Answer, Busy, Hub, Unit
from hub.attachments.cleaner import Cleaner
from hub.attachments.limits import AttachmentRules
from hub.attachments.refusal import NotTaken
from hub.attachments.store import REFUSED, STATED, BlobStore, Refusal
from hub.encryption.blobs import BlobContext, content_id, seal_blob
from hub.encryption.keystore import DataKey, KeyStore, SubjectErased
from hub.encryption.records import RecordSealer

NAMELESS = "附件"
_LONGEST_NAME = 120
_LONGEST_ACCOUNT = 1000
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\\\]")


@dataclass(frozen=True, slots=True)
class Taken:
    """An attachment that was taken: its identifier, its type, its cleaned size in bytes."""

    attachment_id: UUID
    media_type: MediaType
    size: int
    answer: Answer


class AttachmentRefused(Exception):
    """A file that was not taken and lies sealed under ``refusal_id``; ``reason`` says why."""

    def __init__(self, reason: NotTaken, refusal_id: str) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.refusal_id = refusal_id


class Attachments:
    """The one way in for attachments."""

    def __init__(
        self,
        hub: Hub,
        keys: KeyStore,
        store: BlobStore,
        rules: AttachmentRules,
    ) -> None:
        self._hub = hub
        self._keys = keys
        self._store = store
        self._sealer = RecordSealer(keys)
        self.rules = rules
        self._cleaner = Cleaner(rules)

    def put(
        self,
        actor: Actor,
        child_ref: UUID,
        category: Category,
        content: bytes,
        file_name: str = "",
        account: str | None = None,
        basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
    ) -> Taken:
        """Take a file of a child that the caller has seen to be in the sender's view.

        The same content from the same sender in the same category is the same attachment. Raises
        Refused where the sender may not state the category, AttachmentRefused for a file that is
        not taken, SubjectErased, KeyStoreUnavailable and Busy.
        """
        if category not in self.rules.categories:
            raise Refused("ATTACHMENT_CATEGORY", "这一类不能附文件，请按文件内容另选数据类别。")
        self._hub.check_states(actor, category, child_ref)
        try:
            media_type, cleaned = self._cleaner.clean(content)
        except NotTaken as reason:
            refused = self._refuse(actor, child_ref, category, content, reason)
            raise AttachmentRefused(reason, refused) from None
        key = self._keys.ensure([(child_ref, category.value)])[child_ref, category.value]
        attachment_id = self._id(key, actor.organisation, cleaned)
        record = self._hub.record_key(actor.organisation, STATED, (str(attachment_id),), "")

        def known() -> Answer | None:
            given = self._hub.receipts([record.key]).get(record.key)
            if given is None or self._of(attachment_id).withdrawn:
                return None
            return Answer(given.number, given.position, repeated=True)

        before = known()
        if before is not None:
            return Taken(attachment_id, media_type, len(cleaned), before)
        context = _context(child_ref, category, actor, STATED, attachment_id)
        blob = seal_blob(context, cleaned, self._keys.suite)
        digest = self._store.put(child_ref, attachment_id, blob, self._hub.clock.now())
        command = StateAttachment(
            attachment_id=attachment_id,
            child_ref=child_ref,
            matter=category,
            media_type=media_type,
            size=blob.size,
            digest=digest,
            mark=blob.mark.hex(),
            blob_key=blob.key.hex(),
            file_name=_plain(file_name)[-_LONGEST_NAME:] or NAMELESS,
            account=(account or "").strip()[:_LONGEST_ACCOUNT] or None,
        )

        def work(unit: Unit) -> Answer:
            # Sent twice at the same moment.
            answer = known()
            if answer is None:
                unit.execute(command, actor, basis=basis)
                before = self._hub.receipts([record.key]).get(record.key)
                answer = Answer(unit.receipt(actor, STATED, record, before).number, -1)
            return answer

        try:
            answer, position = self._hub.records(work, names_children=False, many=False)
        except (Refused, Busy, SubjectErased):
            # Nothing was recorded: nobody would ever find the blob.
            self._store.drop(digest)
            raise
        if answer.repeated:
            self._store.drop(digest)
        else:
            answer = replace(answer, position=position)
        return Taken(attachment_id, media_type, len(cleaned), answer)

    def withdraw(
        self, actor: Actor, attachment_id: UUID, reason: WithdrawReason, note: str | None = None
    ) -> Answer:
        """Take back what one's own organisation sent: an event, and then its keys and the blob go,
        but for what may be evidence. Raises Refused, for one that is somebody else's, and of a
        child of whom the organisation is told nothing (利害关系单位), as for one that is not there;
        Busy."""
        stated = [
            fact
            for fact in self._hub.store.stream_facts(attachment_id)
            if fact.topic == AttachmentStated.TOPIC
        ]
        if (
            not stated
            or stated[-1].producer != actor.organisation
            or self._is_conflicted(actor.organisation, UUID(stated[-1].clear["child_ref"]))
        ):
            raise Refused("ATTACHMENT_NOT_YOURS", "没有可由本单位撤回的附件，请核对编号。")
        last = stated[-1]
        if Category(last.clear["matter"]) in self.rules.never_withdrawn:
            raise Refused(
                "ATTACHMENT_STAYS",
                "受侵害记录和文书的附件不能撤回；传错的，请在说明中注明，并联系公安或检察机关。",
            )
        command = WithdrawAttachment(
            attachment_id=attachment_id,
            child_ref=last.clear["child_ref"],
            matter=last.clear["matter"],
            reason=reason,
            note=note,
        )
        answer = self._hub.command(command, actor)
        # A crash before this leaves a blob that the sweep finds.
        if not self._may_be_evidence(UUID(last.clear["child_ref"])):
            self._forget(attachment_id, last.clear["digest"])
        return answer

    def _forget(self, attachment_id: UUID, digest: str) -> None:
        """The keys of what was stated go, then the blob: by a blob the sweep finds what is left."""
        self._keys.delete_keys(attachment_id)
        self._store.drop(digest)

    def _id(self, key: DataKey, organisation: str, content: bytes) -> UUID:
        """Of what content an attachment is, by whom. What was taken back is another one when it is
        sent again: nothing is stated any more of the one whose keys went."""
        found, times = content_id(key, organisation, content), 0
        while self._of(found).withdrawn:
            times += 1
            found = content_id(key, f"{organisation} {times}", content)
        return found

    def sweep(self) -> int:
        """Take out blobs that no event names any more, or never named: of a crash between blob and
        event, of one between withdrawal and blob. Gives how many went."""
        gone = 0
        before = self._hub.clock.now() - timedelta(days=self.rules.orphans_kept_days)
        for digest, attachment_id in self._store.old(before):
            named = {
                fact.clear["digest"]: UUID(fact.clear["child_ref"])
                for fact in self._hub.store.stream_facts(attachment_id)
                if fact.topic == AttachmentStated.TOPIC
            }
            if digest not in named:
                self._store.drop(digest)
            elif self._of(attachment_id).withdrawn and not self._may_be_evidence(named[digest]):
                self._forget(attachment_id, digest)
            else:
                continue
            gone += 1
        return gone

    def _is_conflicted(self, organisation: str, subject: UUID) -> bool:
        """Whether the suspect works in, or is related to, an organisation, by the child's file, or
        by the report that an attachment belongs to."""
        report: MandatoryReport = self._hub.store.load(MANDATORY_REPORT, subject).state
        return organisation in self._file(subject).conflicted | report.conflicted

    def _may_be_evidence(self, subject: UUID) -> bool:
        """Whether a mandatory report concerns the child, by any of its files: then nothing that was
        sent of it is deleted, whoever takes it back."""
        file = self._file(subject)
        joined = [self._file(other) for other in file.joins.by_other]
        report: MandatoryReport = self._hub.store.load(MANDATORY_REPORT, subject).state
        return report.state is not ReportState.NONE or any(e.reports for e in (file, *joined))

    def _file(self, child_ref: UUID) -> ChildFile:
        state: ChildFile = self._hub.store.load(CHILD_FILE, child_ref).state
        return state

    def _of(self, attachment_id: UUID) -> Attachment:
        state: Attachment = self._hub.store.load(ATTACHMENT, attachment_id).state
        return state

    def _refuse(
        self,
        actor: Actor,
        child_ref: UUID,
        category: Category,
        content: bytes,
        reason: NotTaken,
    ) -> str:
        """Keep a file that was not taken, under its child's own key: what erases the child erases
        it as well."""
        key = self._keys.ensure([(child_ref, category.value)])[child_ref, category.value]
        found = content_id(key, f"{REFUSED} {actor.organisation}", content)
        if not self._store.is_refused(str(found)):
            now = self._hub.clock.now()
            context = _context(child_ref, category, actor, REFUSED, found)
            blob = seal_blob(context, content, self._keys.suite)
            refusal = Refusal(
                str(found), actor.organisation, str(child_ref), reason.code, now.isoformat()
            )
            sealed_key = self._sealer.seal(found, REFUSED, blob.key, batch=child_ref)
            digest = self._store.put(child_ref, found, blob, now)
            self._store.refuse(refusal, digest, sealed_key)
        return str(found)


def _context(
    child_ref: UUID, category: Category, actor: Actor, purpose: str, blob: UUID
) -> BlobContext:
    return BlobContext(child_ref, category.value, blob, actor.organisation, purpose)


def _plain(name: str) -> str:
    """A file's name without what could steer a terminal or a folder."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", name)).strip(" .")
