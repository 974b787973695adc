"""Kinds that are not one cabinet's: what k of n cabinets of a group suffer at once, and our own blindness."""

from faults.model import Kind
from telemetry.units import MINUTE

SHARED_KINDS: tuple[Kind, ...] = (
    Kind(
        name="site_outage", scope="site",
        # Its cabinets' faults have waited their own hold-downs. Critical as a power cut is: nothing there sells or
        # cools. Two minutes of recovery, since mains that come back often go once more.
        severity="critical", hold_down=0, hold_off=2 * MINUTE,
        en="Site outage", zh="场地停电或断网",
        advice_en="Ask the site about its mains and its network before anybody drives there; one breaker or one router "
        "feeds all cabinets of the site.",
        advice_zh="出发前先向场地方确认供电与网络；同一场地的货柜通常共用一路断路器或路由器。",
        parts=("power_supply", "fuse", "router"),
    ),
    Kind(
        name="carrier_outage", scope="carrier",
        # Major: cabinets go on cooling and most go on selling, but nobody sees them. Nobody can drive there.
        severity="major", hold_down=0, hold_off=2 * MINUTE,
        en="Carrier outage", zh="运营商网络中断",
        advice_en="Report it to the carrier and send nobody: cabinets of many sites fell silent at once.",
        advice_zh="向运营商报障，不派人到场：多个场地的货柜同时离线。",
    ),
    Kind(
        name="payment_outage", scope="platform",
        # Major: nothing is sold anywhere, and no technician can mend it.
        severity="major", hold_down=0, hold_off=5 * MINUTE,
        en="Payment service outage", zh="支付服务中断",
        advice_en="Report it to the payment provider and send nobody: terminals of many sites failed at once.",
        advice_zh="向支付服务商报障，不派人到场：多个场地的终端同时失效。",
    ),
    Kind(
        name="platform_blind", scope="platform",
        # Our own fault: one notice to operators, never a ticket (contract).
        severity="warning", hold_down=0, hold_off=0, ticket=False,
        en="Platform blind", zh="平台失明",
        advice_en="Check broker, network and gateway: nothing is heard from any cabinet.",
        advice_zh="检查消息代理、网络与网关：收不到任何货柜的消息。",
    ),
)  # fmt: skip
