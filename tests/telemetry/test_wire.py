"""The wire: nothing raises, reasons are right, (boot, seq) is found wherever it can be read."""

import json
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry import wire

HEAD = b'{"boot":3,"seq":7,"ts":1800000000000,'
leaves = st.sampled_from(sorted(wire.LEAVES))


def telemetry(rest):
    return wire.decode("telemetry", HEAD + rest)


def reason(result):
    assert isinstance(result, wire.Reject), result
    return result.reason


@pytest.mark.parametrize(
    "rest",
    [
        b'"m":{"air_c":NaN}}',
        b'"m":{"air_c":Infinity}}',
        b'"m":{"air_c":-Infinity}}',
        b'"m":{"air_c":1e999}}',
        b'"m":{"air_c":' + b"9" * 400 + b"}}",
        b'"m":{"air_c":true}}',
        b'"m":{"air_c":"4"}}',
        b'"m":{"air_c":null}}',
        b'"m":{"air_c":{}}}',
        b'"m":[1]}',
        b'"m":{"\xff\xfe":1}}',
        b'"m":{}} trailing',
        b'"m":{"air_c":4}',
        b'"m":{"air_c":4',
        b'"m":{"air_c"',
        b"}",
        b'"m":{},"samples":[]}',
        b'"samples":[{"ts":"now","m":{}}]}',
        b'"samples":[{"m":{}}]}',
    ],
)
def test_a_malformed_rest_is_refused_and_still_counts_as_its_seq(rest):
    result = telemetry(rest)
    assert reason(result).startswith("malformed")
    assert (result.boot, result.seq) == (3, 7)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b'{"boot":-1,"seq":7,"ts":0,"m":{}}', "out_of_range: boot"),
        (b'{"boot":1,"seq":0,"ts":0,"m":{}}', "out_of_range: seq"),
        (b'{"boot":1,"seq":-4,"ts":0,"m":{}}', "out_of_range: seq"),
        (b'{"boot":1,"seq":9007199254740992,"ts":0,"m":{}}', "out_of_range: seq"),
        (b'{"boot":1,"seq":' + b"1" * 5000 + b',"ts":0,"m":{}}', "malformed"),
        (b'{"boot":"1","seq":7,"ts":0,"m":{}}', "malformed"),
        (b'{"boot":1.5,"seq":7,"ts":0,"m":{}}', "malformed"),
        (b'{"boot":1,"seq":true,"ts":0,"m":{}}', "malformed"),
        (b'{"boot":1,"ts":0,"m":{}}', "malformed"),
        (b"", "malformed"),
        (b"null", "malformed"),
        (b"[]", "malformed"),
        (b"\xff\xfe\x00", "malformed"),
    ],
)
def test_without_a_readable_boot_and_seq_it_counts_as_none(payload, why):
    result = wire.decode("telemetry", payload)
    assert reason(result).startswith(why)
    assert (result.boot, result.seq) == (None, None)


@pytest.mark.parametrize(
    ("leaf", "rest", "why"),
    [
        ("telemetry", b'"ts":9007199254740992,"m":{}}', "out_of_range: ts"),
        ("telemetry", b'"ts":0,"samples":[{"ts":-9007199254740992,"m":{}}]}', "out_of_range: ts"),
        ("telemetry", b'"ts":0,"m":{},"oldest":0}', "out_of_range: oldest"),
        ("telemetry", b'"ts":0,"m":{},"oldest":99999999999999999999}', "out_of_range: oldest"),
        ("event", b'"ts":0,"event":"vend","data":{"x":[9223372036854775808]}}', "out_of_range: data"),
        ("birth", b'"ts":0,"conn":-1}', "out_of_range: conn"),
        ("birth", b'"ts":0,"conn":18446744073709551616}', "out_of_range: conn"),
        ("birth", b'"ts":0,"conn":1,"interval_s":0}', "out_of_range: interval_s"),
        ("birth", b'"ts":0,"conn":1,"interval_s":1e300}', "out_of_range: interval_s"),
        ("birth", b'"ts":0,"conn":1,"protocol":2}', "unknown_protocol"),
        ("birth", b'"ts":0,"conn":1,"holds":[[1,5,4]]}', "out_of_range: holds"),
        ("birth", b'"ts":0,"conn":1,"holds":[[1,0,4]]}', "out_of_range: holds"),
        ("birth", b'"ts":0,"conn":1,"holds":[[1,2]]}', "malformed"),
        ("reply", b'"ts":0,"id":"c","status":"perhaps"}', "malformed"),
    ],
)
def test_values_out_of_range_are_refused_under_their_seq(leaf, rest, why):
    result = wire.decode(leaf, b'{"boot":3,"seq":7,' + rest)
    assert reason(result).startswith(why)
    assert (result.boot, result.seq) == (3, 7)


