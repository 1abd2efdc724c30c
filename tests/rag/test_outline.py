"""Lists of a document: items, headings, numbered sentences, names in a sentence."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from rag.enumeration import enumeration, total
from rag.features import candidates_of
from rag.outline import lines_of, listings, name_of

GARDEN = """# 茶园手册

## 三件工具

### 工具一：竹篓

装鲜叶用。

### 工具二：剪刀

只剪枯枝。

### 工具三：草帽

遮阳。

## 做茶

做龙井有以下几步：

1. 采摘：清晨五点开始。要戴草帽。
2. 摊青：约六小时。
3. 杀青：用八成热的锅。

## 心得

做茶要记住三点。第一，手要干净。第二，锅要热。第三，心要静。
"""


def found(kit: SimpleNamespace, text: str) -> list[tuple[str, ...]]:
    passages = [hit.passage for hit in kit.hits(text)]
    return [listing.names for listing in listings(lines_of(passages))]


def test_every_kind_of_list_is_found(kit: SimpleNamespace) -> None:
    """Items with their lead-in, headings below a heading, sentences counted out."""
    lists = found(kit, GARDEN)
    assert ("采摘", "摊青", "杀青") in lists
    assert ("竹篓", "剪刀", "草帽") in lists
    assert ("手要干净", "锅要热", "心要静") in [tuple(n for n in names) for names in lists]
    assert ("三件工具", "做茶", "心得") in lists


def test_a_word_with_its_number_counts_out_what_others_part(kit: SimpleNamespace) -> None:
    """方案一, then two sentences on it, then 方案二; a number left out ends the list.

    So does a heading: the third step for another machine is none of this one's. 1：30 is no label.
    """
    text = "# 选\n\n方案一：修旧的。省钱。\n\n方案二：买新的。\n\n方案四：不做。\n\n说明一：无。\n"
    assert ("修旧的", "买新的") in found(kit, text)
    stems = "# 未定\n\n甲、茶室要不要扩。有人反对。\n\n乙、谁来记账。\n"
    assert ("茶室要不要扩", "谁来记账") in found(kit, stems)
    assert not any("不做" in names or "无" in names for names in found(kit, text))
    two = (
        "# 甲机\n\n步骤一：拆箱。\n\n步骤二：装墨。\n\n"
        "# 乙机\n\n步骤一：拆盖。\n\n步骤二：接线。\n\n步骤三：试印。\n"
    )
    assert {("拆箱", "装墨"), ("拆盖", "接线", "试印")} <= set(found(kit, two))
    apart = "# 选\n\n方案一：修旧。\n\n步骤一：30 分钟预热。\n\n步骤二：擦干。\n\n方案二：买新。\n"
    assert {("修旧", "买新"), ("30 分钟预热", "擦干")} <= set(found(kit, apart))
    times = "# 年会\n\n下午1：30 签到。\n\n下午2：00 讲话。\n"
    assert ("30 签到", "00 讲话") not in found(kit, times)


def test_leads_are_what_introduces(kit: SimpleNamespace) -> None:
    """A sentence with a colon, or the heading above."""
    passages = [hit.passage for hit in kit.hits(GARDEN)]
    leads = {listing.names: listing.lead for listing in listings(lines_of(passages))}
    assert leads["采摘", "摊青", "杀青"].text == "做龙井有以下几步："
    assert leads["竹篓", "剪刀", "草帽"].text == "三件工具"


def test_one_item_is_no_list(kit: SimpleNamespace) -> None:
    """A single item, a single heading and a lone 第一 are not several things."""
    assert found(kit, "# 茶\n\n只有一种：\n\n- 绿茶\n\n第一，水要热。\n") == []


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("馆藏包括竹简、帛书和石刻三类。", ("竹简", "帛书", "石刻")),
        ("可选红茶、绿茶、黑茶以及白茶。", ("红茶", "绿茶", "黑茶", "白茶")),
        ("支持 Word、Excel 和 PDF 等格式。", ("Word", "Excel", "PDF")),
        ("他喜欢茶。", None),
        ("三条：一不夜里赶工，二不独自开锅，三要记账。", ("不夜里赶工", "不独自开锅", "记账")),
        ("先要三条；一是省钱，二是省时。", ("省钱", "省时")),
        (
            "作出三点承诺：早餐十二样；每周四吃素；厨师长不走。",
            ("早餐十二样", "每周四吃素", "厨师长不走"),
        ),
        ("一季度收入3亿，二季度4亿。", None),
        ("一线城市每晚500元，二线城市每晚400元。", None),
        ("一等奖5000元，二等奖3000元。", None),
        ("上班9:00；午休；下班18:00", ("上班9:00", "午休", "下班18:00")),
        ("一、茶要新。", None),
    ],
)
def test_names_within_a_sentence(
    sentence: str, names: tuple[str, ...] | None, kit: SimpleNamespace
) -> None:
    """A、B和C are three names; a numbered sentence is none."""
    (item,) = candidates_of(kit.hits(sentence))
    listing = enumeration(item)
    assert (listing.names if listing else None) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("采摘：清晨五点开始。", "采摘"),
        ("工具一：竹篓", "竹篓"),
        ("第二，锅要热。", "锅要热"),
        ("三、附则", "附则"),
        ("第一个是竹篓。", "竹篓"),
        ("绿茶", "绿茶"),
    ],
)
def test_items_are_called_by_their_names(text: str, name: str) -> None:
    """Without numbers and explanations."""
    assert name_of(text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("把来客的口味按“酸、甜、辣、咸”四栏记下来。", ("酸", "甜", "辣", "咸")),
        ("新手常犯三个错——土太湿，盆太大，以及天天挪地方。", ("土太湿", "盆太大", "天天挪地方")),
        ("卖得最好的，桂花糕第一，绿豆糕第二，芝麻糕第三。", ("桂花糕", "绿豆糕", "芝麻糕")),
        ("客流方面，东站排第一，南站第二。", ("东站", "南站")),
        ("上海第一，北京第二，第三是深圳，这是去年的数据。", ("上海", "北京", "深圳")),
        ("豆浆第一，油条第二，第三没人想到，是咸菜。", ("豆浆", "油条", "咸菜")),
        (
            "九户里，五户种茶，三户养蜂，还有一户开民宿。",
            ("五户种茶", "三户养蜂", "一户开民宿"),
        ),
        ("发票适用于餐饮、住宿和交通三类支出。", ("餐饮", "住宿", "交通")),
        ("展厅设有瓷器、书画两个分区。", ("瓷器", "书画")),
        ("剧场唱的有粤剧、昆曲、黄梅戏和越剧四种戏曲。", ("粤剧", "昆曲", "黄梅戏", "越剧")),
        ("仓库只存药品、耗材、三类医疗器械。", ("仓库只存药品", "耗材", "三类医疗器械")),
        ("厨房守着“三不准”：不准抽烟，不准串岗，不准尝菜。", ("不准抽烟", "不准串岗", "不准尝菜")),
        ("巡更记住“四必看”：门，窗，灯，水。", ("门", "窗", "灯", "水")),
        (
            "三支队伍都有领队：一位是护士，一位是木匠，一位是邮差。",
            ("一位是护士", "一位是木匠", "一位是邮差"),
        ),
    ],
)
def test_a_sentence_names_things_in_many_ways(
    kit: SimpleNamespace, text: str, names: tuple[str, ...]
) -> None:
    """Within quotation marks, behind a dash, by their rank, or as shares of a whole."""
    found = enumeration(candidates_of(kit.hits(text))[0])
    assert found is not None
    assert found.names == names


@pytest.mark.parametrize(
    "text",
    [
        "三月去海边，四月去山里，五月回家。",
        "两家做茶，一位是老师。",
        "桂花糕第一次卖完，大家都很高兴。",
        "世界第一，第二代产品明年上市。",
        "销量全国第一，第二工厂年底投产，第三条线在建。",
        "他是第一，她是第二十。",
        "安全第一，第二位是效率。",
        "一家三口，两家四口，三家五口。",
        "一个月后，两个人结婚，三个人离婚。",
        "两个小时看书，三个小时写字，一个星期交稿。",
    ],
)
def test_no_things_are_named_side_by_side(kit: SimpleNamespace, text: str) -> None:
    """Months, counts of different units and a first time are no list."""
    assert enumeration(candidates_of(kit.hits(text))[0]) is None


def test_shares_count_the_whole() -> None:
    """Five, three and one are nine; what says no number makes no sum."""
    assert total(["五户种茶", "三户养蜂", "一户开民宿"]) == 9
    assert total(["种茶", "三户养蜂"]) == 0


@pytest.mark.parametrize(("colons", "read"), [(3, True), (3_000, False)])
def test_a_list_is_looked_for_behind_a_few_colons(
    kit: SimpleNamespace, colons: int, read: bool
) -> None:
    """Each colon costs a look at the whole sentence, and a pasted text may be all colons."""
    item = replace(
        candidates_of(kit.hits("甲。"))[0], text="注意：" * colons + "三条：不开，不看，不问。"
    )
    assert (enumeration(item) is not None) is read
