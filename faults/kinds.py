"""The catalogue: every fault kind that is detected or marked now, with how sure we must be and what to do about it.

`hold_down`: how long it must be evidenced; `hold_off`: how long its end must be. Severity: `critical` stock is lost
within hours and nothing remote helps; `major` the cabinet cannot sell or cannot be trusted; `minor` it works, but
somebody must come; `warning` no ticket.
"""

from faults.kinds_cooling import COOLING
from faults.kinds_goods import GOODS
from faults.kinds_parts import PARTS
from faults.kinds_shared import SHARED_KINDS
from faults.model import Kind, Severity
from telemetry.units import HOUR, MINUTE

_ALL = (
    Kind(
        name="offline",
        # No sales are seen and nothing else can be judged. The silence itself is the hold-down (contract, Presence),
        # and the first word ends it.
        severity="major", hold_down=0, hold_off=0,
        en="Cabinet offline", zh="货柜离线",
        advice_en="Check the cabinet's power, then modem, antenna and SIM; ask the carrier if neighbours fail too.",
        advice_zh="先查供电，再查通信模块、天线与 SIM 卡；若邻近货柜同时离线，联系运营商。",
        parts=("modem", "antenna", "sim"),
    ),
    Kind(
        name="air_too_warm",
        # 15 minutes beyond what door and defrost explain: NSF/ANSI 25 as vending makers implement it.
        # Major, not critical: goods lag the air by hours, and food safety has a kind of its own.
        severity="major", hold_down=15 * MINUTE, hold_off=15 * MINUTE,
        en="Air too warm", zh="柜内温度过高",
        advice_en="Check that the door shuts and the evaporator is free of ice and its fan runs; clean the condenser; "
        "check compressor and refrigerant.",
        advice_zh="检查门是否关严、蒸发器是否结冰、风扇是否运转；清洁冷凝器；检查压缩机与制冷剂。",
        parts=("evaporator_fan", "door_gasket", "compressor", "refrigerant"),
    ),
    Kind(
        name="food_safety_breach",
        # A mark of the food-safety clock, which has waited already; it stands until the lock is released on site.
        # Critical: what is in the cabinet may make people ill, and only somebody who looks at it can tell.
        severity="critical", hold_down=0, hold_off=0,
        en="Food-safety limit broken, sales locked", zh="食品安全超限，已停售",
        advice_en="Keep sales locked. Go there, inspect the goods, take out what was too warm (held hot: too cold), "
        "write it down and release the lock; find out why the cabinet did not hold its temperature.",
        advice_zh="保持停售。到场检查商品，清出超限商品并登记后解锁；查明温度失控的原因。",
    ),
    Kind(
        name="door_left_open",
        # A shopper takes a minute, a restock up to 20: from 10 minutes a hint, from 25 a fault (contract).
        # Off for a minute: a door that bounces or is opened again is the same door.
        severity="warning", hold_down=10 * MINUTE, hold_off=MINUTE,
        en="Door left open", zh="柜门未关",
        advice_en="Shut the door; if it is shut, check hinge, closer and door switch.",
        advice_zh="关好柜门；若门已关，检查铰链、闭门器与门磁开关。",
        parts=("door_switch", "door_closer"),
    ),
    Kind(
        name="compressor_not_starting",
        # Controllers wait up to 3 minutes before a start; 10 leave room for a second try of the thermal protector.
        # Runs may be as short as 5 minutes, so 3 of running current prove it.
        severity="major", hold_down=10 * MINUTE, hold_off=3 * MINUTE,
        en="Compressor not starting", zh="压缩机不启动",
        advice_en="Check start relay and capacitor, thermal protector, wiring and controller output.",
        advice_zh="检查启动继电器与电容、热保护器、接线及控制器输出。",
        parts=("start_relay", "start_capacitor", "compressor", "controller"),
    ),
    Kind(
        name="power_lost",
        # Critical: no cooling, no sales, and no command reaches it; chilled goods have an hour or two.
        # A minute tells an outage from a dip or a switch-over.
        severity="critical", hold_down=MINUTE, hold_off=MINUTE,
        en="Power lost", zh="断电",
        advice_en="Ask the site about an outage; check plug, breaker and leakage protector, then the power supply.",
        advice_zh="向场地方确认是否停电；检查插头、断路器与漏电保护器，再查电源。",
        parts=("power_supply", "fuse"),
    ),
    Kind(
        name="payment_down",
        # A terminal's reboot takes 2-4 minutes and is normal. Major: the cabinet sells nothing.
        severity="major", hold_down=10 * MINUTE, hold_off=5 * MINUTE,
        en="Payment down", zh="支付终端故障",
        advice_en="Restart the terminal; check its network, SIM and MDB cable; replace it if it stays down.",
        advice_zh="重启支付终端；检查其网络、SIM 卡与 MDB 线；仍不恢复则更换。",
        parts=("payment_terminal", "mdb_cable"),
    ),
    Kind(
        name="sensor_implausible",
        # Three readings in a row are the hold-down. Minor: the cabinet sells, but what the sensor guards is unguarded.
        severity="minor", hold_down=0, hold_off=10 * MINUTE,
        en="Implausible sensor reading", zh="传感器读数异常",
        advice_en="Check the sensor's plug and cable for a break or a short; replace the sensor.",
        advice_zh="检查传感器插头与线缆是否断路或短路；更换传感器。",
        parts=("sensor",),
    ),
    Kind(
        name="lock_fault",
        # A shopper may stand at a released lock for a minute or two. Major: goods stand open, or nobody can buy.
        severity="major", hold_down=10 * MINUTE, hold_off=3 * MINUTE,
        en="Lock fault", zh="门锁故障",
        advice_en="Check the bolt for dirt and the strike for alignment, then the lock motor and its cable.",
        advice_zh="检查锁舌有无异物、锁扣是否对齐，再查锁电机与线缆。",
        parts=("lock",),
    ),
    Kind(
        name="identity_conflict",
        # Two devices under one name, or a swapped board: nothing it says can be trusted until somebody decides.
        severity="major", hold_down=0, hold_off=0,
        en="Identity conflict", zh="身份冲突",
        advice_en="Find out whether the controller was replaced (then confirm it) or the id is used twice.",
        advice_zh="查明是否更换了控制器（若是，请确认更换），或同一编号被重复使用。",
        parts=("controller",),
    ),
    Kind(
        name="clock_wrong",
        # Ingest has waited two intervals. Minor: readings are corrected, but receipts and labels carry wrong times.
        severity="minor", hold_down=0, hold_off=0,
        en="Clock wrong", zh="时钟错误",
        advice_en="Check time synchronisation and the controller's clock battery.",
        advice_zh="检查时间同步与控制器时钟电池。",
        parts=("clock_battery", "controller"),
    ),
    Kind(
        name="flooding",
        # Paced, nothing is lost: worth knowing, not worth a trip.
        severity="warning", hold_down=0, hold_off=0,
        en="Too many messages", zh="消息过多",
        advice_en="Check the firmware and the reporting interval.",
        advice_zh="检查固件版本与上报间隔。",
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_ALL, *COOLING, *PARTS, *GOODS, *SHARED_KINDS)}

# What gets worse with time: (evidenced without a gap for, becomes). A restock may take 20 minutes (contract); chilled
# food may be above its limit for four hours, once (UK food hygiene regulations).
WORSE: dict[str, tuple[tuple[int, Severity], ...]] = {
    "door_left_open": ((25 * MINUTE, "major"),),
    "air_too_warm": ((4 * HOUR, "critical"),),
}
