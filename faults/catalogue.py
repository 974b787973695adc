"""The catalogue as a page: every kind with what it means, how sure we are, what to do, and the codes that say it."""

from typing import NamedTuple

from faults.causes import EXPLAINS, parents
from faults.codes import CODES, Code, codes_of
from faults.kinds import KINDS, WORSE
from faults.meanings import MEANINGS
from faults.model import Kind
from faults.parts import PART_WORDS
from telemetry.units import HOUR, MINUTE, SECOND

PAGES = {"catalogue.md": "en", "catalogue.zh-CN.md": "zh"}


class _Words(NamedTuple):
    title: str
    intro: str
    severity: str
    holds: str
    advice: str
    parts: str
    explained: str
    explains: str
    codes: str
    worse: str
    none: str
    table: tuple[str, str, str, str]
    every: str
    scheme: tuple[str, str, str, str]
    nothing: str
    severities: dict[str, str]
    comma: str
    colon: str


_EN = _Words(
    title="Fault catalogue",
    intro="Made by `./vendwatch faults catalogue --write docs/` from the product's own tables; a test compares. "
    "*Held for*: so long it must be evidenced before it is told, and so long its end before it is over. "
    "Critical, major and minor open a ticket, a warning does not.",
    severity="Severity", holds="Held for, over after", advice="What to do", parts="Parts",
    explained="Explained by", explains="Explains", codes="Device codes", worse="after {}: {}", none="at once",
    table=("Kind", "Name", "Severity", "Meaning"), every="Device codes",
    scheme=("Scheme", "Code", "Text", "Kind"), nothing="no fault",
    severities={"critical": "critical", "major": "major", "minor": "minor", "warning": "warning"},
    comma=", ", colon=": ",
)  # fmt: skip
_ZH = _Words(
    title="故障目录",
    intro="由 `./vendwatch faults catalogue --write docs/` 从产品自身的表格生成，并有测试核对。"
    "“持续”指告警前须有证据的时长，以及恢复前须有证据的时长。紧急、重要、一般会开工单，提示不会。",
    severity="级别", holds="持续，恢复", advice="处理", parts="部件", explained="可由其解释", explains="可解释",
    codes="设备代码", worse="{}后转为{}", none="立即", table=("类型", "名称", "级别", "含义"), every="设备代码",
    scheme=("体系", "代码", "文字", "类型"), nothing="不是故障",
    severities={"critical": "紧急", "major": "重要", "minor": "一般", "warning": "提示"},
    comma="、", colon="：",
)  # fmt: skip
_UNITS = {"en": ("s", "min", "h"), "zh": (" 秒", " 分钟", " 小时")}


def pages() -> dict[str, str]:
    """File name → text, in Markdown."""
    return {name: _page(language, _EN if language == "en" else _ZH) for name, language in PAGES.items()}


def _page(language: str, words: _Words) -> str:
    kinds = [_section(kind, language, words) for kind in KINDS.values()]
    lines = [f"# {words.title}", "", words.intro, "", *_overview(language, words), ""]
    return "\n".join([*lines, *(line for kind in kinds for line in kind), *_codes(language, words)]) + "\n"


def _overview(language: str, words: _Words) -> list[str]:
    rows = [
        (f"[`{kind.name}`](#{kind.name})", _name(kind, language), words.severities[kind.severity],
         MEANINGS[kind.name][language != "en"])
        for kind in KINDS.values()
    ]  # fmt: skip
    return _table(words.table, rows)


def _section(kind: Kind, language: str, words: _Words) -> list[str]:
    name, said = kind.name, codes_of(kind.name)
    worse = [
        words.worse.format(_span(after, language, words), words.severities[to]) for after, to in WORSE.get(name, ())
    ]
    severity = words.comma.join([words.severities[kind.severity], *worse])
    holds = words.comma.join(_span(ms, language, words) for ms in (kind.hold_down, kind.hold_off))
    facts = {
        words.severity: severity,
        words.holds: holds,
        words.advice: kind.advice_en if language == "en" else kind.advice_zh,
        words.parts: words.comma.join(PART_WORDS[part][language != "en"] for part in kind.parts),
        words.explained: words.comma.join(f"`{parent}`" for parent in parents(name)),
        words.explains: words.comma.join(f"`{child}`" for child in EXPLAINS.get(name, ())),
        words.codes: words.comma.join(f"{code.scheme} `{code.code}`" for code in said),
    }
    # The heading is the kind alone, so that a link from the console finds it in either language.
    lines = [f"## {name}", "", f"**{_name(kind, language)}.** {MEANINGS[name][language != 'en']}", ""]
    return [*lines, *(f"* {label}{words.colon}{text}" for label, text in facts.items() if text), ""]


def _codes(language: str, words: _Words) -> list[str]:
    def kind(code: Code) -> str:
        return f"`{code.kind}`" if code.kind else words.nothing

    rows = [(code.scheme, f"`{code.code}`", code.en if language == "en" else code.zh, kind(code)) for code in CODES]
    return [f"## {words.every}", "", *_table(words.scheme, rows)]


def _table(head: tuple[str, ...], rows: list[tuple[str, str, str, str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *rows)]


def _name(kind: Kind, language: str) -> str:
    return kind.en if language == "en" else kind.zh


def _span(ms: int, language: str, words: _Words) -> str:
    if not ms:
        return words.none
    unit, name = next((u, n) for u, n in zip((HOUR, MINUTE, SECOND), _UNITS[language][::-1], strict=True) if ms >= u)
    space = " " if language == "en" else ""
    return f"{ms / unit:g}{space}{name}"
