"""Small talk: what is said to a person and asked of no document."""

from __future__ import annotations

import re

from corpus.normalize import fold
from rag.asking import asks_something

_CALLED = r"(?:(?:你们?|您|大家|各位|朋友们?|小?助手|机器人)(?:好|们好)?)?"
_SOFT = r"(?:啊|呀|哦|吗|呢|哈|哟|嘛|啦|了|的)*"
_KINDS = (
    (
        "greeting",
        rf"(?:(?:你们?|您|大家|各位)好|哈喽|哈啰|嗨|嘿|喂|hi|hello|hey|hiya|在吗|在么|在不在|有人吗|早上好|上午好|中午好"
        rf"|下午好|晚上好|早安|午安|晚安|早|好久不见|goodmorning|goodafternoon|goodevening|there){_SOFT}{_CALLED}{_SOFT}",
    ),
    (
        "thanks",
        rf"(?:好的?|嗯+|行|明白了?|知道了?|懂了)?(?:真的?是?|非常|十分|太|真|多)?"
        rf"(?:谢谢|感谢|多谢|谢了|谢啦|谢|辛苦|麻烦|thanks?|thankyou|thx|ty)(?:你们?|您|大家|you|alot|somuch|verymuch)*"
        rf"(?:的?(?:帮助|回答|解答|耐心))?{_SOFT}",
    ),
    ("farewell", rf"(?:再见|拜拜|bye(?:bye)?|goodbye|回头见|下次见|明天见|先这样){_SOFT}"),
    (
        "identity",
        rf"(?:请问)?(?:你|您)(?:到底)?(?:是谁|是什么|是啥|叫什么|叫啥|是机器人|是人|是ai)(?:名字|东西|模型|软件|程序)?{_SOFT}"
        r"|(?:介绍|说说)(?:一下)?你自己|自我介绍(?:一下)?|who(?:are|r)(?:you|u)|whatareyou|what(?:is|s)yourname",
    ),
    (
        "ability",
        rf"(?:请问)?(?:你|您)?(?:都|还)?(?:能|会|可以)(?:帮我)?(?:做|干|回答|问)(?:什么|啥|些什么|哪些|哪些事|什么问题)(?:事情?)?{_SOFT}"
        rf"|(?:你|您)有(?:什么|哪些)功能{_SOFT}|(?:怎么|如何)(?:使用|用)(?:你|您){_SOFT}|我(?:能|可以)问(?:你)?什么{_SOFT}"
        r"|whatcanyoudo|howcanyouhelp(?:me)?|help",
    ),
    (
        "approval",
        rf"(?:好|好的|嗯+|哦+|行|可以|明白|知道|懂|ok|okay|fine|great|不错|很好|真棒|厉害|哈+){_SOFT}",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_LONGEST = 40
_AFTERTHOUGHT = re.compile(  # …？我要写进报告，列全一点
    r"(?<=[？?])\s*(?:我(?:要|想|得|在|正在|们要)?(?:写|做|用|交|放|发|引用|汇报)(?![的了过])[^？?]{0,30}|急用?|在线等"
    r"|多?谢谢?[^？?]{0,6}|(?:要|请|最好)?(?:尽量)?(?:都?列|写|说|讲)(?:全|完整|清楚|详细)[^？?]{0,6})[。！!~～\s]*$"
)


def small_talk(text: str) -> str:
    """``greeting``, ``thanks``, ``farewell``, ``identity``, ``ability`` or ``approval``.

    Empty if there is anything else in a text: “你好，请问…” asks.
    """
    words = re.sub(r"[\W_]+", "", fold(text))
    if not words or len(words) > _LONGEST:
        return ""
    alone = next((name for name, pattern in _PATTERNS if pattern.fullmatch(words)), "")
    if alone:
        return alone
    # 你好，在吗？谢谢！ – several of them in a row.
    parts = [part for part in re.split(r"[\W_]+", fold(text)) if part]
    kinds = [
        next((name for name, pattern in _PATTERNS if pattern.fullmatch(part)), "") for part in parts
    ]
    return kinds[-1] if len(kinds) > 1 and all(kinds) else ""


def without_greeting(text: str) -> str:
    """A question without the greeting before it, and what it is wanted for behind it.

    “你好，请问几点开门？我要写进通知” asks 几点开门？.
    """
    match = re.match(
        r"\s*(?:(?:你们?|您|大家)好|哈喽|嗨|hi|hello|hey|在吗)(?:啊|呀|哦|吗)?\s*[，,。.！!~～：:、\s]+(?=\S)",
        text,
        re.IGNORECASE,
    )
    rest = text[match.end() :] if match else text
    if (after := _AFTERTHOUGHT.search(rest)) and not asks_something(after.group()):
        rest = rest[: after.start()]
    return (
        re.sub(
            r"^\s*(?:(?:请问|请教|想问|我想问)(?:一下)?\s*[，,：:]?"
            r"|有(?:没有?)?[人谁](?:能|可以)?(?:知道|告诉我|说说)(?:一下)?[吗么]?\s*[，,：:？?])\s*(?=\S{2})",
            "",
            rest,
        )
        or text
    )
