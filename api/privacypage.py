"""The public privacy page, made from the field × role matrix (S1 4.3.2): Chinese first, then English; no script."""

from collections.abc import Sequence
from html import escape
from typing import Any

from api import publicstyle

Json = dict[str, Any]
STYLE = (
    publicstyle.STYLE
    + """
main { max-width: 72rem }
section + section { margin-top: 3rem }
table { border-collapse: collapse; width: 100%; font-size: .875rem }
th, td { border-bottom: 1px solid var(--line); padding: .5rem .8rem .5rem 0; text-align: left; vertical-align: top }
th { color: var(--soft); font-weight: 500 }
td:first-child { font-weight: 600 }
tr:last-child td { border-bottom: 0 }
@media (max-width: 50rem) {
  thead { position: absolute; clip-path: inset(50%) }
  table, tbody, tr, td { display: block }
  tr { padding: .7rem 0; border-bottom: 1px solid var(--line) }
  tr:last-child { border-bottom: 0 }
  td { border: 0; padding: .1rem 0 }
  td:first-child { font-size: 1rem }
  td:not(:first-child)::before { content: attr(data-of); color: var(--soft) }
}
"""
)
ROLES_ZH = {
    "viewer": "查看者", "operator": "运营", "dispatcher": "调度", "technician": "技术员", "agent": "客服",
    "auditor": "审计", "administrator": "管理员",
}  # fmt: skip
WHOSE = {
    "customer": ("customer", "顾客"), "staff": ("staff", "工作人员"), "contact": ("contact at a site", "点位联系人"),
}  # fmt: skip
ZH: Json = {
    "lang": "zh-CN", "there": "en", "other": "English", "rule": "第 {} 条", "colon": "：",
    "title": "个人信息处理说明",
    "intro": "本页由系统实际使用的字段与权限表自动生成。个人信息默认脱敏显示；查看完整内容须说明理由，"
    "并写入不可篡改的审计日志。技术员仅在其上门任务进行期间可见该任务顾客的信息。",
    "heads": ("信息", "对象", "目的", "依据", "保存期限", "可查看完整内容的角色", "其他人所见"),
    "given": "向外提供", "to": ("接收方", "目的", "依据", "信息"),
    "rights": "您的权利",
    "ask": "您可凭电话号码要求查询、复制、更正或删除您的个人信息：请拨打货柜上公布的服务电话，或当面向服务人员提出。"
    "删除后将出具载明处理数量与校验值的证明；正在处理的事项、依法须保存或被依法保全的记录除外，并说明理由。",
}  # fmt: skip
EN: Json = {
    "lang": "en", "there": "zh-CN", "other": "中文", "rule": "rule {}", "colon": ": ",
    "title": "How personal data is handled",
    "intro": "This page is generated from the very tables of fields and permissions that the system works by. Personal "
    "data is masked by default; who looks at it in full gives a reason, and the log of it cannot be changed unseen. A "
    "technician sees the customer of a visit only while it is under way.",
    "heads": ("Data", "Of", "Purpose", "Basis", "Kept", "Roles that may see it in full", "Others see"),
    "given": "Given to others", "to": ("Recipient", "Purpose", "Basis", "Data"),
    "rights": "Your rights",
    "ask": "By your phone number you may ask what is kept of you, for a copy, for a correction or for erasure: call "
    "the service number on the cabinet, or tell any of our people. Erasure is certified with counts and a checksum; "
    "open cases, and records that a law or a legal hold keeps, are named with the reason.",
}  # fmt: skip


def html(matrix: Json) -> str:
    """The page, both languages one after the other."""
    head = (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{ZH['title']} / {EN['title']}</title>"
        '<link rel="stylesheet" href="/privacy.css">'
    )
    return f"{head}<main>{_part(matrix, ZH, 1)}{_part(matrix, EN, 0)}</main></html>"


def _part(matrix: Json, words: Json, chinese: int) -> str:
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in words["heads"])
    terms = list(dict.fromkeys(field["term"] for field in matrix["fields"]))
    rows = "".join(_row(matrix, field, terms, chinese) for field in matrix["fields"])
    kept = "".join(_term(matrix["terms"][term], chinese) for term in terms)
    return (
        f'<section lang="{words["lang"]}" id="{words["lang"]}"><p class="top small"><a href="#{words["there"]}" '
        f'lang="{words["there"]}">{words["other"]}</a></p><h1>{escape(words["title"])}</h1>'
        f'<p>{escape(words["intro"])}</p><div class="panel"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f'<div class="panel"><h2>{escape(words["heads"][4])}</h2><ol>{kept}</ol></div>'
        f"{_given(matrix, words, chinese)}"
        f'<div class="panel"><h2>{escape(words["rights"])}</h2><p>{escape(words["ask"])}</p></div></section>'
    )


def _given(matrix: Json, words: Json, chinese: int) -> str:
    """Who gets any of it outside of the product; nothing where nobody does."""
    if not matrix["recipients"]:
        return ""
    suffix, comma = ("_zh", "、") if chinese else ("", ", ")
    names = {field["field"]: field[f"name{suffix}"] for field in matrix["fields"]}
    rows = "".join(
        _cells(words["to"], words["colon"], (
            each[f"name{suffix}"], each[f"purpose{suffix}"], each["basis"], comma.join(names[f] for f in each["fields"])
        ))
        for each in matrix["recipients"]
    )  # fmt: skip
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in words["to"])
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="panel"><h2>{escape(words["given"])}</h2>{table}</div>'


def _term(term: Json, chinese: int) -> str:
    return f"<li>{escape(term['zh' if chinese else 'en'])} ({escape(term['clause'])})</li>"


def _row(matrix: Json, field: Json, terms: list[str], chinese: int) -> str:
    suffix, words = ("_zh", ZH) if chinese else ("", EN)
    roles = [ROLES_ZH[role] for role in field["full"]] if chinese else field["full"]
    cells = (
        field[f"name{suffix}"], WHOSE[field["of"]][chinese], field[f"purpose{suffix}"], field["basis"],
        words["rule"].format(terms.index(field["term"]) + 1), ("、" if chinese else ", ").join(roles),
        field[f"others_see{suffix}"],
    )  # fmt: skip
    return _cells(words["heads"], words["colon"], cells)


def _cells(heads: Sequence[str], colon: str, cells: Sequence[str]) -> str:
    """A row of a table; each cell also says what it is, for narrow screens."""
    named = zip(heads, cells, strict=True)
    shown = "".join(f'<td data-of="{escape(of + colon)}">{escape(cell)}</td>' for of, cell in named)
    return f"<tr>{shown}</tr>"
