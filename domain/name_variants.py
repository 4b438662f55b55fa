"""Character variants (繁体与异体字) and surname readings of Chinese personal names, as data.

Household books, school rolls and police papers write one person's name with different forms of
the same character (張/张). Only forms that stand for the same character are listed; different
surnames that merely sound alike (萧/肖, 傅/付, 阎/闫) are left to the sound key, because folding
them here would make two people one. Source: 简化字总表 (1986) and 第一批异体字整理表, restricted
to characters that occur in names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PAIRS = """
張张 劉刘 陳陈 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 韓韩 馮冯 蕭萧 葉叶
鐘钟 鍾钟 盧卢 蘇苏 呂吕 蔣蒋 閻阎 龍龙 萬万 喬乔 許许 鄧邓 賈贾 鄒邹 陸陆 範范
譚谭 賴赖 龔龚 龐庞 顧顾 錢钱 湯汤 嚴严 賀贺 溫温 齊齐 莊庄 顏颜 魯鲁 關关 歐欧
陽阳 區区 單单 蓋盖 華华 樸朴 遲迟 聶聂 豐丰 婁娄 費费 畢毕 駱骆 榮荣 紀纪 項项
寧宁 欒栾 繆缪 閔闵 竇窦 談谈 鄔邬 鄺邝 龎庞 閆闫 鄆郓 諸诸 衛卫 貝贝 滿满 連连
車车 邊边 闞阚 藺蔺 儲储 陰阴 鞏巩 譙谯 酈郦 應应 戰战 遊游 祿禄 國国 強强
偉伟 麗丽 鳳凤 蘭兰 飛飞 勝胜 傑杰 軍军 愛爱 寶宝 賓宾 燦灿 長长 潔洁 塵尘 誠诚
馳驰 叢丛 達达 黨党 島岛 東东 棟栋 獨独 爾尔 發发 風风 鋒锋 婦妇 復复 剛刚 鋼钢
綱纲 閣阁 個个 貢贡 觀观 廣广 歸归 貴贵 漢汉 號号 鴻鸿 紅红 後后 護护 懷怀 歡欢
環环 輝辉 暉晖 匯汇 會会 積积 際际 繼继 堅坚 艱艰 見见 劍剑 漸渐 薑姜 將将 橋桥
階阶 節节 結结 錦锦 進进 勁劲 經经 靜静 競竞 舊旧 舉举 鈞钧 駿骏 開开 凱凯 寬宽
萊莱 來来 藍蓝 樂乐 禮礼 歷历 勵励 儷俪 蓮莲 憐怜 聯联 簾帘 練练 遼辽 靈灵 齡龄
鈴铃 領领 嶺岭 瀏浏 樓楼 蘆芦 綠绿 倫伦 輪轮 綸纶 媽妈 麥麦 貓猫 夢梦 綿绵 廟庙
銘铭 謀谋 納纳 鳥鸟 農农 諾诺 鵬鹏 蘋苹 憑凭 啟启 啓启 氣气 遷迁 謙谦 薔蔷 親亲
輕轻 慶庆 瓊琼 確确 讓让 熱热 紉纫 銳锐 潤润 賽赛 紗纱 閃闪 紹绍 聲声 聖圣 時时
實实 詩诗 適适 書书 樹树 雙双 順顺 碩硕 絲丝 頌颂 肅肃 歲岁 濤涛 騰腾 題题 鐵铁
聽听 圖图 團团 彎弯 瑋玮 煒炜 緯纬 維维 為为 聞闻 穩稳 務务 霧雾 曉晓 習习 戲戏
賢贤 鹹咸 嫻娴 憲宪 顯显 縣县 獻献 鄉乡 響响 曏向 興兴 繡绣 須须 緒绪 續续 軒轩
選选 學学 勳勋 勛勋 訓训 遜逊 雲云 亞亚 煙烟 豔艳 艷艳 揚扬 養养 堯尧 業业 儀仪
義义 億亿 憶忆 藝艺 議议 驛驿 蔭荫 銀银 瑩莹 螢萤 營营 瓔璎 櫻樱 穎颖 頴颖 擁拥
湧涌 優优 猶犹 魚鱼 漁渔 與与 語语 鬱郁 譽誉 淵渊 員员 園园 圓圆 緣缘 遠远 願愿
躍跃 嶽岳 韻韵 運运 澤泽 齋斋 貞贞 楨桢 禎祯 鎮镇 徵征 錚铮 證证 織织 職职 質质
摯挚 終终 眾众 週周 築筑 專专 轉转 壯壮 準准 資资 總总 縱纵 鑽钻 瀾澜 灝灏 顥颢
澔浩 峯峰 羣群 綉绣 昇升 淸清 靑青 兪俞 晳晰 鑑鉴 鑒鉴 嶼屿 騫骞 閩闽 駒驹 鶴鹤
鷹鹰 鸞鸾 鴛鸳 鵑鹃 嬌娇 嬋婵 媧娲 嫵妩 嬡嫒 瑤瑶 璦瑷 璣玑 瓏珑 瑪玛 璽玺 鋮铖
鈺钰 鎧铠 銓铨 錫锡 鍵键 鋭锐 鏗铿 鑰钥 穌稣 蘊蕴 薩萨 藥药 菓果 葦苇 蔥葱 贊赞
讚赞 賦赋 賜赐 賞赏 諭谕 諶谌 諺谚 謹谨 譯译 詠咏 詢询 誼谊 調调 論论 頎颀 頤颐
頻频 頡颉 韋韦 驍骁 驥骥 騏骐 驊骅
"""

TO_SIMPLIFIED: Mapping[int, str] = MappingProxyType(
    {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
)
"""For ``str.translate``: code point of the variant → standard simplified character."""

_SURNAMES = """
尉迟:yu,chi 万俟:mo,qi 澹台:tan,tai
单:shan 曾:zeng 仇:qiu 解:xie 查:zha 盖:ge 区:ou 朴:piao 任:ren 华:hua 覃:qin 翟:zhai 缪:miao
种:chong 员:yun 贠:yun 召:shao 折:she 秘:bi 句:gou 繁:po 能:nai 祭:zhai 都:du 乐:yue 洗:xian
卜:bu 阚:kan 薄:bo
"""

SURNAME_SOUNDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {entry.split(":")[0]: tuple(entry.split(":")[1].split(",")) for entry in _SURNAMES.split()}
)
"""Toneless syllables of surnames whose reading differs from the characters' usual one. Where a
surname has two readings (覃 qin or tan, 乐 yue or le), the one more families use."""
