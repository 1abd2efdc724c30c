"""Words for texts: 文章, 报告, 会议纪要. Each constant is a pattern of alternatives."""

from __future__ import annotations

TEXTS = r"文章|报道|帖子|推文|推送|博客|博文|笔记|稿子|稿件|文档|文稿"
"""What names a text as such."""

THINGS = r"报告|文件|通知|材料|资料|论文|纪要|办法|规定|方案|计划|手册|指南|制度|通告|公告"
"""What names a text, and as often a thing that a text tells of."""

GENRES = (
    r"办法|规定|规则|细则|条例|制度|章程|通知|公告|通告|报告|手册|指南|说明|方案|纪要|[总小]结|汇总|盘点"
    r"|综述|报道|访谈|笔记|周报|月报|年报|简报|公报|声明|意见|须知|规范"
)
"""What the title of a text ends with."""

# What one genre is called elsewhere; a file may bear the English word.
_SAME = (
    ("纪要", "会议纪要", "会议记录", "minutes"),
    ("访谈", "采访", "专访", "对话录", "interview"),
    ("评论", "观点", "时评", "社论"),
    ("笔记", "手记", "notes"),
    ("时间线", "时间表", "大事记", "年表", "timeline"),
    ("术语表", "词汇表", "术语对照", "词典", "glossary"),
    ("常见问题", "问答", "faq"),
    ("手册", "handbook", "manual"),
    ("说明书", "manual"),
    ("合同", "协议", "contract"),
    ("对照表", "价目表", "价格表", "一览表", "清单", "明细表"),
)

DISTINCT = "|".join(
    sorted({word for words in _SAME for word in words if not word.isascii()}, key=len, reverse=True)
)
"""What names a kind of text of which there may be one alone."""

NOUN = rf"(?:{DISTINCT}|{TEXTS}|{THINGS}|{GENRES})"
"""What names a text or a kind of text."""


def called_like(genre: str) -> frozenset[str]:
    """A genre and what it is called elsewhere."""
    return frozenset((genre, *(word for words in _SAME if genre in words for word in words)))
