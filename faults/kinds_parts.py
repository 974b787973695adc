"""The catalogue's rows on power, link, door, payment, cameras and light (see `faults/kinds.py`)."""

from faults.model import Kind
from telemetry.units import HOUR, MINUTE

PARTS = (
    Kind(
        name="mains_low",
        # A freezer controller's low-line alarm waits a minute; a start of the neighbour's pump takes seconds.
        severity="minor", hold_down=10 * MINUTE, hold_off=10 * MINUTE,
        en="Mains voltage low", zh="市电电压过低",
        advice_en="Ask the site; check extension leads and what else hangs on the line.",
        advice_zh="联系场地方；检查延长线及同一线路上的其他负载。",
    ),
    Kind(
        name="battery_low",
        # After an outage it takes hours to charge; a sound one is back above the limit by then.
        severity="minor", hold_down=4 * HOUR, hold_off=15 * MINUTE,
        en="Battery low", zh="备用电池电量低",
        advice_en="Replace the battery at the next visit.", advice_zh="下次上门时更换电池。",
        parts=("battery",),
    ),
    Kind(
        name="weak_link",
        severity="minor", hold_down=2 * HOUR, hold_off=15 * MINUTE,
        en="Weak radio link", zh="无线信号弱",
        advice_en="Check antenna and its cable; try another carrier or place.",
        advice_zh="检查天线与馈线；尝试其他运营商或位置。",
        parts=("antenna", "modem", "sim"),
    ),
    Kind(
        name="reboot_loop",
        severity="minor", hold_down=0, hold_off=15 * MINUTE,
        en="Controller restarts again and again", zh="控制器反复重启",
        advice_en="Check its power supply and the last update; replace the controller.",
        advice_zh="检查供电与最近一次升级；更换控制器。",
        parts=("power_supply", "controller"),
    ),
    Kind(
        name="door_forced",
        # Goods are being taken, or the lock's sensor lies: both deserve a look at once.
        severity="major", hold_down=0, hold_off=10 * MINUTE,
        en="Door forced", zh="柜门被强行打开",
        advice_en="Look at the cameras; send somebody; check lock and strike.",
        advice_zh="查看摄像头；派人到场；检查门锁与锁扣。",
        parts=("lock",),
    ),
    Kind(
        name="payment_degraded",
        severity="minor", hold_down=HOUR, hold_off=15 * MINUTE,
        en="Payments often fail", zh="支付成功率下降",
        advice_en="Check the terminal's network and reader; look at the provider's status.",
        advice_zh="检查支付终端网络与读卡器；查看支付服务商状态。",
        parts=("payment_terminal",),
    ),
    Kind(
        name="mdb_silent",
        # A terminal's reboot (2-4 minutes) silences the bus too.
        severity="major", hold_down=10 * MINUTE, hold_off=5 * MINUTE,
        en="MDB bus silent", zh="MDB 总线无响应",
        advice_en="Check MDB cable and plugs, then the controller's MDB board.",
        advice_zh="检查 MDB 线缆与插头，再查控制器 MDB 板。",
        parts=("mdb_cable", "controller"),
    ),
    Kind(
        name="camera_down",
        severity="minor", hold_down=15 * MINUTE, hold_off=10 * MINUTE,
        en="Camera down", zh="摄像头故障",
        advice_en="Restart the cabinet; check the camera's cable and power.",
        advice_zh="重启货柜；检查摄像头线缆与供电。",
        parts=("camera",),
    ),
    Kind(
        name="camera_hot",
        severity="minor", hold_down=15 * MINUTE, hold_off=15 * MINUTE,
        en="Camera too hot", zh="摄像头过热",
        advice_en="Check the housing's cooling and the sun; replace the fan.",
        advice_zh="检查外壳散热与日晒；更换风扇。",
        parts=("camera_fan",),
    ),
    Kind(
        name="light_failed",
        # Dark all day and all night: opening hours and saving mode leave it on for a part of each day.
        severity="minor", hold_down=25 * HOUR, hold_off=10 * MINUTE,
        en="Light failed", zh="照明故障",
        advice_en="Replace the lamp or its driver.", advice_zh="更换灯管或驱动电源。",
        parts=("lamp",),
    ),
)  # fmt: skip
