"""Bytes to text: the encodings in which Chinese files are found."""

from __future__ import annotations

import codecs

from corpus.errors import DocumentError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_SAMPLE = 20_000  # characters looked at to tell what a text is
_LEGACY = ("gb18030", "utf-16-le", "utf-16-be", "big5hkscs")
# Frequent characters and marks, simplified and traditional: about two thirds of any Chinese text,
# and hardly one character in twenty of what a wrong encoding makes of it.
_FREQUENT = frozenset(
    "，。、：；！？（）《》“”「」　"
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自"
    "二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变"
    "条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指"
    "几九区强放决西被干做必战先回则任取完举色或权何再住科金东北南百千万元号请您吗呢吧每让给买卖价格话店门早晚午周星快慢钱信息网站校师朋友喜欢今昨真错找该什谁哪怎非虽"
    "址姓名标议参准备注带春夏秋冬车票房楼层司客户服务市场技术研究报告项目划安据容"
    "這爲為個國時來們於對會發動過說產種後學經進電裏裡現實兩體機當點從業應開還義間樣與關線內數麼質氣變條沒結問無軍並題黨員總設長頭資邊級圖統較將組見計別論運農幾區強決"
    "幹戰則舉權東萬號請嗎讓給買賣價話門錢網師歡錯該誰雖標議參準備帶車樓層戶務場術報項劃據"
)


def decode(data: bytes) -> tuple[str, str]:
    """Decode a text file.

    A byte order mark decides; then UTF-8 and UTF-16 told by its zero bytes; then whichever of
    GB18030, UTF-16 and Big5 yields the most frequent Chinese characters. UTF-8 with a few bad bytes
    is refused, although most of it could be read as other characters of GB18030.

    Returns:
        The text with line breaks as line feeds, and the name of the encoding used.

    Raises:
        DocumentError: No encoding fits, or the data is binary.
    """
    text, encoding = _decode(data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), name
            except UnicodeDecodeError as error:
                raise _undecodable(data, len(mark) + error.start, encoding) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _without_mark(data, error)
    return _utf16_or_binary(data) if "\0" in text else (text, "utf-8")


def _without_mark(data: bytes, utf8_error: UnicodeDecodeError) -> tuple[str, str]:
    """Text that is not UTF-8 and says nothing about its encoding."""
    if _is_broken_utf8(data):
        raise _undecodable(data, utf8_error.start, "utf-8")
    furthest, nearest = utf8_error.start, "utf-8"
    for encoding in sorted(_LEGACY, key=lambda name: -_fitness(data, name)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "gb18030" and error.start > furthest:
                furthest, nearest = error.start, encoding
            continue
        if "\0" not in text and _looks_chinese(text):
            return text, encoding.removesuffix("hkscs")
    raise _undecodable(data, furthest, nearest)


def _fitness(data: bytes, encoding: str) -> float:
    """The share of frequent Chinese among the characters outside ASCII at the start of a text."""
    text = data[: 2 * _SAMPLE].decode(encoding, "ignore")
    foreign = [character for character in text if character > "\x7f"]
    return sum(character in _FREQUENT for character in foreign) / max(len(foreign), 1)


def _is_broken_utf8(data: bytes) -> bool:
    """Whether Chinese outweighs what cannot be decoded; no other encoding looks like that."""
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") <= sum(map(_is_everyday_chinese, text))


def _utf16_or_binary(data: bytes) -> tuple[str, str]:
    """Text whose every second byte is mostly zero is UTF-16; any other zero byte is binary data."""
    zeros = {"utf-16-le": data[1::2].count(0), "utf-16-be": data[::2].count(0)}
    encoding = max(zeros, key=lambda name: zeros[name])
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or zeros[encoding] * 4 <= len(data) or _has_controls(text):
        at = data.index(0)
        raise DocumentError(f"binary data (zero byte at byte {at}); not a text file")
    return text, encoding


def _looks_chinese(text: str) -> bool:
    """Whether at least 70 % of the characters outside ASCII are everyday Chinese.

    A wrong guess among the multi-byte encodings yields rare characters from all over Unicode.
    """
    foreign = [character for character in text[:_SAMPLE] if character > "\x7f"]
    common = sum(map(_is_everyday_chinese, foreign))
    return bool(foreign) and common >= 0.7 * len(foreign) and not _has_controls(text)


def _is_everyday_chinese(character: str) -> bool:
    return (
        "\u4e00" <= character <= "\u9fa5"
        or "\u3000" <= character <= "\u303f"
        or "\uff00" <= character <= "\uffef"
        or "\u2010" <= character <= "\u2030"
    )


def _has_controls(text: str) -> bool:
    """Whether more than 1 % of the characters are control characters that no text needs."""
    sample = text[:_SAMPLE]
    controls = sum(character < " " and character not in "\t\n\r\f\v" for character in sample)
    return controls * 100 > len(sample)


def _undecodable(data: bytes, start: int, encoding: str) -> DocumentError:
    line = data[:start].decode(encoding, "replace").count("\n") + 1
    name = {"utf-8": "UTF-8", "gb18030": "GB18030"}.get(encoding, "UTF-16")
    return DocumentError(
        f"cannot be decoded; as {name} its first bad byte is 0x{data[start]:02x} "
        f"at byte {start}, line {line}; save it as UTF-8"
    )
