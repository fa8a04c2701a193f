"""What the speech servers share: Wyoming, the bus, options, limits."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("alicia-wyoming-services")
except PackageNotFoundError:
    VERSION = "0.0.0"
