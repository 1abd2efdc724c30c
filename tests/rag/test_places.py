"""Places that a question names."""

from __future__ import annotations

import pytest

from corpus.segment import Segmenter
from rag.places import names_place, places_in


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("德国和法国的订单各多少", {"德国", "法国"}),
        ("湖北省武汉市的门店几点开门", {"湖北", "武汉"}),
        ("石首市有几个网点", {"石首"}),
        ("香港特别行政区的价格", {"香港"}),
        ("Sora 在德國能用嗎，臺北呢", {"德国", "台北"}),
        ("中国大陆能用吗", {"中国"}),
        ("换成法语或日文，德文件怎么办", {"法语", "日语"}),
        ("欧洲哪些国家要再等，亚洲各国呢", set()),
        ("亚洲的哪几个城市和德国一样", {"德国"}),
        ("中国有哪些城市", set()),
        ("朔宁市给多少补贴，岚江县呢", {"朔宁", "岚江"}),
        ("他在本市工作吗，去该县要多久", set()),
        ("这座城市里有几家超市，本市呢", set()),
        ("上海哪些市场开放，美国哪些国家公园免费", {"上海", "美国"}),
        ("欧洲哪些地方能用，北京有哪些地方好玩", {"北京"}),
        ("俄文版和越南文什么时候出", {"俄语", "越南", "越南语"}),
        ("德国哪天上线，日本几月能用", {"德国", "日本"}),
        ("每日语音多少分钟，生日文案和司法文书呢", set()),
        ("上海话怎么说", set()),
        ("他住在哪座城市", set()),
        ("一共公布了哪几样东西", set()),
        ("师傅几点上门，公司哪年上市", set()),
        ("台风天客户满意度多少", set()),
    ],
)
def test_only_what_is_known_as_a_place_is_one(text: str, places: set[str]) -> None:
    """A thing (东西) or a typhoon that a dictionary takes for a place must doubt no answer."""
    assert places_in(text, Segmenter()) == places


def test_a_language_is_named_in_two_ways() -> None:
    """法文 answers for 法语; 法国 does not."""
    assert names_place("法文版另售", "法语")
    assert not names_place("法国版另售", "法语")
