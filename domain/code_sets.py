"""Code sets (代码集) of national standards, and the child categories of the district's plan.

A cell may hold the code or the Chinese label; :meth:`CodeSet.parse` gives the code. Town and
village codes are not here: they are data of the organisations. Source: domain reference §9, §1.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from domain.identifiers import IdentifierError, squeeze_text


class CodeError(IdentifierError):
    """A value outside its code set; names the permitted values, never the value itself."""


@dataclass(frozen=True)
class CodeSet:
    """A closed list of codes with Chinese labels.

    ``key`` names the set in error codes (``CODE_<key>``), ``title`` for officials; ``labels``
    maps code → label in the standard's order; ``aliases`` maps other words in use → code.
    """

    key: str
    title: str
    labels: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    _words: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        words: dict[str, str] = {}
        for code, label in self.labels.items():
            # "01汉族" is how a drop-down list of "code label" arrives once spaces are gone.
            for word in (code, label, code + label):
                words[squeeze_text(word).upper()] = code
        for alias, code in self.aliases.items():
            if words.setdefault(squeeze_text(alias).upper(), code) != code:
                raise ValueError(f"{self.key}: alias {alias} already means another code")
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        object.__setattr__(self, "_words", MappingProxyType(words))

    def parse(self, raw: str) -> str:
        """The code for a code or label as written in a cell.

        A number cell's form of a code ("1", "1.0" for 01) is read as the code.
        Raises CodeError ``CODE_<key>_EMPTY`` or ``CODE_<key>``.
        """
        word = squeeze_text(raw).upper()
        if not word:
            raise CodeError(f"CODE_{self.key}_EMPTY", f"{self.title}为空", self.advice_zh)
        found = self._words.get(word)
        if found is None and (number := re.fullmatch(r"(\d{1,4})(\.0)?", word, re.ASCII)):
            width = len(next(iter(self.labels)))
            found = self._words.get(number[1].zfill(width))
        if found is None:
            raise CodeError(f"CODE_{self.key}", f"{self.title}不在代码表内", self.advice_zh)
        return found

    def label(self, code: str) -> str:
        """The Chinese label of a code. Raises CodeError for what is no code of this set."""
        if code not in self.labels:
            raise CodeError(f"CODE_{self.key}", f"{self.title}不在代码表内", self.advice_zh)
        return self.labels[code]

    @property
    def advice_zh(self) -> str:
        """The permitted values as a sentence for officials."""
        if any(code.isdigit() for code in self.labels):
            values = "、".join(f"{code} {label}" for code, label in self.labels.items())
            return f"请填写代码或名称之一：{values}"
        return f"请填写以下之一：{'、'.join(self.labels.values())}"


def _written(table: str) -> dict[str, str]:
    """Codes from written lines of "code label" pairs."""
    parts = table.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


SEX = CodeSet(
    "SEX",
    "性别",
    {"0": "未知", "1": "男", "2": "女", "9": "未说明"},
    {
        "未知的性别": "0",
        "未说明的性别": "9",
        "男性": "1",
        "女性": "2",
        "男孩": "1",
        "女孩": "2",
        "男童": "1",
        "女童": "2",
    },
)
"""性别, GB/T 2261.1."""


_ETHNICITY_LABELS = _written(
    """
    01 汉族 02 蒙古族 03 回族 04 藏族 05 维吾尔族 06 苗族 07 彝族 08 壮族 09 布依族 10 朝鲜族
    11 满族 12 侗族 13 瑶族 14 白族 15 土家族 16 哈尼族 17 哈萨克族 18 傣族 19 黎族 20 傈僳族
    21 佤族 22 畲族 23 高山族 24 拉祜族 25 水族 26 东乡族 27 纳西族 28 景颇族 29 柯尔克孜族
    30 土族 31 达斡尔族 32 仫佬族 33 羌族 34 布朗族 35 撒拉族 36 毛南族 37 仡佬族 38 锡伯族
    39 阿昌族 40 普米族 41 塔吉克族 42 怒族 43 乌孜别克族 44 俄罗斯族 45 鄂温克族 46 德昂族
    47 保安族 48 裕固族 49 京族 50 塔塔尔族 51 独龙族 52 鄂伦春族 53 赫哲族 54 门巴族 55 珞巴族
    56 基诺族 97 其他 98 外国血统中国籍人士
    """
)

ETHNICITY = CodeSet(
    "ETHNICITY",
    "民族",
    _ETHNICITY_LABELS,
    {
        **{
            label.removesuffix("族"): code
            for code, label in _ETHNICITY_LABELS.items()
            if label.endswith("族")
        },
        "其他民族": "97",
        "未识别民族": "97",
        "入籍": "98",
        "外国血统": "98",
    },
)
"""民族, GB/T 3304: 01-56; 97 and 98 are extensions in common use (domain reference §9, [K])."""


FAMILY_RELATION = CodeSet(
    "FAMILY_RELATION",
    "家庭关系",
    _written(
        """
        01 本人 02 户主 10 配偶 11 夫 12 妻
        20 子 21 独生子 22 长子 23 次子 24 三子 25 四子 26 五子 27 养子或继子 28 女婿 29 其他儿子
        30 女 31 独生女 32 长女 33 次女 34 三女 35 四女 36 五女 37 养女或继女 38 儿媳 39 其他女儿
        40 孙子、孙女、外孙子、外孙女 41 孙子 42 孙女 43 外孙子 44 外孙女
        45 孙媳妇或外孙媳妇 46 孙女婿或外孙女婿 47 曾孙子或外曾孙子 48 曾孙女或外曾孙女
        49 其他孙辈
        50 父母 51 父亲 52 母亲 53 公公 54 婆婆 55 岳父 56 岳母 57 继父或养父 58 继母或养母
        59 其他父母关系
        60 祖父母或外祖父母 61 祖父 62 祖母 63 外祖父 64 外祖母 65 配偶的祖父母或外祖父母
        66 曾祖父 67 曾祖母 68 配偶的曾祖父母或外曾祖父母 69 其他祖父母或外祖父母关系
        70 兄弟姐妹 71 兄 72 嫂 73 弟 74 弟媳 75 姐 76 姐夫 77 妹 78 妹夫 79 其他兄弟姐妹
        80 其他 81 伯父 82 伯母 83 叔父 84 婶母 85 舅父 86 舅母 87 姨父 88 姨母 89 姑父 90 姑母
        91 堂兄弟、堂姐妹 92 表兄弟、表姐妹 93 侄子 94 侄女 95 外甥 96 外甥女 97 其他亲属
        99 非亲属
        """
    ),
    _written(
        """
        丈夫 11 妻子 12 儿子 20 养子 27 继子 27 女儿 30 养女 37 继女 37 媳妇 38
        外孙 43 曾孙 47 曾孙女 48
        父 51 爸爸 51 母 52 妈妈 52 继父 57 养父 57 继母 58 养母 58
        祖父母 60 外祖父母 60 爷爷 61 奶奶 62 外公 63 姥爷 63 外婆 64 姥姥 64
        哥哥 71 哥 71 嫂子 72 弟弟 73 弟妹 74 姐姐 75 妹妹 77
        伯伯 81 叔叔 83 叔 83 婶婶 84 舅舅 85 舅妈 86 姨夫 87 姨妈 88 姑夫 89 姑姑 90 姑妈 90
        堂兄 91 堂弟 91 堂姐 91 堂妹 91 表兄 92 表哥 92 表弟 92 表姐 92 表妹 92
        外甥子 95 亲属 97 其他亲戚 97 无亲属关系 99
        """
    ),
)
"""家庭关系, GB/T 4761-2008: what the person is to the child or householder.

