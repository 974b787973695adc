"""camera_down: the cameras deliver no picture."""

from simulator.injections.base import Injection, switch

_begin, _end = switch("camera_dead")
CAMERA_DOWN = Injection("camera_down", _begin, _end, heals=0.3)
