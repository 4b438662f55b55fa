"""What an agency's record is: its fields, its natural key, what it states.

An agency declares one :class:`RecordKind` per kind of record. The rest (reading sheets,
receipts, corrections, quarantine, batches) is the same for all and lives in this package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from adapters.intake.cells import parse_date
from adapters.intake.columns import Column, SheetLayout
from adapters.intake.faults import SheetValueError
from domain.code_sets import SEX, CodeSet
from domain.faults import Fault
from domain.identifiers import (
    IdentifierError,
    birth_date_of,
    fold_name,
    parse_id_number,
    parse_phone,
    sex_of,
    squeeze_text,
)
from domain.identity import IdentityClaim
from domain.kernel import Actor, Command
from domain.organisations import Seat, seat_of


class Record(BaseModel):
    """Base of all record types: frozen, closed to unknown fields, text stripped."""

    # Built when first used: one sheet is of one kind.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class Places(Protocol):
    """Divisions and organisations, as records name them."""

    def village(self, text: str) -> tuple[str, str] | None:
        """(village code, town code) of a division named by code, full name or short name."""

    def school(self, text: str) -> str | None:
        """The identifier of a school named by its name or code."""

    def institution(self, text: str) -> str | None:
        """The identifier of a welfare institution named by its name or code."""

    def organisation(self, text: str) -> str | None:
        """The identifier of any organisation, by its exact name or identifier."""

    def police_station(self, town: str | None) -> str:
        """The station whose beat covers a town, else the sub-bureau."""

    def town_of(self, organisation: str) -> str | None:
        """The town an organisation sits in."""

    def names_place(self, text: str) -> bool:
        """Whether a text names a village, a town, or an organisation that is at one place."""


class Statement(Protocol):
    """What a record's mapping may do: name the child, issue commands, look up places."""

    actor: Actor
    today: date
    places: Places

    def child(self, claim: IdentityClaim) -> UUID:
        """Find the child, or open its file."""

    def find(self, claim: IdentityClaim) -> UUID | None:
        """Find the child; open nothing."""

    def execute(self, command: Command, *, occurred_on: date | None = None) -> None:
        """Issue a command in the sender's name. Raises Refused."""

    def new_id(self) -> UUID:
        """A fresh random identifier."""

    @property
    def record_id(self) -> UUID:
        """An identifier derived (HMAC) from sender, kind and natural key: the same record, sent
        again with other content, has the same one."""

    def shared_id(self, *parts: str) -> UUID:
        """An identifier derived (HMAC) from its parts: the same whoever sends it in whatever kind
        of record, and nobody without the key can reckon it, or its parts from it."""

    @property
    def defects(self) -> tuple[str, ...]:
        """Codes of what the sheet reader found wrong, for a kind that is never refused."""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What of a row must go out as a mandatory report.

    ``report`` gives the report's cells from the row's, or None for nothing. ``fields`` are those
    of the row that hold it: they are in the report and stay nowhere else; the last of them says
    instead that it was reported.
    """

    fields: tuple[str, ...]
    report: Callable[[Mapping[str, str]], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[R]):
    """One kind of record of one agency.

    ``seats`` may send it; ``natural_key`` says when two records are the same record; ``state``
    says what it states, in commands. ``name`` is ``agency.kind`` and never changes.
    """

    name: str
    title: str
    seats: tuple[Seat, ...]
    model: type[R]
    columns: tuple[Column, ...]
    natural_key: Callable[[R], Sequence[str]]
    state: Callable[[R, Statement], None]
    never_refused: bool = False
    """Taken whatever is wrong with it, and waiting for no search: a mandatory report. Its model
    must take any cells; the faults are the receiver's to mend."""
    once: bool = False
    """Its natural key is an identifier of the sender's making: other content under it is refused,
    but for what says of itself that it ``corrects``."""
    corrects: Callable[[R], bool] = lambda record: False
    alarm: Alarm | None = None
    """What of a row must be reported at once, whatever becomes of the row."""

    @property
    def layout(self) -> SheetLayout:
        """The sheet of this kind."""
        agency, kind = self.name.split(".", 1)
        return SheetLayout(agency, kind, self.title, self.columns)

    def read(
        self, values: Mapping[str, Any], today: date, *, vouched: bool = False
    ) -> R | list[Fault]:
        """A record from cells or JSON, or what is wrong with it. Empty text counts as absent.

        ``vouched`` says that no spreadsheet stood in between, or that a person has looked: an ID
        number that merely looks cut off by one (it ends in 000) is then taken.
        """
        return read_record(self.model, self.columns, values, today, vouched=vouched)


def read_record(
    model: type[R],
    columns: Sequence[Column],
    values: Mapping[str, Any],
    today: date,
    *,
    vouched: bool = False,
) -> R | list[Fault]:
    """As :meth:`RecordKind.read`, for a model that no kind of record stands behind."""
    given = {
        key: value
        for key, value in values.items()
        if not (value is None or (isinstance(value, str) and not value.strip()))
    }
    try:
        return model.model_validate(given, context={"today": today, "vouched": vouched})
    except ValidationError as error:
        return _faults(error, {column.field: column.heading for column in columns})