It does not say who is guardian: guardianship is kept apart.
"""


DISABILITY_CLASS = CodeSet(
    "DISABILITY_CLASS",
    "残疾类别",
    {
        "1": "视力残疾",
        "2": "听力残疾",
        "3": "言语残疾",
        "4": "肢体残疾",
        "5": "智力残疾",
        "6": "精神残疾",
        "7": "多重残疾",
    },
    _written("视力 1 听力 2 言语 3 肢体 4 智力 5 精神 6 多重 7 孤独症 6 自闭症 6 孤独症谱系障碍 6"),
)
"""残疾类别, GB/T 26341-2010. Autism (孤独症) counts as mental disability."""


DISABILITY_GRADE = CodeSet(
    "DISABILITY_GRADE",
    "残疾等级",
    {"1": "一级", "2": "二级", "3": "三级", "4": "四级"},
    _written(
        "一 1 二 2 三 3 四 4 1级 1 2级 2 3级 3 4级 4 "
        "残疾一级 1 残疾二级 2 残疾三级 3 残疾四级 4 极重度 1 重度 2 中度 3 轻度 4"
    ),
)
"""残疾等级, GB/T 26341-2010: 1 is the gravest."""


class ChildCategory(StrEnum):
    """Child categories (domain reference §1.1). A child may have several at a time."""

    LEFT_BEHIND_RURAL = "LEFT_BEHIND_RURAL"
    DIFFICULTY_ECONOMIC = "DIFFICULTY_ECONOMIC"
    DIFFICULTY_SELF = "DIFFICULTY_SELF"
    DIFFICULTY_GUARDIANSHIP = "DIFFICULTY_GUARDIANSHIP"
    ORPHAN = "ORPHAN"
    DE_FACTO_UNATTENDED = "DE_FACTO_UNATTENDED"
    MIGRANT = "MIGRANT"
    SHANGHAI_SPECIAL = "SHANGHAI_SPECIAL"


CHILD_CATEGORY = CodeSet(
    "CHILD_CATEGORY",
    "儿童类别",
    {
        ChildCategory.LEFT_BEHIND_RURAL.value: "农村留守儿童",
        ChildCategory.DIFFICULTY_ECONOMIC.value: "家庭贫困",
        ChildCategory.DIFFICULTY_SELF.value: "自身困境",
        ChildCategory.DIFFICULTY_GUARDIANSHIP.value: "监护缺失或监护不当",
        ChildCategory.ORPHAN.value: "孤儿",
        ChildCategory.DE_FACTO_UNATTENDED.value: "事实无人抚养儿童",
        ChildCategory.MIGRANT.value: "流动儿童",
        ChildCategory.SHANGHAI_SPECIAL.value: "特殊儿童",
    },
    {
        "留守儿童": ChildCategory.LEFT_BEHIND_RURAL.value,
        "家庭经济困难": ChildCategory.DIFFICULTY_ECONOMIC.value,
        "家庭经济困难儿童": ChildCategory.DIFFICULTY_ECONOMIC.value,
        "家庭贫困儿童": ChildCategory.DIFFICULTY_ECONOMIC.value,
        "自身困境儿童": ChildCategory.DIFFICULTY_SELF.value,
        "残疾儿童": ChildCategory.DIFFICULTY_SELF.value,
        "重病儿童": ChildCategory.DIFFICULTY_SELF.value,
        "监护缺失": ChildCategory.DIFFICULTY_GUARDIANSHIP.value,
        "监护不当": ChildCategory.DIFFICULTY_GUARDIANSHIP.value,
        "监护缺失或监护不当儿童": ChildCategory.DIFFICULTY_GUARDIANSHIP.value,
        "监护缺失或不当儿童": ChildCategory.DIFFICULTY_GUARDIANSHIP.value,
        "事实无人抚养": ChildCategory.DE_FACTO_UNATTENDED.value,
    },
)
"""儿童类别, domain reference §1.1."""


ORPHAN_PLACE = CodeSet(
    "ORPHAN_PLACE",
    "孤儿安置方式",
    {"INSTITUTION": "机构", "SCATTERED": "社会散居"},
    {
        "机构孤儿": "INSTITUTION",
        "机构集中养育": "INSTITUTION",
        "散居": "SCATTERED",
        "散居孤儿": "SCATTERED",
        "社会散居孤儿": "SCATTERED",
    },
)
"""孤儿安置方式: where an orphan is brought up (domain reference §1.1)."""
