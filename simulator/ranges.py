"""How far cabinets and their places lie from the data sheet, beyond the few percent that they always do."""

import msgspec

Range = tuple[float, float]
AS_IT_IS = (1.0, 1.0)


class Ranges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[ranges]`: of each, lowest and highest; drawn evenly per cabinet. All are factors but `climate_c` (K, added).

    `envelope`: heat through the walls (W/K); `cooling`: the power of the circuit; `exchange`: goods to air, air to
    evaporator; `heat`: what air, goods and evaporator store; `noise`: the sensors' scatter; `traffic`: openings;
    `swing`: between day and night. Detectors are tuned without them and scored with them (`held_out.toml`).
    """

    envelope: Range = AS_IT_IS
    cooling: Range = AS_IT_IS
    exchange: Range = AS_IT_IS
    heat: Range = AS_IT_IS
    noise: Range = AS_IT_IS
    traffic: Range = AS_IT_IS
    swing: Range = AS_IT_IS
    climate_c: Range = (0.0, 0.0)

    def __post_init__(self) -> None:
        """Raises ValueError for a range that is none, or a factor below zero."""
        for name in self.__struct_fields__:
            low, high = getattr(self, name)
            if low > high or (low < 0 and name != "climate_c"):
                raise ValueError(f"{name}: from {low} to {high} is no range")
