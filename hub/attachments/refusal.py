"""Why an attachment is not taken, in words for the person who sent it."""

from __future__ import annotations

WORDS = {
    "TYPE": "文件类型不能收。可以收照片（JPEG、PNG、WebP）、扫描件（PDF）和录音"
    "（M4A、MP3、WAV、AMR、OGG）；其他类型请另存或拍照后重报。",
    "UNREADABLE": "文件已损坏，或不是完整的照片、扫描件或录音；请用原件重新导出后重报。",
    "EMPTY": "文件是空的，请重新选择文件。",
    "BYTES": "文件太大，请压缩或拆成几份后重报。",
    "PIXELS": "图片像素太多，请缩小尺寸后重报。",
    "PAGES": "页数太多，请拆成几份后重报。",
    "SECONDS": "录音太长，请分段后重报。",
    "ANIMATED": "不收动图，请截取一幅后重报。",
    "PASSWORD": "文件设了密码，请取消密码后重报。",
    "VIDEO": "不收视频，请只报照片、扫描件或录音。",
    "CODEC": "录音的编码不能收，请另存为 M4A、MP3 或 WAV 后重报。",
    "TOO_MUCH": "文件展开后太大，不能检查；请重新导出后重报。",
}
"""Codes of what is wrong, each with what to do."""


class NotTaken(Exception):
    """``code`` is a key of :data:`WORDS`. Never holds anything of the file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def text(self) -> str:
        """The Chinese sentence."""
        return WORDS[self.code]
