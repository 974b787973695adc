"""The catalogue's rows on goods, sales and scales, and on what only the device itself knows (see `faults/kinds.py`)."""

from faults.model import Kind

GOODS = (
    Kind(
        name="stock_out",
        # Half of the lanes for half an hour, which a restocker may have emptied first. Minor: the rest still sells.
        severity="minor", hold_down=0, hold_off=0,
        en="Sold out", zh="缺货",
        advice_en="Restock; ask why the last restock did not come, or came short.",
        advice_zh="安排补货；查明上次补货为何未到或数量不足。",
    ),
    Kind(
        name="lot_expired",
        # Known to the minute; it may not be sold (GB 7718: past its shelf life). Major: somebody must take it out.
        severity="major", hold_down=0, hold_off=0,
        en="Expired goods on sale", zh="过期商品在售",
        advice_en="Lock the lane or the sales, take the lot out, write down what was discarded; "
        "ask why the restocker left it.",
        advice_zh="停售该货道或整柜，下架该批次并登记销毁；核查补货员是否按期清理。",
    ),
    Kind(
        name="lot_near_expiry",
        # For the next visit, not for one of its own.
        severity="warning", hold_down=0, hold_off=0,
        en="Goods about to expire", zh="商品临期",
        advice_en="Take the lot out with the next restock, or sell it off.",
        advice_zh="下次补货时下架该批次，或促销处理。",
    ),
    Kind(
        name="no_sales",
        # The count of buyers that should have come is the hold-down. Minor: nothing is known to be broken.
        severity="minor", hold_down=0, hold_off=0,
        en="No sales", zh="长时间无销售",
        advice_en="Ask the site: is the cabinet blocked, dark, or out of order to look at? Try a purchase.",
        advice_zh="联系场地方：货柜是否被遮挡、屏幕是否熄灭或显示故障？试购一件。",
        parts=("display", "payment_terminal", "lock"),
    ),
    Kind(
        name="shelf_drift",
        # Hours of creeping are the hold-down. Minor: sales are booked wrongly, little by little.
        severity="minor", hold_down=0, hold_off=0,
        en="Shelf scale drifts", zh="层架称重漂移",
        advice_en="Tare the shelf, look for water and dirt under it; replace the load cell.",
        advice_zh="对该层去皮校准，检查下方有无积水、异物；更换称重传感器。",
        parts=("load_cell",),
    ),
    Kind(
        name="shelf_tamper",
        # Two readings with the door shut are the hold-down. Major: goods leave, or are booked to the wrong buyer.
        severity="major", hold_down=0, hold_off=0,
        en="Shelf weight changed behind a shut door", zh="关门状态下层架重量突变",
        advice_en="Look at the cameras; check the shelf for a wedge, a slipped plate or a broken load cell.",
        advice_zh="查看摄像头；检查层架是否被垫、托盘滑落或称重传感器损坏。",
        parts=("load_cell", "shelf", "lock"),
    ),
    Kind(
        name="device_reported",
        # The device's own firmware has waited already. Minor: nobody told us more than its code.
        severity="minor", hold_down=0, hold_off=0,
        en="Fault reported by the device", zh="设备上报故障",
        advice_en="Look up the code in the maker's manual; the raw code stands in the evidence.",
        advice_zh="按证据中的原始代码查阅厂家手册处理。",
    ),
)  # fmt: skip
