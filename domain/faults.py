"""What is wrong with a piece of input, for the person who sent it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the column's heading (or field), a stable code, the rule and what to do, both
    in Chinese. It never holds the value."""

    column: str
    code: str
    rule: str
    advice: str

    def __str__(self) -> str:
        place = f"【{self.column}】" if self.column else ""
        sentences = (
            text if text.endswith("。") else f"{text}。"
            for text in (self.rule, self.advice)
            if text
        )
        return place + "".join(sentences)
