"""What whoever carries a file reads where it is not taken. No text repeats anything of the file."""

from __future__ import annotations

from collections.abc import Mapping

from hub.exchange.form import Code, FileRefused

_REPORT_NOW = "其中如有强制报告，请立即拨打110或在系统页面上报告，不要等待。"

WORDS: Mapping[Code, str] = {
    Code.FORM: "不是离线交换文件，或文件已损坏。请重新拷贝后再交。",
    Code.SENDER: "发送单位没有登记离线交换的公钥。请核对单位，或由管理方用 hub exchange add 登记。",
    Code.SIGNATURE: "签名不是发送单位的，没有收下。请由发送单位重新制作文件。",
    Code.CHANGED: "文件内容在签名后被改动，没有收下。请重新拷贝，仍不行的由发送单位重新制作。",
    Code.RECEIVER: "文件不是发给本单位的，没有收下。请核对接收单位。",
    Code.SEALED: "文件解不开：不是用本单位的公钥加密的。请核对公钥后重新制作。",
    Code.USED: "这个编号的文件已经收过，内容与这一个不同，没有收下。请由发送单位核对编号。",
    Code.GAP: "前面还有文件没有收到，应先交第{awaited}号。收到后再交这一个。",
    Code.FORKED: "与上一个收到的文件接不上，没有收下。请由发送单位从第{awaited}号重新制作。",
    Code.CONTENT: "文件里不是记录清单，没有收下。请由发送单位重新制作。",
}


def told(refused: FileRefused) -> str:
    """The refusal in words; of a file that is only out of turn, that its reports went in."""
    text = WORDS[refused.code].format(awaited=refused.awaited)
    if refused.code in (Code.GAP, Code.FORKED):
        return f"{text}文件中的强制报告已先行收下。"
    return f"{text}{_REPORT_NOW}"