def _faults(error: ValidationError, headings: Mapping[str, str]) -> list[Fault]:
    """Pydantic's errors in the sender's words; inputs are never repeated."""
    found: list[Fault] = []
    for each in error.errors(include_url=False, include_input=False):
        field = str(each["loc"][0]) if each["loc"] else ""
        heading = headings.get(field, field if each["type"] != "extra_forbidden" else "")
        cause = each.get("ctx", {}).get("error")
        if isinstance(cause, IdentifierError | SheetValueError):
            fault = Fault(heading, cause.code, cause.rule_zh, cause.advice_zh)
        elif isinstance(cause, RecordFault):
            fault = Fault(headings.get(cause.field, ""), cause.code, cause.rule, cause.advice)
        else:
            code, rule, advice = _GENERIC.get(each["type"], _OTHER)
            # Limits are the field's own; nothing of the value stands among them.
            fault = Fault(heading, code, rule.format(**each.get("ctx", {})), advice)
        if fault not in found:
            found.append(fault)
    return found


_GENERIC = {
    "missing": ("REQUIRED", "此项必填。", "请补填后重报。"),
    "extra_forbidden": ("UNKNOWN_FIELD", "有不认识的数据项。", "请按模板填写，不要增加数据项。"),
    "string_too_long": ("TOO_LONG", "内容超过{max_length}字。", "请缩短后重报。"),
    "int_parsing": ("NOT_A_NUMBER", "此项应填整数。", "请只填数字后重报。"),
    "greater_than_equal": ("OUT_OF_RANGE", "数值太小，应不小于{ge}。", "请核对后重报。"),
    "less_than_equal": ("OUT_OF_RANGE", "数值太大，应不大于{le}。", "请核对后重报。"),
}
_OTHER = ("INVALID", "填写格式不正确。", "请按模板和代码表填写后重报。")


class RecordFault(ValueError):
    """A rule over several fields is broken; shown at ``field``."""

    def __init__(self, field: str, code: str, rule: str, advice: str) -> None:
        super().__init__(code)
        self.field = field
        self.code = code
        self.rule = rule
        self.advice = advice


def today_of(info: ValidationInfo) -> date:
    """The Shanghai day against which a record's dates are judged."""
    context = info.context or {}
    today: date = context["today"]
    return today


def _id_number(value: object, info: ValidationInfo) -> object:
    if value is None:
        return None
    vouched = bool((info.context or {}).get("vouched"))
    return parse_id_number(str(value), today=today_of(info), vouched=vouched)


def _date(value: object) -> object:
    return parse_date(str(value)) if isinstance(value, str) else value


def _past(value: date | None, info: ValidationInfo) -> date | None:
    if value is not None and value > today_of(info):
        raise IdentifierError("DATE_IN_FUTURE", "日期晚于今天。", "请核对日期后重报。")
    return value


def coded(code_set: CodeSet) -> BeforeValidator:
    """A field that takes a code or its Chinese label and keeps the code."""
    return BeforeValidator(lambda value: code_set.parse(str(value)) if value is not None else None)


IdNumber = Annotated[str | None, BeforeValidator(_id_number)]
Phone = Annotated[str | None, BeforeValidator(lambda v: parse_phone(str(v)) if v else None)]
Day = Annotated[date, BeforeValidator(_date)]
OptionalDay = Annotated[date | None, BeforeValidator(_date)]
PastDay = Annotated[Day, AfterValidator(_past)]
OptionalPastDay = Annotated[OptionalDay, AfterValidator(_past)]
Sex = Annotated[str | None, coded(SEX)]


OLDEST = 20
"""Years. Nobody older is at school here or has a file: care may go on past 18 for a pupil in
senior-secondary schooling (domain reference §6), and pupils are at most this old then."""


