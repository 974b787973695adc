"""A pytest plugin: property tests as mutants need them. The same cases each time, so that the same mutants die; none is
shrunk, since nobody reads what a mutant did; nothing is remembered."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, max_examples=60,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
)  # fmt: skip
