"""The configuration of the embedded broker (NATS server 2.15)."""

import json
from pathlib import Path

from gateway.keys import Keys
from gateway.tls import Certificate

MAX_PAYLOAD = 1024 * 1024 + 2048  # payloads up to 1 MiB pass, and are quarantined by us beyond 64 KiB
GATEWAY, ADMISSION, SYSTEM = "gateway", "admission", "system"
HANDSHAKE_WITHIN = 10  # seconds; the server's own 2 are short for a cabinet on a weak radio link
DECIDED_WITHIN = 8  # seconds a connection may wait to be admitted, less than cabinets wait before they try again


def configuration(
    mqtt: tuple[str, int],
    store: Path,
    ack_pending: int,
    keys: Keys | None = None,
    certificate: Certificate | None = None,
) -> str:
    """MQTT on the given address, with a `certificate` over TLS only; nothing else reachable from outside. `keys`: who
    connects is admitted by us; without them everybody is let in. Every cabinet's subscription at QoS 1 is a consumer:
    since 2.15 a stream takes 1,000 of them unless told otherwise. QoS 2 is not in the contract: the server would keep
    what is begun and never finished for ever, up to 64 GiB of one cabinet; who publishes so is disconnected."""
    host, port = mqtt
    return f"""# written by vendwatch at every start
server_name: "vendwatch"
listen: "127.0.0.1:-1"
http: "127.0.0.1:-1"
ports_file_dir: "{store}"
max_payload: {MAX_PAYLOAD}
max_connections: 200000
jetstream {{ store_dir: "{store}", limits {{ default_max_consumers: -1 }} }}
mqtt {{
  listen: "{host}:{port}", max_ack_pending: {ack_pending}, ack_wait: "10s", reject_qos2_publish: true
  {_tls(certificate) if certificate else ""} }}
{_authorization(keys) if keys else ""}"""


def _tls(certificate: Certificate) -> str:
    cert, key = (json.dumps(str(path), ensure_ascii=False) for path in (certificate.cert, certificate.key))
    return f"""tls {{ cert_file: {cert}, key_file: {key}, min_version: "1.2", timeout: {HANDSHAKE_WITHIN} }}"""


def _authorization(keys: Keys) -> str:
    """Our own users come in by their passwords, everybody else by admission; all live in the account that open
    enrolment uses too, so that the queue stays when the enrolment changes. No cabinet is called like our users."""
    return f"""accounts {{ SYS {{ users: [{{ user: "{SYSTEM}", password: "{keys.system}" }}] }} }}
system_account: SYS
authorization {{
  timeout: {DECIDED_WITHIN}
  users: [
    {{ user: "{ADMISSION}", password: "{keys.admission}", allowed_connection_types: ["STANDARD"],
      permissions: {{ subscribe: "$SYS.REQ.USER.AUTH", allow_responses: true }} }}
    {{ user: "{GATEWAY}", password: "{keys.gateway}", allowed_connection_types: ["MQTT"],
      permissions: {{
        subscribe: ["cabinets.*.up", "cabinets.*.up.>", "cabinets.*.*.up", "cabinets.*.*.up.>"],
        publish: "cabinets.*.down.>" }} }}
  ]
  auth_callout {{ issuer: "{keys.issuer_public}", auth_users: ["{ADMISSION}", "{GATEWAY}", "{SYSTEM}"] }}
}}
"""