class ChildRecord(Record):
    """A record about one child, stated by ID number, or by name, birth date, guardian and
    village where there is none."""

    name: str = Field(max_length=100)
    id_number: IdNumber = None
    birth_date: OptionalPastDay = None
    sex: Sex = None
    guardian_name: str | None = Field(default=None, max_length=100)
    guardian_phone: Phone = None
    village: str | None = Field(default=None, max_length=100)
    address: str | None = Field(default=None, max_length=200)

    def model_post_init(self, context: Any) -> None:
        """Without a number the rest must say who it is; with one the birth date must agree."""
        if self.id_number is None:
            missing = [
                field
                for field, value in (
                    ("birth_date", self.birth_date),
                    ("guardian_name", self.guardian_name),
                    ("village", self.village),
                )
                if value is None
            ]
            if missing:
                raise RecordFault(
                    missing[0],
                    "CHILD_NOT_IDENTIFIED",
                    "没有身份证号时，出生日期、监护人姓名和居住村居都要填。",
                    "请补填后重报。",
                )
        elif self.birth_date is not None and self.birth_date != birth_date_of(self.id_number):
            raise RecordFault(
                "birth_date",
                "BIRTH_DATE_DIFFERS",
                "出生日期与身份证号中的出生日期不一致。",
                "请核对后改正其中一项。",
            )
        self._refuse_adults((context or {}).get("today"))

    def _refuse_adults(self, today: date | None) -> None:
        """A guardian's number in the child's column would open a file and send the police."""
        born = birth_date_of(self.id_number) if self.id_number else self.birth_date
        if today is not None and born is not None and today.year - born.year > OLDEST:
            raise RecordFault(
                "id_number" if self.id_number else "birth_date",
                "NOT_A_CHILD",
                f"按出生日期已超过{OLDEST}周岁，不是本系统登记的对象。",
                "请核对是否误填了监护人的证件号或出生日期。",
            )

    def child_key(self) -> tuple[str, ...]:
        """What stands for the child in a natural key."""
        if self.id_number:
            return (self.id_number,)
        born = self.birth_date.isoformat() if self.birth_date else ""
        return (
            fold_name(self.name),
            born,
            fold_name(self.guardian_name or ""),
            squeeze_text(self.village or ""),
        )

    def claim(self, places: Places) -> IdentityClaim:
        """The child as this record states it. Raises RefusedDivision for an unknown village."""
        village, town = division(self.village, places) if self.village else (None, None)
        return IdentityClaim(
            name=self.name,
            birth_date=self.birth_date
            or (birth_date_of(self.id_number) if self.id_number else None),
            id_number=self.id_number,
            sex=self.sex or (sex_of(self.id_number) if self.id_number else None),
            guardian_name=self.guardian_name,
            guardian_phone=self.guardian_phone,
            address=self.address,
            village=village,
            town=town,
        )


class FaultyRecord(Exception):
    """A fault that only the directory of places or the state of things can show."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def division(text: str, places: Places) -> tuple[str, str]:
    """(village code, town code). Raises FaultyRecord for a name that fits none or several."""
    found = places.village(text)
    if found is None:
        raise FaultyRecord(
            Fault(
                "居住村居",
                "VILLAGE_UNKNOWN",
                "村居名称在本区名录中找不到，或有重名。",
                "请填写12位统计用代码，或“街镇＋村居”全称。",
            )
        )
    return found


def school_of(text: str, heading: str, places: Places) -> str:
    """The identifier of a school. Raises FaultyRecord at ``heading`` for one that is unknown."""
    found = places.school(text)
    if found is None:
        raise FaultyRecord(
            Fault(
                heading,
                "SCHOOL_UNKNOWN",
                "学校在本区名录中找不到。",
                "请填写学校全称或10位学校标识码后重报。",
            )
        )
    return found


def organisation_of(text: str, heading: str, places: Places) -> str:
    """The identifier of any organisation. Raises FaultyRecord at ``heading`` for one unknown."""
    found = places.organisation(text)
    if found is None:
        raise FaultyRecord(
            Fault(
                heading,
                "ORGANISATION_UNKNOWN",
                "单位名称在本区名录中找不到，或有重名。",
                "请填写单位在本平台的全称或编号后重报。",
            )
        )
    return found


def town_station_of(text: str, heading: str, places: Places) -> str:
    """The 9-digit code of the town whose protection station (未保站) is named. Raises FaultyRecord
    at ``heading`` for what is no town's station."""
    found = places.organisation(text)
    if found is None or seat_of(found) is not Seat.TOWN or (town := places.town_of(found)) is None:
        raise FaultyRecord(
            Fault(
                heading,
                "TOWN_STATION_UNKNOWN",
                "街镇未保站在本区名录中找不到。",
                "请填写“街镇＋未保站”全称后重报。",
            )
        )
    return town


def noon(day: date) -> datetime:
    """A day's noon in Shanghai as a UTC instant: a record that names only a day happened then."""
    return datetime.combine(day, time(12), UTC) - timedelta(hours=8)


CHILD_COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        "姓名",
        aliases=("学生姓名", "儿童姓名", "未成年人姓名"),
        required=True,
        example="示例儿童",
    ),
    Column(
        "id_number",
        "身份证号",
        aliases=("公民身份号码", "证件号码", "身份证号码"),
        example="999999201503010016",
        note="18位，按文本填写；没有身份证号的，填出生日期、监护人和居住村居",
        identifier=True,
    ),
    Column("sex", "性别", codes=tuple(SEX.labels.items()), example="男", sensitive=False),
    Column("birth_date", "出生日期", example="2015-03-01"),
    Column("guardian_name", "监护人姓名", aliases=("监护人", "家长姓名")),
    Column(
        "guardian_phone",
        "监护人电话",
        aliases=("联系电话", "家长电话"),
        example="13800000000",
        identifier=True,
    ),
    Column("village", "居住村居", aliases=("村居", "居委会", "村委会"), example="龙潭社区居委会"),
    Column("address", "家庭住址", aliases=("住址", "现住址")),
)
"""The columns of :class:`ChildRecord`, for an agency's sheet to build on."""
