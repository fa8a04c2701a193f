"""Home Assistant wants a flow of whatever has an entry; nobody uses this one."""

from homeassistant.config_entries import ConfigFlow


class BenchHouseFlow(ConfigFlow, domain="bench_house"):
    """Adds nothing."""
