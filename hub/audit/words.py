"""What officials read of the trees and of what does not fit in them."""

from __future__ import annotations

from collections.abc import Mapping

from hub.audit.tree import Tree
from hub.audit.verify import Finding, Wrong

TREES: Mapping[Tree, str] = {Tree.ACCESS: "查阅记录", Tree.EVENTS: "事件"}
"""What each tree is over."""
_WRONG: Mapping[Wrong, str] = {
    Wrong.MISSING: "{tree}第{place}条被删除，证明树里留有它的位置。",
    Wrong.CHANGED: "{tree}第{place}条被改动，内容与登记时的指纹不符。",
    Wrong.NO_LEAF: "{tree}第{place}条是绕过系统写入的，证明树里没有它。",
    Wrong.LEAF_LOST: "{tree}证明树的第{place}片叶子被删除。",
    Wrong.NODE: "{tree}证明树第{place}行被改动。",
    Wrong.CHECKPOINT_FORGED: "{tree}第{place}号签署不是本系统所签，或被改动。",
    Wrong.CHECKPOINT_LOST: "{tree}第{place}号签署缺失，或它之前的签署被删除、替换。",
    Wrong.CHECKPOINT_CONTRADICTED: (
        "{tree}与第{place}号签署不符：签署之后，签署过的记录被替换、截断，或另有一套记录。"
    ),
    Wrong.STREAM_GAP: "事件流 {place} 的版本不连续。",
    Wrong.STREAM_END: "事件流 {place} 的最后一个事件不是签署过的那一个。",
}


def sentence(found: Finding) -> str:
    """One finding, with its place."""
    return _WRONG[found.wrong].format(tree=TREES[found.tree], place=found.place)
