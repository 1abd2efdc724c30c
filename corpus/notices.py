"""The wording of what publishers add to a text, and of facts that only look like it.

Three classes, from sure to doubtful: wording that nothing else uses; wording that a sentence with
a figure or a procedure in it may use too; wording that is common, and says nothing only at the
edges of an article.
"""

from __future__ import annotations

import re

_QR_OR_SOURCE = r".{0,8}(?:二维码|二維碼|阅读原文|閱讀原文)"
_ABOVE = r"「?(?:蓝字|上方|下方蓝|下方关|关注|關注)"
_LIKES = r"(?:[、，,\s+和]|已赞|已收藏|\d)*(?:点赞|點讚|在看|转发|轉發|收藏|分享|三连)"
_COOPERATION = r"合作.{0,6}(?:请|联系|聯絡|微信|邮箱|[:：])"
# In every pattern each alternative begins with a character, never with a group, so that a search
# skips to these.
_CERTAIN = re.compile(
    rf"""
    点击{_QR_OR_SOURCE}|點擊{_QR_OR_SOURCE}|识别{_QR_OR_SOURCE}|长按{_QR_OR_SOURCE}|長按識別
    |点击{_ABOVE}|点擊{_ABOVE}|點击{_ABOVE}|點擊{_ABOVE}|长按(?:识别|扫码)
    |設為星標|设为.{{0,3}}(?:[⭐🌟]|星标)|题图(?:来自|来源|[:：])|題圖(?:來自|來源)|基于\s*CC0
    |一键三连|求(?:点赞|关注|三连)|喜欢(?:就|请|的话).{{0,6}}(?:点赞|点个|关注)
    |阅读原文(?<=\A阅读原文)\W*\Z|閱讀原文(?<=\A閱讀原文)\W*\Z
    |全文(?<=\A全文).{{0,4}}约?.{{0,8}}字.{{0,12}}(?:分钟|阅读)
    """,
    re.VERBOSE,
)
_UNLESS_FACT = re.compile(
    rf"""
    扫码(?:关注|加入|添加|进群|订阅|立即|或点击|領取|领取)|扫描(?:下方|上方|二维码)|微信扫一扫
    |关注.{{0,12}}(?:公众号|微信号|视频号|我们|星标)|公众号.{{0,12}}(?:后台)?回复
    |本文(?:由|来自|來自).{{0,40}}(?:发布|發佈|授权|原创|投稿)|立即订阅|「(?:阅读原文|閱讀原文)」
    |商务{_COOPERATION}|廣告{_COOPERATION}|广告{_COOPERATION}|媒体{_COOPERATION}
    """,
    re.VERBOSE,
)
_AT_EDGES = re.compile(
    rf"""
    点赞{_LIKES}|點讚{_LIKES}|在看{_LIKES}|转发{_LIKES}|轉發{_LIKES}|收藏{_LIKES}|分享{_LIKES}
    |分享到(?:微博|微信|朋友圈)|未经(?:许可|授权).{{0,8}}(?:转载|复制)|未經.{{0,6}}(?:許可|授權).{{0,8}}轉載
    |版权归.{{0,12}}所有|版权声明|联系(?:负责人|我们|小编|作者)\s*[:：|｜]
    |加(?:入)?(?:我们的)?.{{0,8}}(?:交流群|读者群|粉丝群|社群|会员，)
    |限时.{{0,12}}(?:优惠|元/年|折)|领取?.{{0,6}}优惠券|下载\s*App\b|APP下载
    """,
    re.VERBOSE,
)
_ONLY_LIKES = re.compile(
    r"\W*(?:求?(?:点赞|點讚|在看|转发|轉發|收藏|分享|评论|三连|关注)(?:[、，,\s+和/！!]|已赞|已收藏|\d)*){2,}\W*"
)
_UNIT = (
    "%|％|元|美元|万|亿|折|块|人|名|位|次|本|份|张|件|套|篇|个|天|日|周|月|年|小时|分钟|秒|点(?![赞讚击擊])|时"
    "|公里|千米|米|平方|斤|克|度|岁|楼|层|室|号|期|级|倍"
)
_FACT = re.compile(
    rf"\d[\d,.]*\s*(?:{_UNIT})|\d{{1,2}}[:：]\d\d|\d{{3,4}}[- ]?\d{{4}}|\w@\w"
    r"|[一二三四五六七八九十百千两半](?:元|折|天|周|个月|年|小时|分钟|楼|层|人|名|次|份|张|万|亿)"
)
_PROCEDURE = re.compile(
    "预约|報名|报名|办理|缴费|缴纳|挂号|申请|登记|购票|取票|提交|投诉|注册|绑定|菜单|签到|打卡|充值|支付"
    "|付款|退款|开票|发票|查询|借阅|归还|审批|领取(?!资料|福利|礼包|优惠)|咨询|验证|激活|下单"
)
_SENTENCE = re.compile(r"[。！？；]\W*\Z")

NOTICE_LENGTH = 90
"""A longer line is prose, whatever words it uses."""


def is_notice(line: str, *, edge: bool, article: bool) -> bool:
    """Whether a line only promotes: asks to follow, share, scan or buy.

    Args:
        line: Without white space around it.
        edge: It stands near the beginning or the end of its document.
        article: The document says where it was published.
    """
    if len(line) > NOTICE_LENGTH:
        return False
    if _CERTAIN.search(line) or ("赞" in line and _ONLY_LIKES.fullmatch(line)):
        return True
    if _UNLESS_FACT.search(line):
        return not carries_fact(line)
    if edge and _AT_EDGES.search(line):
        return not carries_fact(line) and (article or not _SENTENCE.search(line))
    return False


def carries_fact(line: str) -> bool:
    """Whether a line holds an amount, a time, a number to call or a procedure."""
    return bool(_FACT.search(line) or _PROCEDURE.search(line))


def holds_amount(line: str) -> bool:
    """Whether a line holds an amount, a time or a number to call."""
    return _FACT.search(line) is not None
