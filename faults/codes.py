"""What devices call their faults, and which of our kinds that is: EVA-DTS events, MDB/ICP states, vendors' codes.

Sources, as far as they could be read: `[EVA]` event codes of EVA-DTS 6.1 as published DEX parsers and real audit files
have them (the standard itself is handed out on registration: check a code there before relying on its text); `[MDB]`
status bytes of the bill validator in MDB/ICP 4.3, as makers' manuals list them; `[NAYAX]` device states of Nayax
terminals, from a service page; `[AOFRIO]` alarm numbers of the SCS cooler controllers, from the maker's manual.
Codes are matched by their beginning, since makers append suffixes (`EGC_2`, `EC1C`).
"""

from typing import NamedTuple

EVA, MDB, VENDOR = "eva-dts", "mdb", "vendor"


class Code(NamedTuple):
    """`kind`: the fault it is, None for what is none. `ends`: it takes back what another code of the kind announced."""

    scheme: str
    code: str
    kind: str | None
    en: str
    zh: str
    source: str
    ends: bool = False


OTHER = "device_reported"
# The food-safety clock takes these reports itself (`service/foodsafety.py`): they stand until released on site.
ELSEWHERE = frozenset({"food_safety_breach"})
CODES: tuple[Code, ...] = (
    # cooling
    Code(EVA, "EJH", "food_safety_breach", "Health timer: goods were too warm", "健康计时：商品超温", "EVA"),
    Code(EVA, "EJJ", "air_too_warm", "Cabinet too warm", "柜内温度过高", "EVA"),
    Code(EVA, "EOA", "sensor_implausible", "Temperature sensor fault", "温度传感器故障", "EVA"),
    Code(EVA, "EC1C", "sensor_implausible", "Temperature sensor", "温度传感器", "EVA"),
    Code(EVA, "EOB", OTHER, "Refrigeration controller", "制冷控制器", "EVA"),
    Code(EVA, "EOC", "compressor_not_starting", "Compressor fault", "压缩机故障", "EVA"),
    Code(EVA, "EOF", "compressor_not_starting", "Compressor capacitor", "压缩机电容", "EVA"),
    Code(EVA, "EOH", "condenser_dirty", "Condenser", "冷凝器", "EVA"),
    Code(EVA, "EOI", "condenser_dirty", "Condenser fan", "冷凝风扇", "EVA"),
    Code(EVA, "EOJ", "evaporator_iced", "Evaporator iced", "蒸发器结冰", "EVA"),
    Code(EVA, "EOK", "evaporator_fan_failed", "Evaporator fan", "蒸发器风扇", "EVA"),
    Code(EVA, "EOM", "refrigerant_leak", "Refrigerant lost", "制冷剂泄漏", "EVA"),
    Code(EVA, "EON", "defrost_failed", "Defrost", "除霜", "EVA"),
    Code(EVA, "EOO", "defrost_failed", "Defrost heater", "除霜加热器", "EVA"),
    Code(EVA, "EOP", "defrost_failed", "Defrost timer", "除霜定时器", "EVA"),
    Code(EVA, "EO", OTHER, "Refrigeration, unspecified", "制冷系统，未细分", "EVA"),
    Code(VENDOR, "AL14", "condenser_dirty", "Condenser temperature high", "冷凝温度过高", "AOFRIO"),
    Code(VENDOR, "AL15", "condenser_dirty", "Condenser temperature high again and again", "冷凝温度反复过高", "AOFRIO"),
    Code(VENDOR, "AL17", "sensor_implausible", "Temperature sensor out of range", "温度传感器超量程", "AOFRIO"),
    Code(VENDOR, "AL20", "compressor_stuck_on", "Colder and colder though switched off", "停机后仍持续降温", "AOFRIO"),
    # door, lock, people
    Code(EVA, "EGS", "door_left_open", "Door opened", "柜门打开", "EVA"),
    Code(EVA, "EGT", "door_left_open", "Door closed", "柜门关闭", "EVA", ends=True),
    Code(EVA, "OBB", "door_left_open", "Door left open", "柜门未关", "EVA"),
    Code(EVA, "ECI", OTHER, "Door switch", "门磁开关", "EVA"),
    Code(EVA, "EGC", "lock_fault", "Lock", "门锁", "EVA"),
    Code(VENDOR, "LOCK", "lock_fault", "Lock", "门锁", "makers' own names"),
    Code(EVA, "OCA", "door_forced", "Theft", "盗窃", "EVA"),
    Code(EVA, "OCB", "door_forced", "Vandalism", "人为破坏", "EVA"),
    Code(EVA, "EGE", "light_failed", "Light", "照明", "EVA"),
    # payment
    Code(EVA, "EA", "payment_degraded", "Coin mechanism", "硬币器", "EVA"),
    Code(EVA, "EAR", "payment_down", "Coin mechanism does not communicate", "硬币器无通信", "EVA"),
    Code(EVA, "EN", "payment_degraded", "Bill validator", "纸币器", "EVA"),
    Code(EVA, "ENF", None, "Cash box taken out", "取出钞箱", "EVA"),
    Code(EVA, "EK", "payment_down", "Cashless device", "无现金支付设备", "EVA"),
    Code(EVA, "EKM", "payment_down", "Cashless device does not communicate", "无现金支付设备无通信", "EVA"),
    Code(EVA, "EKL", "payment_down", "SIM of the cashless device", "无现金支付设备 SIM 卡", "EVA"),
    Code(MDB, "01", "payment_degraded", "Bill validator: motor", "纸币器：电机", "MDB"),
    Code(MDB, "02", "payment_degraded", "Bill validator: sensor", "纸币器：传感器", "MDB"),
    Code(MDB, "03", None, "Bill validator: busy", "纸币器：忙", "MDB"),
    Code(MDB, "04", "payment_degraded", "Bill validator: ROM checksum", "纸币器：程序校验错误", "MDB"),
    Code(MDB, "05", "payment_degraded", "Bill validator: jam", "纸币器：卡钞", "MDB"),
    Code(MDB, "06", None, "Bill validator: was reset", "纸币器：已复位", "MDB"),
    Code(MDB, "08", None, "Bill validator: cash box out", "纸币器：钞箱取出", "MDB"),
    Code(MDB, "09", None, "Bill validator: disabled", "纸币器：已停用", "MDB"),
    Code(MDB, "0B", None, "Bill validator: bill rejected", "纸币器：退回纸币", "MDB"),
    Code(MDB, "0C", OTHER, "Bill validator: credited bill possibly pulled out", "纸币器：疑似抽回已入账纸币", "MDB"),
    Code(VENDOR, "V00", "mdb_silent", "No MDB link with the machine", "与主机无 MDB 连接", "NAYAX"),
    Code(VENDOR, "V01", "mdb_silent", "MDB inactive", "MDB 未激活", "NAYAX"),
    Code(VENDOR, "V02", None, "Inhibited by the machine", "被主机禁用", "NAYAX"),
    Code(VENDOR, "V04", None, "Idle", "空闲", "NAYAX"),
    # power, link, controller
    Code(EVA, "OCF", "power_lost", "Power interrupted", "电源中断", "EVA"),
    Code(EVA, "ECA", OTHER, "Power supply", "电源部件", "EVA"),
    Code(EVA, "ECD", OTHER, "Circuit board", "电路板", "EVA"),
    Code(EVA, "ECL", OTHER, "Clock", "时钟", "EVA"),
    Code(EVA, "ECS", OTHER, "Display", "显示屏", "EVA"),
    Code(EVA, "EIE", "weak_link", "No wide-area network", "无广域网络", "EVA"),
    Code(EVA, "EIN", "weak_link", "Signal weak", "信号弱", "EVA"),
    Code(EVA, "EIK", "weak_link", "Less than 80 % of transmissions succeed", "传输成功率低于 80%", "EVA"),
    Code(EVA, "EIL", "mdb_silent", "Machine controller silent", "主控无响应", "EVA"),
    Code(EVA, "OCK", "weak_link", "External network", "外部网络", "EVA"),
    Code(VENDOR, "M00", "weak_link", "No modem", "无调制解调器", "NAYAX"),
    Code(VENDOR, "M01", None, "Modem restarts", "调制解调器重启", "NAYAX"),
    Code(VENDOR, "M02", "weak_link", "No SIM", "无 SIM 卡", "NAYAX"),
    Code(VENDOR, "M03", "weak_link", "No network", "无网络", "NAYAX"),
    # goods
    Code(EVA, "EJB", OTHER, "Lane motor", "货道电机", "EVA"),
    Code(EVA, "EJL", OTHER, "Delivery detector", "出货检测", "EVA"),
    Code(EVA, "ELA", OTHER, "Vend failed", "出货失败", "EVA"),
    Code(EVA, "ELB", None, "A lane is sold out: usual between two restocks", "某货道售罄：两次补货间属正常", "EVA"),
    # what people did
    Code(EVA, "OA", None, "Machine moved or set up", "设备迁址或安装", "EVA"),
    Code(EVA, "OD", None, "Visit, check of earlier work", "到访、复查", "EVA"),
    Code(EVA, "OE", None, "Out of hours", "非营业时间", "EVA"),
    Code(EVA, "OF", None, "Cash collected", "收款", "EVA"),
)
_LONGEST_FIRST = sorted(CODES, key=lambda code: -len(code.code))


def lookup(scheme: str, code: str) -> Code | None:
    """What a code means; None: nobody told us. Of EVA-DTS the longest known beginning counts, since makers append
    suffixes to its codes; the others are whole. Case and a leading `0x` are nothing; of a scheme that is none of the
    contract's, EVA-DTS and the makers' codes are tried."""
    said, scheme = code.upper(), scheme.lower()
    if scheme == MDB:
        said = said.removeprefix("0X").zfill(2)
    schemes = (scheme,) if scheme in (EVA, MDB, VENDOR) else (EVA, VENDOR)
    return next((known for known in _LONGEST_FIRST if known.scheme in schemes and _means(known, said)), None)


def _means(known: Code, said: str) -> bool:
    if not said.startswith(known.code):
        return False
    return known.scheme == EVA or not said[len(known.code) : len(known.code) + 1].isalnum()


def codes_of(kind: str) -> tuple[Code, ...]:
    """The codes that mean this kind, in the table's order."""
    return tuple(code for code in CODES if code.kind == kind)
