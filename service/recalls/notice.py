"""The public notice of a recall, drafted from its fields, in Chinese and English (S1 7.6.1-7.6.3). Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_PARTIES = {
    "maker": ("生产商", "the maker"),
    "agent": ("销售代理商", "the sales agent"),
    "dealer": ("经销商", "the dealer"),
}

_CALL = (
    "If you bought these goods, stop eating or using them at once. For a refund contact the hotline shown on the "
    "cabinet's page, with your receipt or payment record."
)


def draft(recall: dict[str, Any], zone: str) -> dict[str, str]:
    """{"zh", "en"} of a row of `recalls`; what people wrote themselves stands as they wrote it. `zone`: IANA name."""
    return {"zh": recall["notice_zh"] or _zh(recall, zone), "en": recall["notice_en"] or _en(recall, zone)}


def _day(recall: dict[str, Any], zone: str) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=recall["created"])).astimezone(ZoneInfo(zone))


def _zh(recall: dict[str, Any], zone: str) -> str:
    day, lots = _day(recall, zone), recall["lots"]
    return "\n".join((
        f"召回公告（{recall['id']}）",
        f"自{day.year}年{day.month}月{day.day}日起，{_PARTIES[recall['party']][0]}主动召回通过智能货柜销售的以下商品。",
        f"商品：{recall['sku']}",
        f"批次：{'、'.join(lots) if lots else '全部批次'}",
        f"原因：{recall['reason']}",
        f"处理办法：{recall['instructions_zh']}",
        "凡购买上述商品的消费者，请立即停止食用或使用，凭购物凭证或支付记录联系货柜页面所示的服务热线办理退货。",
    ))  # fmt: skip


def _en(recall: dict[str, Any], zone: str) -> str:
    day, lots = _day(recall, zone), recall["lots"]
    return "\n".join((
        f"Recall notice ({recall['id']})",
        f"From {day:%Y-%m-%d} on, {_PARTIES[recall['party']][1]} recalls the following goods sold in smart cabinets.",
        f"Goods: {recall['sku']}",
        f"Lots: {', '.join(lots) if lots else 'all'}",
        f"Reason: {recall['reason']}",
        f"What to do: {recall['instructions_en'] or recall['instructions_zh']}",
        _CALL,
    ))  # fmt: skip
