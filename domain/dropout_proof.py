"""On what proof a dropout case is struck off (销号): attendance, lawful transfer, age, graduation.

Each is held against what the child's file says (domain reference §3): a proof of which the file
says nothing is none.
"""

from __future__ import annotations

from domain.child_file import ChildFile
from domain.dropout_codes import DropoutState, StrikeOffProof
from domain.dropout_events import StrikeOff
from domain.dropout_state import DropoutCase
from domain.enrolment import of_age
from domain.kernel import Given, Refused


def check_proof(state: DropoutCase, command: StrikeOff, given: Given) -> None:
    """Raise Refused where the proof does not hold."""
    child: ChildFile = given.child or ChildFile()
    match command.proof:
        case StrikeOffProof.ATTENDANCE:
            if state.state is not DropoutState.RETURNED:
                raise Refused("STRIKE_OFF_WITHOUT_RETURN", "学校尚未登记复学，不能凭到校证明销号。")
        case StrikeOffProof.TRANSFER:
            enrolled_elsewhere = child.school is not None and child.school != state.school
            if not enrolled_elsewhere and not (command.letter or "").strip():
                raise Refused(
                    "STRIKE_OFF_NOT_TRANSFERRED",
                    "学籍名册上没有转入的学校，不能凭转学证明销号；转往区外的，请填写接收学校回执编号。",
                )
        case StrikeOffProof.AGE:
            age = given.rules.thresholds.compulsory_until_age
            if not of_age(child.birth_month, age, given.today):
                raise Refused(
                    "STRIKE_OFF_NOT_OF_AGE",
                    f"档案中没有出生日期，或尚未满{age}周岁，不能以超龄销号。",
                )
        case StrikeOffProof.GRADUATION:
            age = given.rules.thresholds.graduation_from_age
            left = child.school is None and child.school_left == state.school
            if not left or not of_age(child.birth_month, age, given.today):
                raise Refused(
                    "STRIKE_OFF_NOT_GRADUATED",
                    f"学籍变动登记中没有离校记录，或不满{age}周岁，不能以毕业销号；"
                    "小学毕业未入初中的仍须劝返。",
                )
