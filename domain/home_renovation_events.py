"""Small renovations of the home of a child in difficulty (居室微改造, 追光小屋): what is asked and
said of them. Plan 二4 (P30: 持续做好“追光小屋”困境未成年人家庭居室微改造).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Sensitive, Text

Home = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
"""How a child is cared for at home: town, village and civil affairs state and read it alike."""
Visits = Annotated[Text, Sensitive(Category.VISITS)]
"""What a social organisation states as well, of its task."""
Means = Annotated[Text, Sensitive(Category.MEANS)]


class HomeNeed(StrEnum):
    """What a child's room lacks (缺少什么); sealed wherever it is kept."""

    DESK = "DESK"
    BED = "BED"
    LIGHTING = "LIGHTING"
    WIRING = "WIRING"
    FIRE_SAFETY = "FIRE_SAFETY"
    STORAGE = "STORAGE"
    WALLS = "WALLS"
    WASHING = "WASHING"
    OWN_SPACE = "OWN_SPACE"
    ACCESS = "ACCESS"
    OTHER_NEED = "OTHER_NEED"


HOME_NEED = CodeSet(
    "HOME_NEED",
    "改造需求",
    {
        HomeNeed.DESK: "书桌",
        HomeNeed.BED: "床铺",
        HomeNeed.LIGHTING: "照明",
        HomeNeed.WIRING: "电路",
        HomeNeed.FIRE_SAFETY: "消防安全",
        HomeNeed.STORAGE: "收纳",
        HomeNeed.WALLS: "墙面地面",
        HomeNeed.WASHING: "卫生设施",
        HomeNeed.OWN_SPACE: "独立空间",
        HomeNeed.ACCESS: "无障碍",
        HomeNeed.OTHER_NEED: "其他需求",
    },
    {"书桌椅": "DESK", "床": "BED", "灯具": "LIGHTING", "电线": "WIRING", "消防": "FIRE_SAFETY"},
)


class HomeFund(StrEnum):
    """Who pays (资金来源)."""

    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    CHARITY = "CHARITY"
    SUBDISTRICT = "SUBDISTRICT"


HOME_FUND = CodeSet(
    "HOME_FUND",
    "资金来源",
    {
        HomeFund.CIVIL_AFFAIRS: "民政资金",
        HomeFund.CHARITY: "慈善资金",
        HomeFund.SUBDISTRICT: "街镇资金",
    },
    {"民政": "CIVIL_AFFAIRS", "慈善": "CHARITY", "街镇": "SUBDISTRICT"},
)


class HomeTenure(StrEnum):
    """How a family has its home (住房性质); sealed wherever it is kept."""

    OWN = "OWN"
    RENTED = "RENTED"
    BORROWED = "BORROWED"


HOME_TENURE = CodeSet(
    "HOME_TENURE",
    "住房性质",
    {HomeTenure.OWN: "自有", HomeTenure.RENTED: "租住", HomeTenure.BORROWED: "借住"},
    {"自住": "OWN", "租房": "RENTED", "租赁": "RENTED"},
)


class HomeStop(StrEnum):
    """Why a renovation ends without one (终止原因); sealed wherever it is kept."""

    NOT_APPROVED = "NOT_APPROVED"
    FAMILY_WITHDREW = "FAMILY_WITHDREW"
    LANDLORD_REFUSED = "LANDLORD_REFUSED"
    MOVED_AWAY = "MOVED_AWAY"
    NOT_NEEDED = "NOT_NEEDED"
    NOT_FEASIBLE = "NOT_FEASIBLE"


HOME_STOP = CodeSet(
    "HOME_STOP",
    "终止原因",
    {
        HomeStop.NOT_APPROVED: "未予批准",
        HomeStop.FAMILY_WITHDREW: "家庭不愿继续",
        HomeStop.LANDLORD_REFUSED: "房东不同意",
        HomeStop.MOVED_AWAY: "家庭搬离",
        HomeStop.NOT_NEEDED: "不再需要",
        HomeStop.NOT_FEASIBLE: "无法施工",
    },
    {"搬离": "MOVED_AWAY", "迁出": "MOVED_AWAY"},
)


class OfOneHome(Command):
    """One step of the renovation of one child's home, on the day ``happened_on``."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    happened_on: date


class ProposeHomeRenovation(OfOneHome):
    """提议: by the village or town where the child lives, or by civil affairs."""

    account: str | None


class AssessHome(OfOneHome):
    """入户评估: which room, what it lacks, what child and family wish in their own words, what it
    would cost (whole yuan) and who would pay. ``problem``: a danger in the home was found."""

    room: str
    needs: tuple[HomeNeed, ...]
    paid_by: HomeFund
    estimate: int
    problem: bool
    childs_view: str | None
    familys_view: str | None


class AnswerHomeRenovation(OfOneHome):
    """家庭意见: the guardian agrees or does not. ``shares_address``: whoever does the works may be
    told where the family lives and how it is reached. ``landlord_agreed_on``: where the home is not
    the family's own."""

    agreed: bool
    shares_address: bool
    tenure: HomeTenure
    landlord_agreed_on: date | None
    account: str | None


