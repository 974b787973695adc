"""The public page of the survey, for phones: Chinese with English under it, a plain form, no script."""

from collections.abc import Mapping
from html import escape
from typing import Any

from api import publicstyle
from service.after.results import ITEMS

STYLE = (
    publicstyle.STYLE
    + """
h1 small { font-weight: 400 }
legend { float: left; width: 100%; padding: 0 0 .5rem; font-weight: 600 }
legend + * { clear: both }
legend .en { font-weight: 400 }
.row { display: flex; gap: .4rem }
label.score { flex: 1; margin: 0; text-align: center; padding: .5rem 0; border: 1px solid var(--line);
  border-radius: .375rem; background: var(--raised); cursor: pointer }
label.score:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); font-weight: 600 }
label.score:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px }
input[type=radio] { width: 1.4rem; height: 1.4rem; min-height: 0; margin: 0 auto .2rem; accent-color: var(--accent) }
button { width: 100% }
button span { font-weight: 400 }
"""
)
MESSAGES: dict[str, tuple[str, str]] = {
    "thanks": ("谢谢您的评价！", "Thank you for your answer."),
    "answered": ("此评价已提交，不能重复提交。", "This survey was answered already; it can be answered once."),
    "expired": ("评价期限已过，感谢您的关注。", "The time for this survey is over. Thank you all the same."),
    "unknown": ("链接无效。", "This link is not valid."),
    "empty": ("请至少评价一项。", "Please answer at least one question."),
    "long": ("意见请不超过 500 字。", "Please keep your remarks to 500 characters."),
    "away": ("系统繁忙，请稍后再试。", "We cannot take your answer just now. Please try again later."),
}
_ASKED = {
    "attitude": ("服务人员的态度如何？", "How was the attitude of our staff?"),
    "quality": ("您对本次服务质量是否满意？", "How satisfied are you with the service?"),
    "timeliness": ("反馈是否及时？", "Was the feedback timely?"),
    "effectiveness": ("问题是否得到有效解决？", "Was the problem solved effectively?"),
}


def form(ticket: str, given: Mapping[str, Any] | None = None, wrong: str | None = None) -> str:
    """The page with the questions; `given`: what was filled in already, `wrong`: which message stands above."""
    kept = given or {}
    items = "".join(_item(name, kept.get(name)) for name in _ASKED)
    zh, en = ITEMS["other"][1], ITEMS["other"][0]
    other = (
        f'<fieldset><legend>{zh} <span class="en" lang="en">{en}</span></legend>'
        f'<textarea name="other" maxlength="500" aria-label="{zh} {en}">'
        f"{escape(str(kept.get('other') or ''))}</textarea></fieldset>"
    )
    above = _words(wrong, "wrong") if wrong else ""
    return _page(
        f'<p>受理编号 <small lang="en">Case</small> {escape(ticket)}</p>{above}'
        '<p>1 = 很差，5 = 很好 <small lang="en">1 = very bad, 5 = very good</small></p>'
        f'<form method="post">{items}{other}<button>提交 <span lang="en">Send</span></button></form>'
        '<p><small>评价仅用于改进服务。<span lang="en">Answers serve to improve our service only.</span> '
        '<a href="/privacy">个人信息说明 Privacy</a></small></p>'
    )


def said(message: str) -> str:
    """The page that only tells something."""
    return _page(_words(message, "panel"))


def _item(name: str, chosen: Any) -> str:
    zh, en = _ASKED[name]
    scores = "".join(_score(name, n, " checked" if chosen == n else "") for n in range(1, 6))
    legend = f'<legend>{zh}<br><span class="en" lang="en">{en}</span></legend>'
    return f'<fieldset>{legend}<div class="row">{scores}</div></fieldset>'


def _score(name: str, n: int, checked: str) -> str:
    return f'<label class="score"><input type="radio" name="{name}" value="{n}"{checked}>{n}</label>'


def _words(message: str, look: str) -> str:
    zh, en = MESSAGES[message]
    return f'<p class="{look}" role="status">{zh}<br><span class="en" lang="en">{en}</span></p>'


def _page(inner: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        '<title>服务评价 / Service survey</title><link rel="stylesheet" href="/survey.css">'
        f'<main><h1>服务评价 <small lang="en">Service survey</small></h1>{inner}</main></html>'
    )
