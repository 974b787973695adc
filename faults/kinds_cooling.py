"""The catalogue's rows on cooling and sensors: what each needs as proof, what to do about it (`faults/kinds.py`)."""

from faults.model import Kind
from telemetry.units import MINUTE

# What the model of a cabinet finds (`faults/cooling`) is evidence of hours already: it needs no hold-down of its own.
COOLING = (
    Kind(
        name="evaporator_fan_failed",
        # The air stands still: what lies low stays cold, what lies high spoils.
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Evaporator fan failed", zh="蒸发器风扇故障",
        advice_en="Check the fan for ice and blockage, then its plug and motor.",
        advice_zh="检查风扇是否结冰或卡滞，再查插头与电机。",
        parts=("evaporator_fan",),
    ),
    Kind(
        name="evaporator_iced",
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Evaporator iced up", zh="蒸发器结冰",
        advice_en="Defrost by hand; check defrost heater and sensor, drain, and whether the door shuts.",
        advice_zh="手动除霜；检查除霜加热器与传感器、排水口，以及门是否关严。",
        parts=("defrost_heater", "defrost_sensor", "drain", "door_gasket"),
    ),
    Kind(
        name="refrigerant_leak",
        # Days are left, and a technician with a licence is needed.
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Refrigerant leak", zh="制冷剂泄漏",
        advice_en="Search for the leak (flammable refrigerant: ventilate), mend it, evacuate and recharge by weight.",
        advice_zh="查找泄漏点（可燃制冷剂：注意通风），修复后抽真空并按重量充注。",
        parts=("refrigerant", "filter_drier", "tubing"),
    ),
    Kind(
        name="condenser_dirty",
        severity="minor", hold_down=0, hold_off=15 * MINUTE,
        en="Condenser dirty", zh="冷凝器脏堵",
        advice_en="Clean the condenser; check its fan and that air can leave the cabinet.",
        advice_zh="清洁冷凝器；检查冷凝风扇与散热通道。",
        parts=("condenser_fan",),
    ),
    Kind(
        name="compressor_weak",
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Compressor weak", zh="压缩机制冷不足",
        advice_en="Measure pressures and current; check valves and charge; plan to replace the compressor.",
        advice_zh="测量压力与电流；检查阀片与充注量；准备更换压缩机。",
        parts=("compressor",),
    ),
    Kind(
        name="door_seal_leaking",
        severity="minor", hold_down=0, hold_off=15 * MINUTE,
        en="Door seal leaking", zh="门封漏冷",
        advice_en="See whether the door shuts all the way round; clean or replace the gasket, set the hinge.",
        advice_zh="检查门四周是否贴合；清洁或更换门封，调整铰链。",
        parts=("door_gasket", "hinge"),
    ),
    Kind(
        name="door_ajar_undetected",
        # Goods warm, frost grows, and whoever passes can help himself.
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Door ajar, switch says closed", zh="柜门虚掩（门磁显示已关）",
        advice_en="Have somebody on site push the door shut; check what keeps it open, its closer and its switch.",
        advice_zh="请现场人员推紧柜门；检查有无异物卡住，再查闭门器与门磁开关。",
        parts=("door_closer", "door_switch", "hinge"),
    ),
    Kind(
        name="air_too_cold",
        # Air that is too cold for half an hour has been so for no defrost and no restock; goods follow within hours.
        severity="major", hold_down=30 * MINUTE, hold_off=15 * MINUTE,
        en="Air too cold", zh="柜内温度过低",
        advice_en="Check the set point; look whether the compressor stops, and compare the air sensor with a "
        "reference. Look whether goods are frozen.",
        advice_zh="检查设定温度；查看压缩机是否停机，用标准温度计比对柜温传感器。查看商品是否冻坏。",
        parts=("controller", "start_relay", "sensor"),
    ),
    Kind(
        name="sensor_biased",
        # The controller keeps the wrong temperature and believes it is right.
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Air sensor off", zh="柜温传感器偏差",
        advice_en="Compare with a reference thermometer; replace the air sensor.",
        advice_zh="用标准温度计比对；更换柜温传感器。",
        parts=("sensor",),
    ),
    Kind(
        name="sensor_drifting",
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Air sensor drifting", zh="柜温传感器漂移",
        advice_en="Compare with a reference thermometer; replace the air sensor.",
        advice_zh="用标准温度计比对；更换柜温传感器。",
        parts=("sensor",),
    ),
    Kind(
        name="sensor_stuck",
        # The controller cools by what it believes: too much or not at all.
        severity="major", hold_down=0, hold_off=15 * MINUTE,
        en="Air sensor stuck", zh="柜温传感器读数不变",
        advice_en="Replace the air sensor; look whether goods are frozen or warm.",
        advice_zh="更换柜温传感器；查看商品是否冻坏或变暖。",
        parts=("sensor", "controller"),
    ),
    Kind(
        name="sensor_spiking",
        severity="minor", hold_down=0, hold_off=15 * MINUTE,
        en="Air sensor has a loose contact", zh="柜温传感器接触不良",
        advice_en="Check plug and cable of the air sensor.", advice_zh="检查柜温传感器插头与线缆。",
        parts=("sensor",),
    ),
    Kind(
        name="defrost_failed",
        severity="minor", hold_down=0, hold_off=15 * MINUTE,
        en="Defrost failed", zh="除霜失败",
        advice_en="Check defrost heater, its fuse and sensor, then the timer; defrost by hand.",
        advice_zh="检查除霜加热器、熔断器与传感器，再查定时；手动除霜。",
        parts=("defrost_heater", "defrost_sensor", "controller"),
    ),
    Kind(
        name="compressor_stuck_on",
        # A call ends within a second; 5 minutes of current without one are a welded relay.
        severity="major", hold_down=5 * MINUTE, hold_off=5 * MINUTE,
        en="Compressor does not stop", zh="压缩机不停机",
        advice_en="Replace the relay; check the controller's output. Look whether goods are frozen.",
        advice_zh="更换继电器；检查控制器输出。查看商品是否冻坏。",
        parts=("start_relay", "controller"),
    ),
    Kind(
        name="compressor_short_cycling",
        # What is counted is starts of an hour: that is the hold-down.
        severity="minor", hold_down=0, hold_off=15 * MINUTE,
        en="Compressor starts too often", zh="压缩机频繁启停",
        advice_en="Check thermal protector, relay and air sensor, then the charge.",
        advice_zh="检查热保护器、继电器与柜温传感器，再查充注量。",
        parts=("thermal_protector", "start_relay", "sensor"),
    ),
    Kind(
        name="signal_anomaly",
        # A hint for whoever looks at the cabinet anyway: nobody travels for it.
        severity="warning", hold_down=0, hold_off=0,
        en="Unusual signal", zh="信号异常",
        advice_en="Look at the signal's history; nothing else may be wrong.",
        advice_zh="查看该信号的历史曲线；不一定有其他故障。",
    ),
)  # fmt: skip