def test_boot_and_seq_are_those_of_the_outermost_object():
    """Broken JSON, and another boot and seq inside: the message counts as its own."""
    inside = b'{"data":{"boot":99,"seq":98},"boot":3,"seq":7,"ts":0,"event":'
    assert wire.decode("event", inside)[1:] == (3, 7)
    assert wire.decode("event", b'{"x":"\\"boot\\":9,","boot":3,"seq":7,')[1:] == (3, 7)
    assert wire.decode("event", b'{"boot":3,"data":{"seq":98},')[1:] == (None, None)


def test_a_key_that_stands_twice_counts_as_the_last():
    assert wire.decode("telemetry", b'{"boot":1,"boot":2,"seq":1,"seq":7,"ts":0,"m":{}}').seq == 7
    assert wire.decode("telemetry", b'{"boot":1,"boot":2,"seq":1,"seq":7,"ts":0,"m":{"x":"y"}}')[1:] == (2, 7)
    assert wire.decode("telemetry", b'{"boot":1,"boot":2,"seq":1,"seq":7,"ts":0,"m":')[1:] == (2, 7)


def test_a_cut_number_is_not_read():
    assert wire.decode("telemetry", b'{"boot":3,"seq":12')[1:] == (None, None)


def test_a_will_never_counts_as_a_seq():
    assert isinstance(wire.decode("will", b'{"boot":3,"conn":2,"seq":7}'), wire.Will)
    assert wire.decode("will", b'{"boot":3,"conn":"x","seq":7}')[1:] == (None, None)
    assert reason(wire.decode("will", b'{"boot":3,"conn":18446744073709551616}')) == "out_of_range: conn"


def nested(depth):
    return b'{"boot":3,"seq":7,"ts":0,"event":"vend","data":' + b'{"a":' * (depth - 1) + b"1" + b"}" * depth


def test_eight_deep_is_taken_and_nine_is_not():
    assert isinstance(wire.decode("event", nested(8)), wire.Event)
    assert wire.decode("event", nested(9)) == wire.Reject("too_deep", 3, 7)


def test_brackets_inside_strings_do_not_count_as_depth():
    text = json.dumps('[[[[[[[[[[[["\\')
    result = wire.decode("event", b'{"boot":3,"seq":7,"ts":0,"event":"vend","data":{"a":%s}}' % text.encode())
    assert isinstance(result, wire.Event)


def test_sixty_four_kib_is_taken_and_one_byte_more_is_quarantined_under_its_seq():
    room = 65_536 - len(HEAD + b'"m":{},"pad":""}')
    assert isinstance(telemetry(b'"m":{},"pad":"' + b"x" * room + b'"}'), wire.Telemetry)
    assert telemetry(b'"m":{},"pad":"' + b"x" * (room + 1) + b'"}') == wire.Reject("too_large", 3, 7)
    behind = b'{"pad":"' + b"x" * 900_000 + b'","boot":3,"seq":7}'
    assert wire.decode("telemetry", behind) == wire.Reject("too_large", 3, 7)


@pytest.mark.parametrize(
    "payload", [b"[" * 10_000_000, b'"' * 1_000_000, b'\\"' * 500_000, b"{" * 65_000, HEAD + b'"x":' + b"[" * 1_000_000]
)
def test_bombs_are_refused_quickly(payload):
    start = time.process_time()
    assert reason(wire.decode("event", payload)) in ("too_large", "too_deep")
    assert time.process_time() - start < 1


