"""Every page of the workspace: what each needs, and where a person finds it. A test holds this list
against the routes, so that no page goes without being looked at."""

from __future__ import annotations

from collections.abc import Mapping

OUTSIDE: Mapping[str, str] = {
    "GET /sign-in": "whoever is not signed in",
    "POST /sign-in": "the same",
    "GET /sign-in/phone": "whoever has a registered phone, or a number",
    "POST /sign-in/phone": "the same",
    "GET /sign-in/phone/code": "the same",
    "POST /sign-in/phone/code": "the same",
    "POST /sign-in/phone/code/check": "the same",
    "GET /sign-in/phone/pin": "the same",
    "POST /sign-in/phone/pin": "the same",
    "GET /sign-in/provider": "whoever the identity provider knows",
    "GET /sign-in/provider/back": "the same",
    "GET /sign-in/provider/out": "whoever goes",
    "GET /welcome/{token}": "whoever holds a link",
    "POST /welcome/{token}": "the same",
    "GET /locked": "whose session is locked",
    "POST /locked": "the same",
    "POST /sign-out": "whoever goes",
    "GET /calendar": "whoever leaves a page at once",
    "GET /offline": "everybody's browser, signed in or not",
    "GET /worker.js": "the same",
    "GET /static/{digest}/{name:path}": "everybody's browser",
}
"""Routes that show nothing of any organisation."""

ITSELF: Mapping[str, str] = {
    "POST /drafts": "keeps what is being written, for its person alone",
    "POST /awake": "says nothing",
    "GET /changes": "that something has changed, and nothing of what",
}
"""What pages ask for by themselves."""

SHOWN: Mapping[str, str] = {
    "GET /": "/",
    "GET /inbox": "/inbox?all=true",
    "GET /sent": "/sent",
    "GET /referrals/{referral_id}": "/referrals/{referral}",
    "GET /matters": "/matters",
    "GET /matters/{name}": "/matters/reports",
    "GET /ledgers": "/ledgers",
    "GET /ledgers/{name}": "/ledgers/register",
    "GET /children": "/children",
    "GET /children/{child_ref}": "/children/{child}",
    "GET /children/{child_ref}/steps": "/children/{child}/steps",
    "GET /children/{child_ref}/attachments": "/children/{child}/attachments",
    "GET /children/{child_ref}/documents": "/children/{child}/documents",
    "GET /documents": "/documents",
    "GET /records": "/records",
    "GET /records/{agency}/{name}": "/records/{record}",
    "GET /visits": "/visits?all=true",
    "GET /sheets": "/sheets",
    "GET /sheets/history": "/sheets/history",
    "GET /quarantine": "/quarantine",
    "GET /silence": "/silence",
    "GET /overdue": "/overdue",
    "GET /indicators": "/indicators?year=2025",
    "GET /returns": "/returns?year=2025",
    "GET /emergencies": "/emergencies",
    "GET /looks": "/looks",
    "GET /organisation": "/organisation",
    "GET /organisation/staff": "/organisation/staff",
    "GET /organisation/keys": "/organisation/keys",
    "GET /organisation/hand-over": "/organisation/hand-over",
    "GET /rules": "/rules?category=harm&task=true",
    "GET /rules/matrix": "/rules/matrix",
    "GET /deadlines": "/deadlines",
    "GET /docs": "/docs?of=转介",
    "GET /system": "/system",
    "GET /danger": "/danger",
    "GET /posts": "/posts",
    "GET /me/sign-ins": "/me/sign-ins",
}
"""Pages that a signed-in person opens, by an address that shows something there."""

FILES: Mapping[str, str] = {
    "GET /children/{child_ref}/file.pdf": "the complete file",
    "GET /attachments/{attachment_id}": "an attachment of a child that may be seen",
    "GET /returns/{department}/{year}/table.xlsx": "the table of the year",
    "GET /indicators/table.xlsx": "the indicators of a year, as far as they are shown",
    "GET /indicators/table.csv": "the same",
    "GET /sheets/waiting/{agency}/{name}": "rows of one's own that wait to be corrected",
    "GET /sheets/errors.xlsx": "rows of one's own sheet",
    "GET /sheets/{agency}/{name}": "a blank sheet",
}
"""What is downloaded."""

OWN: Mapping[str, str] = {
    "GET /children/{child_ref}/refer/{kind}": "a referral that is theirs to open",
    "GET /matters/{name}/{of}": "one of a kind of matter, of whoever may see it",
    "GET /organisation/away": "which child directors are away, to town and village",
    "GET /dead-letters": "what could not be read in, to oversight",
    "GET /checkpoints": "whether the trees hold, to oversight",
    "GET /case-status": "the procurators' question",
    "GET /indicators/{code}": "an indicator of one's own",
    "GET /returns/{department}/{year}": "a return of one's own, or to be checked",
    "GET /visits/{child_ref}/not-met": "why nobody was met",
    "GET /quarantine/{row_id}": "a row that was refused here, as it was filled in",
}
"""Pages of some organisations alone (tests/web/test_sheets.py, test_daily.py)."""

TAKES: Mapping[str, str] = {
    "POST /inbox/accept": "accepts several",
    "POST /referrals/{referral_id}/{act_name}": "takes a step",
    "POST /children/{child_ref}/steps/{act_name}": "takes a step about a child",
    "POST /children/{child_ref}/refer/{kind}": "sends a referral",
    "POST /children/{child_ref}/attachments": "takes a file",
    "POST /attachments/{attachment_id}/withdraw": "withdraws one",
    "POST /children/{child_ref}/documents/attachments": "takes the scan of one issued elsewhere",
    "POST /documents/attachments": "takes the scan of a document",
    "POST /documents/{kind}/{of}": "prints a document",
    "POST /matters/{name}/new/{act_name}": "begins a matter",
    "POST /matters/{name}/{of}/{act_name}": "takes a step of one",
    "POST /children/{child_ref}/reveal": "shows who a child is, once it is said what for",
    "POST /children/search": "looks for a child",
    "POST /records/{agency}/{name}": "records",
    "POST /sheets": "tries and sends a sheet",
    "POST /quarantine/{row_id}": "corrects a row",
    "POST /case-status": "asks",
    "POST /visits/{child_ref}/not-met": "records an attempt",
    "POST /returns/urge": "orders late returns to be sent",
    "POST /visits/take": "takes check-lists along, of what is marked",
    "POST /visits/key": "opens one's own unsent visits on a phone",
    "PUT /visits/{visit}": "takes a visit that was written without a network",
    "POST /returns/{department}/{year}/fill": "fills in a return",
    "POST /returns/{department}/{year}/{step}": "takes a return's next step",
    "POST /emergencies/{access_id}/review": "reviews an emergency access",
    "POST /organisation/roster": "enters a shift",
    "POST /organisation/number": "states the duty telephone",
    "POST /organisation/away": "somebody is away, or back",
    "POST /organisation/hand-over": "hands over what a colleague has in hand",
    "POST /organisation/hand-over/pupils": "hands over a teacher's pupils",
    "POST /checkpoints": "verifies everything now",
    "POST /danger": "reports",
    "POST /me/sign-ins": "ends a session or a phone of one's own",
    "POST /posts": "goes on at another post",
}
"""Forms."""
