"""What every test shares, with Home Assistant and without."""

from hypothesis import HealthCheck, settings

# How long one example takes says more about the machine than about the code under test.
settings.register_profile(
    "repository",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repository")
