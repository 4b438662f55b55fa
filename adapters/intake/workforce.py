"""Columns that the records of the workforce have in common."""

from __future__ import annotations

import re

from adapters.intake.columns import Column
from adapters.intake.faults import SheetValueError
from adapters.intake.fields import code_column
from domain.identifiers import squeeze_text
from domain.workforce_codes import QUALIFICATION

WORKER_NUMBER = Column(
    "worker",
    "人员编号",
    required=True,
    sensitive=False,
    example="f0000000-0000-4000-8000-000000000003",
    note="工作人员台账中的编号，登记后由本平台给出",
)
ORGANISATION_HEADING = "所在单位"
ORGANISATION = Column(
    "organisation",
    ORGANISATION_HEADING,
    aliases=("单位", "任职单位"),
    required=True,
    sensitive=False,
    example="岳阳街道未保站",
    note="单位在本平台的全称或编号",
)
WORKER_NAME = Column(
    "worker_name", "姓名", aliases=("人员姓名",), required=True, example="示例人员"
)
WORKER_ID_NUMBER = Column(
    "worker_id_number",
    "身份证号",
    aliases=("公民身份号码", "身份证号码"),
    required=True,
    example="999999198503010011",
    note="18位，按文本填写；只用于入职查询",
    identifier=True,
)
EXAM = code_column(QUALIFICATION, "exam", "报考级别", required=True, example="助理社会工作师")
EXAM_YEAR = Column("exam_year", "考试年度", required=True, example="2025")

_WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?(?:元|学时|小时|年)?", re.ASCII)


def parse_whole(raw: object) -> int:
    """A whole number as offices write it: 8, ８, "8 学时", "300元", "2025年". Raises
    SheetValueError ``NOT_A_NUMBER``."""
    found = None if isinstance(raw, bool) else _WHOLE.fullmatch(squeeze_text(str(raw)))
    if found is None:
        raise SheetValueError("NOT_A_NUMBER", "此项应填整数。", "请只填数字后重报。")
    return int(found[1])
