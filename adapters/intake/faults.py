"""Faults of a file, a cell and a value. None of them ever holds a cell's content."""

from __future__ import annotations

from dataclasses import dataclass


class SheetError(Exception):
    """The whole file is refused.

    ``code`` is stable and for programs; ``text_zh`` says in Chinese what is wrong and what to do.
    """

    def __init__(self, code: str, text_zh: str) -> None:
        super().__init__(f"{code}: {text_zh}")
        self.code = code
        self.text_zh = text_zh


class SheetValueError(ValueError):
    """A cell's text is not of the form its column wants: the rule and what to do, in Chinese."""

    def __init__(self, code: str, rule_zh: str, advice_zh: str) -> None:
        super().__init__(f"{code}: {rule_zh}")
        self.code = code
        self.rule_zh = rule_zh
        self.advice_zh = advice_zh


@dataclass(frozen=True)
class CellProblem:
    """Why a cell is refused: the column's heading, the rule's code, the rule and what to do."""

    column: str
    code: str
    rule_zh: str
    advice_zh: str