class ApproveHomeRenovation(OfOneHome):
    """审批: by somebody else than who proposed or assessed; ``yuan`` may be spent. ``project``:
    the charity project that pays."""

    yuan: int
    project: str | None
    account: str | None


class OrderHomeWorks(OfOneHome):
    """安排施工 until ``finish_by``: by a social organisation (``recipient``), which is asked by a
    task, or by the town itself, ``contractor`` being named only."""

    NAMES: ClassVar[str] = "named"
    recipient: str | None
    contractor: str | None
    finish_by: date
    content: str

    @property
    def named(self) -> tuple[str, ...]:
        """Whom it names."""
        return () if self.recipient is None else (self.recipient,)


class FinishHomeWorks(OfOneHome):
    """完工, by the town or by the social organisation that did the works."""

    problem: bool
    account: str | None


class CheckHomeWorks(OfOneHome):
    """验收, by somebody else than who had the works done, with what child and family say of it."""

    passed: bool
    problem: bool
    childs_view: str | None
    familys_view: str | None
    account: str | None


class FollowUpHome(OfOneHome):
    """回访, by town or village. ``lasting``: it is still as it was made."""

    lasting: bool
    problem: bool
    childs_view: str | None
    account: str | None


class StopHomeRenovation(OfOneHome):
    """终止, with its reason."""

    stop_reason: HomeStop
    account: str | None


class HomeRenovationEvent(Event):
    """``owner`` leads it. ``asked``: how often works were ordered by then. ``current``: it moves
    the renovation on, and does not reword a step that is over."""

    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "居室微改造"
    child_ref: UUID
    owner: str
    town: str | None
    asked: int
    current: bool
    happened_on: date


class HomeRenovationProposed(HomeRenovationEvent):
    """``step_by``: until when the next step is due; so in each of these events."""

    TOPIC: ClassVar[str] = "home_renovation.proposed.v1"
    TITLE: ClassVar[str] = "提议居室微改造"
    step_by: datetime
    prepared_by: str
    account: Home


class HomeAssessed(HomeRenovationEvent):
    """``needs``: codes of :class:`HomeNeed`, set apart by commas."""

    TOPIC: ClassVar[str] = "home_renovation.assessed.v1"
    TITLE: ClassVar[str] = "入户评估居室"
    step_by: datetime
    prepared_by: str
    paid_by: HomeFund
    problem: bool
    room: Home
    needs: Home
    childs_view: Home
    familys_view: Home
    estimate: Means


class HomeRenovationAgreed(HomeRenovationEvent):
    """``approver`` decides."""

    TOPIC: ClassVar[str] = "home_renovation.agreed.v1"
    TITLE: ClassVar[str] = "家庭同意微改造"
    step_by: datetime
    approver: str
    shares_address: bool
    tenure: Home
    landlord_agreed_on: Home
    account: Home


class HomeRenovationDeclined(HomeRenovationEvent):
    TOPIC: ClassVar[str] = "home_renovation.declined.v1"
    TITLE: ClassVar[str] = "家庭不同意微改造"
    account: Home


class HomeRenovationApproved(HomeRenovationEvent):
    TOPIC: ClassVar[str] = "home_renovation.approved.v1"
    TITLE: ClassVar[str] = "批准居室微改造"
    step_by: datetime
    paid_by: HomeFund
    approved_by: str
    yuan: Means
    project: Means
    account: Home


class HomeWorksOrdered(HomeRenovationEvent):
    """``told_to`` does the works; nobody: the town sees to them."""

    TOPIC: ClassVar[str] = "home_renovation.ordered.v1"
    TITLE: ClassVar[str] = "安排居室施工"
    step_by: datetime
    told_to: str | None
    prepared_by: str
    contractor: Home
    content: Home


class HomeWorksFinished(HomeRenovationEvent):
    TOPIC: ClassVar[str] = "home_renovation.finished.v1"
    TITLE: ClassVar[str] = "居室施工完工"
    step_by: datetime
    prepared_by: str
    problem: bool
    account: Visits


class HomeWorksChecked(HomeRenovationEvent):
    TOPIC: ClassVar[str] = "home_renovation.checked.v1"
    TITLE: ClassVar[str] = "居室改造验收"
    step_by: datetime
    approved_by: str
    passed: bool
    problem: bool
    childs_view: Home
    familys_view: Home
    account: Home


class HomeFollowedUp(HomeRenovationEvent):
    TOPIC: ClassVar[str] = "home_renovation.followed_up.v1"
    TITLE: ClassVar[str] = "居室改造回访"
    step_by: datetime | None
    lasting: bool
    problem: bool
    childs_view: Home
    account: Home


class HomeRenovationStopped(HomeRenovationEvent):
    TOPIC: ClassVar[str] = "home_renovation.stopped.v1"
    TITLE: ClassVar[str] = "终止居室微改造"
    stop_reason: Home
    account: Home
