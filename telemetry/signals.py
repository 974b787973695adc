"""Every signal a cabinet may send: one row each. The wire, the columns, the API and the console follow this table.

Valid ranges bound what a working sensor can report (makers' sheets and the limits of the trade); a reading
outside is kept, shown, and judged `sensor_implausible`.
"""

from typing import NamedTuple


class Signal(NamedTuple):
    """A named measured quantity. `low`/`high`: what a working sensor can report, in `unit`."""

    name: str
    unit: str
    low: float
    high: float
    en: str
    zh: str


_NAMED = (
    Signal("air_c", "°C", -40, 80, "Air temperature", "柜内空气温度"),
    Signal("evap_c", "°C", -50, 80, "Evaporator temperature", "蒸发器温度"),
    Signal("cond_c", "°C", -40, 120, "Condenser temperature", "冷凝器温度"),
    Signal("product_c", "°C", -40, 80, "Product temperature", "商品温度"),
    Signal("ambient_c", "°C", -45, 70, "Ambient temperature", "环境温度"),
    Signal("humidity_pct", "%", 0, 100, "Humidity", "湿度"),
    Signal("set_c", "°C", -30, 20, "Set point", "设定温度"),
    Signal("comp_on", "", 0, 1, "Compressor called for", "压缩机请求"),
    Signal("comp_a", "A", 0, 30, "Cooling circuit current", "制冷回路电流"),
    Signal("power_w", "W", 0, 5000, "Power", "功率"),
    Signal("energy_wh", "Wh", 0, 1e9, "Energy", "电能"),
    Signal("fan_rpm", "rpm", 0, 10000, "Fan speed", "风扇转速"),
    Signal("defrost_on", "", 0, 1, "Defrost", "除霜"),
    Signal("door_open", "", 0, 1, "Door open", "门开启"),
    Signal("door_seconds", "s", 0, 86400, "Door open time", "开门时长"),
    Signal("lock_closed", "", 0, 1, "Lock closed", "锁闭合"),
    Signal("mains_v", "V", 0, 500, "Mains voltage", "市电电压"),
    Signal("battery_pct", "%", 0, 100, "Battery", "电池电量"),
    Signal("rsrp_dbm", "dBm", -160, -20, "Radio signal (RSRP)", "无线信号 (RSRP)"),
    Signal("payment_ok", "", 0, 1, "Payment terminal", "支付终端"),
    Signal("payment_success_pct", "%", 0, 100, "Payment success", "支付成功率"),
    Signal("camera_ok", "", 0, 1, "Cameras", "摄像头"),
    Signal("camera_c", "°C", -40, 125, "Camera temperature", "摄像头温度"),
    Signal("mdb_ok", "", 0, 1, "MDB bus", "MDB 总线"),
    Signal("light_on", "", 0, 1, "Light", "照明"),
    Signal("uptime_s", "s", 0, 1e10, "Uptime", "运行时间"),
)
_SHELVES = tuple(
    Signal(f"shelf_g_{n}", "g", -1000, 100000, f"Shelf {n} weight", f"第 {n} 层重量") for n in range(1, 13)
)

SIGNALS: tuple[Signal, ...] = _NAMED + _SHELVES
SIGNAL: dict[str, Signal] = {s.name: s for s in SIGNALS}
COLUMN: dict[str, int] = {s.name: i for i, s in enumerate(SIGNALS)}
WIDTH = len(SIGNALS)


def unit_of(name: str) -> str:
    """The unit of a signal; empty for one we do not know."""
    return SIGNAL[name].unit if name in SIGNAL else ""
