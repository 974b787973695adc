"""What each kind means, in a sentence and both languages: for the catalogue page."""

MEANINGS: dict[str, tuple[str, str]] = {
    "offline": (
        "Nothing was heard for three intervals, or the connection broke and did not come back.",
        "超过三个上报周期无消息，或连接中断后未恢复。",
    ),
    "air_too_warm": (
        "The air stays 4 K above the set point longer than door, defrost or restock explain.",
        "柜温高于设定 4 K，且持续时间超出开门、除霜或补货所能解释的范围。",
    ),
    "air_too_cold": (
        "The air stays so far below the set point that goods may freeze.",
        "柜温远低于设定，商品可能冻坏。",
    ),
    "food_safety_breach": (
        "Goods were beyond the limit of the assigned rule for longer than it allows; sales are locked.",
        "商品超出所配规则的限值与时限，已停售。",
    ),
    "door_left_open": (
        "The door stands open: from 10 minutes a hint, from 25 minutes a fault.",
        "柜门未关：10 分钟提示，25 分钟转为故障。",
    ),
    "compressor_not_starting": (
        "Cooling is called for, but the compressor draws no current.",
        "控制器请求制冷，但压缩机无电流。",
    ),
    "power_lost": (
        "The mains are gone: the cabinet said so, or measures next to none.",
        "市电中断：货柜上报，或测得电压接近零。",
    ),
    "payment_down": (
        "The payment terminal does not work, for longer than a restart takes.",
        "支付终端失效，且超过重启所需时间。",
    ),
    "sensor_implausible": (
        "A sensor says what no working sensor can.",
        "传感器读数超出正常传感器可能的范围。",
    ),
    "lock_fault": (
        "The door is shut, but the lock does not close.",
        "门已关，但锁未闭合。",
    ),
    "identity_conflict": (
        "Two different messages carry the same name: two devices, or a swapped board.",
        "同一消息编号出现不同内容：两台设备重名或更换了主板。",
    ),
    "clock_wrong": (
        "The device's clock is off by more than two minutes.",
        "设备时钟偏差超过两分钟。",
    ),
    "flooding": (
        "The cabinet sends more than its rate; the rest is paced, nothing is lost.",
        "上报超过限速，超出部分延后处理，不丢失。",
    ),
    "evaporator_fan_failed": (
        "The evaporator is very cold and the air is not; the fan's current is gone.",
        "蒸发器很冷而柜温不降，风扇电流消失。",
    ),
    "evaporator_iced": (
        "The exchange of heat shrinks by the hour until a defrost cures it, or does not.",
        "换热逐时变差，除霜后恢复或不再恢复。",
    ),
    "refrigerant_leak": (
        "Pull-down, current and the evaporator's cold fade over days.",
        "降温速度、电流与蒸发器温差逐日减弱。",
    ),
    "condenser_dirty": (
        "Current and duty rise, most on warm days.",
        "电流与运行率上升，热天尤甚。",
    ),
    "compressor_weak": (
        "The compressor draws its current, but cools much less than it did.",
        "压缩机电流正常，但制冷量明显下降。",
    ),
    "door_seal_leaking": (
        "More heat comes in all the time; the cooling itself is sound.",
        "持续有额外热量进入，制冷系统本身正常。",
    ),
    "door_ajar_undetected": (
        "The door stands a hand open while its switch says shut.",
        "门磁显示关闭，实际留有缝隙。",
    ),
    "sensor_biased": (
        "The air sensor reads too low or too high, and the controller steers by it.",
        "柜温传感器整体偏高或偏低，控制器据此控温。",
    ),
    "sensor_drifting": (
        "The air sensor walks away from the truth over days.",
        "柜温传感器读数逐日偏离真值。",
    ),
    "sensor_stuck": (
        "The air sensor says the same for ever while the evaporator lives.",
        "蒸发器温度变化而柜温读数长期不变。",
    ),
    "sensor_spiking": (
        "Single readings of the air sensor are nonsense.",
        "柜温传感器偶发荒谬读数。",
    ),
    "defrost_failed": (
        "Defrosts do not warm the evaporator, or do not come.",
        "除霜未使蒸发器升温，或到期未除霜。",
    ),
    "compressor_stuck_on": (
        "The compressor runs though nobody calls for cooling.",
        "未请求制冷而压缩机仍运行。",
    ),
    "compressor_short_cycling": (
        "The compressor starts far more often than this cabinet's used to, or is stopped before it has cooled.",
        "压缩机启动次数远多于往常，或尚未降温即停机。",
    ),
    "mains_low": (
        "The mains voltage is below what motors start at.",
        "市电电压低于电机可启动的水平。",
    ),
    "battery_low": (
        "The battery does not hold its charge although the mains feed it.",
        "有市电供电而备用电池仍亏电。",
    ),
    "weak_link": (
        "The radio signal is very poor for hours.",
        "无线信号持续数小时很差。",
    ),
    "reboot_loop": (
        "The controller starts anew again and again.",
        "控制器反复重启。",
    ),
    "door_forced": (
        "The door came open although the lock never let go.",
        "锁未释放而门被打开。",
    ),
    "payment_degraded": (
        "Fewer than 95 of 100 payments go through.",
        "支付成功率低于 95%。",
    ),
    "mdb_silent": (
        "The bus to the payment terminal does not answer.",
        "通往支付终端的 MDB 总线无响应。",
    ),
    "camera_down": (
        "The cameras deliver no picture.",
        "摄像头无画面。",
    ),
    "camera_hot": (
        "The camera's housing is above 70 °C.",
        "摄像头外壳温度超过 70 °C。",
    ),
    "light_failed": (
        "The lamp is dark day and night.",
        "灯昼夜不亮。",
    ),
    "stock_out": (
        "Half of the lanes are empty, by what was loaded and sold.",
        "按上架与售出记录，半数货道已空。",
    ),
    "lot_expired": (
        "A lot that lies in a lane is past its date.",
        "货道中的批次已过期。",
    ),
    "lot_near_expiry": (
        "A lot that lies in a lane is over within eight hours.",
        "货道中的批次将在八小时内过期。",
    ),
    "no_sales": (
        "Nobody bought for so long that this cabinet's own habit cannot explain it (16 buyers were due).",
        "长时间无人购买，按该柜自身销售规律无法解释（应有 16 位顾客）。",
    ),
    "shelf_drift": (
        "A shelf's weight walks away while the door is shut.",
        "关门期间层架重量持续漂移。",
    ),
    "shelf_tamper": (
        "A shelf's weight jumps though the door was shut before and after.",
        "门始终关闭而层架重量突变。",
    ),
    "signal_anomaly": (
        "A signal behaves as it never did on this cabinet.",
        "某信号出现该柜从未有过的变化。",
    ),
    "device_reported": (
        "The device reports a fault of which only its own code is known.",
        "设备上报故障，仅知其原始代码。",
    ),
    "site_outage": (
        "Most cabinets of a site lost power or fell silent at once.",
        "同一场地多数货柜同时断电或离线。",
    ),
    "carrier_outage": (
        "Cabinets of many sites on one carrier fell silent at once.",
        "同一运营商下多个场地的货柜同时离线。",
    ),
    "payment_outage": (
        "Terminals of many sites failed at once.",
        "多个场地的支付终端同时失效。",
    ),
    "platform_blind": (
        "We hear nothing ourselves: the silence is ours, not the cabinets'.",
        "平台自身收不到消息，并非货柜故障。",
    ),
}