@given(leaves, st.binary(max_size=400))
def test_bytes_never_raise(leaf, payload):
    wire.decode(leaf, payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
keys = st.sampled_from(
    ["boot", "seq", "ts", "m", "samples", "conn", "holds", "event", "data", "id", "status", "oldest", "interval_s"]
)


@given(leaves, st.dictionaries(keys | st.text(max_size=5), json_values, max_size=12), st.integers(0, 400))
def test_almost_messages_never_raise_and_what_is_taken_can_be_stored(leaf, fields, cut):
    payload = json.dumps(fields).encode("utf-8", "surrogatepass")
    wire.decode(leaf, payload[:cut])
    taken = wire.decode(leaf, payload)
    if not isinstance(taken, wire.Reject):
        assert wire.decode(leaf, wire.encode(taken)) == taken
        msgspec.msgpack.encode(taken)


counters = st.integers(0, 2**53 - 1)


@given(
    st.builds(
        wire.Telemetry,
        boot=counters,
        seq=st.integers(1, 2**53 - 1),
        ts=st.integers(-(2**53) + 1, 2**53 - 1),
        m=st.dictionaries(st.text(max_size=8), st.floats(allow_nan=False, allow_infinity=False), max_size=5),
    )
)
def test_a_good_message_survives_the_wire(message):
    assert wire.decode("telemetry", wire.encode(message)) == message


@pytest.mark.parametrize(
    "name",
    [
        "cabinets/a1/up/birth",
        "cabinets/A/up/birth",
        "cabinets/" + "A" * 33 + "/up/birth",
        "cabinets/A+/up/birth",
        "cabinets/A#/up/birth",
        "cabinets/A/B/up/birth",
        "cabinets//up/birth",
        "cabinets/-A/up/birth",
        "cabinets/A1\n/up/birth",
        "cabinets/A1\x00/up/birth",
        "cabinets/А1/up/birth",  # a Cyrillic letter
        "cabinets/A１/up/birth",  # a full-width digit
        "cabinets/A1/down/ack",
        "cabinets/A1/up/ack",
        "cabinets/A1/up/birth/",
        "cabinets/A1/up",
        "/cabinets/A1/up/birth",
        "Cabinets/A1/up/birth",
        "",
    ],
)
def test_other_topics_are_none_of_ours(name):
    assert wire.parse_topic(name) is None


@given(st.from_regex(r"[A-Z0-9][A-Z0-9-]{1,31}", fullmatch=True), leaves)
def test_a_topic_names_its_cabinet(cabinet, leaf):
    assert wire.parse_topic(wire.topic(cabinet, "up", leaf)) == (cabinet, leaf)


@given(st.text(max_size=60))
def test_topics_never_raise(name):
    assert wire.parse_topic(name) is None


numbers = st.one_of(
    st.integers(-3, 3), st.sampled_from([2**53 - 1, 2**53, -(2**53), 1 - 2**53, 10**30, 1.5, 1e300, True, None, "1"])
)
fields = st.fixed_dictionaries(
    {"boot": numbers, "seq": numbers, "ts": numbers},
    optional={
        "m": st.one_of(st.dictionaries(st.text(max_size=3), numbers, max_size=3), numbers),
        "samples": st.sampled_from([None, [], [{"ts": 1, "m": {}}], 3]),
        "oldest": numbers,
        "x": st.sampled_from([1, "[[[[[[[[[", [[[[[[[[1]]]]]]]], {"m": {}}]),
    },
)


def torn(told, cut, tail):
    return json.dumps(told).encode()[:cut] + tail


payloads = st.one_of(
    st.builds(torn, fields, st.just(None), st.just(b"")),
    st.builds(torn, fields, st.integers(0, 99), st.binary(max_size=3)),
    st.builds(lambda n: b'{"boot":1,"seq":2,"ts":3,"m":{%s"a":1}}' % (b" " * n), st.integers(65_490, 65_520)),
)


@given(payloads)
def test_what_is_plain_is_what_decode_makes_of_it_and_nothing_else_is(payload):
    [plain] = wire.plain([payload])
    decoded = wire.decode("telemetry", payload)
    if plain is None:
        return
    assert isinstance(decoded, wire.Telemetry)
    assert msgspec.to_builtins(plain) == msgspec.to_builtins(decoded)


def test_nearly_all_telemetry_is_plain():
    [found] = wire.plain([b'{"boot":1,"seq":2,"ts":-3,"m":{"air_c":4.5,"comp_on":1}}'])
    assert found.m == {"air_c": 4.5, "comp_on": 1.0}
    assert wire.plain([b'{"boot":1,"seq":2,"ts":3,"m":{},"x":1}']) == [None]
