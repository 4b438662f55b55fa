"""Words from which the demo's people, schools and addresses are put together: all invented.

Common surnames and common characters of given names, drawn at random: nobody in particular.
"""

from __future__ import annotations

from random import Random

from domain.name_variants import TO_SIMPLIFIED

MARK = "（演示）"
"""Stands in the name of every organisation that the demo adds."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈吕苏卢蒋"
_BOYS = "浩宇轩博文杰昊明俊泽铭睿航辰嘉一鸣子涵诚毅凯晨阳志远鹏飞乐天佑"
_GIRLS = "欣怡雨萱梓涵诗琪雅静佳思颖梦瑶可心语桐晓彤若兮芸婷悦宁安然依诺"
_GROWN_UP = "国强建华秀英丽芳志明海燕永平春梅卫东玉兰文军小红金凤德胜林生"
SCHOOL_WORDS = tuple(
    "青禾晨露云帆稻香松影南塘听荷白鹭竹溪星野芦汀朝霞枫林远航小桥春晖桂庭银杏泽畔知暖"[at : at + 2]
    for at in range(0, 40, 2)
)
HOSPITAL_WORDS = ("杏林", "橘井", "青囊", "仁心")
ROADS = (
    "示例一路",
    "示例二路",
    "演示东街",
    "演示西街",
    "虚构河路",
    "虚构桥弄",
    "样例新村",
    "样例花园",
)

_VARIANTS: dict[str, str] = {}
for _variant, _simplified in TO_SIMPLIFIED.items():
    _VARIANTS.setdefault(_simplified, chr(_variant))


def child_name(rng: Random, sex: str) -> str:
    """A surname and one or two characters; ``sex`` is a code of GB/T 2261.1."""
    given = _BOYS if sex == "1" else _GIRLS
    return rng.choice(SURNAMES) + "".join(rng.choices(given, k=rng.choice((1, 2, 2, 2))))


def guardian_name(rng: Random, surname: str) -> str:
    """A grown-up's name, mostly of the child's surname."""
    own = surname if rng.random() < 0.7 else rng.choice(SURNAMES)
    return own + "".join(rng.choices(_GROWN_UP, k=2))


def variant_of(name: str) -> str | None:
    """The same name with one character in its traditional or variant form (张 → 張), or None."""
    for at, char in enumerate(name):
        if char in _VARIANTS:
            return name[:at] + _VARIANTS[char] + name[at + 1 :]
    return None
