"""The one door for reads: authorise → audit → open.

What an organisation's view holds was decided when its scope opened; here it is decided once more
for every field, an access entry is written, and only then is anything opened. A question about a
child that the organisation may not see is answered like one about a child that does not exist,
and it leaves the same kind of entry.
"""

from __future__ import annotations

from hub.queries.accesses import Accesses
from hub.queries.advice import AdviceLetters
from hub.queries.aid import AidBoard
from hub.queries.approvals import Approvals
from hub.queries.asked import NotAdmitted, NotCleared
from hub.queries.attachments import AttachmentFiles
from hub.queries.boards import Boards
from hub.queries.bundles import Bundles
from hub.queries.care_places import CarePlaces
from hub.queries.complete_file import CompleteFiles
from hub.queries.door import MAX_PAGE, NOTHING, PAGE, UNAVAILABLE, as_uuid
from hub.queries.dropout import DropoutLedgers
from hub.queries.duplicates import Duplicates
from hub.queries.exact_figures import ExactFigures
from hub.queries.explaining import Explanations
from hub.queries.good_cases import GoodCases
from hub.queries.jobs import Jobs
from hub.queries.joint_cases import JointCases
from hub.queries.mentoring import Pairings
from hub.queries.offers import Offers
from hub.queries.outside import OutsideEntries
from hub.queries.past import NotYet, PastViews, RulesNotKept
from hub.queries.programmes import Programmes
from hub.queries.referrals import InHand
from hub.queries.reports import Reports
from hub.queries.searching import RECORD_IT, Searching
from hub.queries.sites import Sites
from hub.queries.social import SocialForces
from hub.queries.verification import VerificationRounds
from hub.queries.workforce import Workforce
from hub.queries.workforce_figures import WorkforceFigures
from hub.searching.limit import TooManySearches

__all__ = [
    "MAX_PAGE",
    "NOTHING",
    "PAGE",
    "RECORD_IT",
    "UNAVAILABLE",
    "InHand",
    "NotAdmitted",
    "NotCleared",
    "NotYet",
    "Queries",
    "RulesNotKept",
    "TooManySearches",
    "as_uuid",
]


class Queries(
    CompleteFiles,
    JointCases,
    AidBoard,
    DropoutLedgers,
    Programmes,
    ExactFigures,
    Sites,
    CarePlaces,
    GoodCases,
    Offers,
    Jobs,
    VerificationRounds,
    OutsideEntries,
    Pairings,
    Boards,
    WorkforceFigures,
    Reports,
    AdviceLetters,
    Approvals,
    Searching,
    Duplicates,
    Accesses,
    AttachmentFiles,
    Bundles,
    PastViews,
    Explanations,
    SocialForces,
    Workforce,
):
    """What may be read: every kind of question through the one door."""
