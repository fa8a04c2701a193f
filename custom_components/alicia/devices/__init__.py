"""Devices of the bus in Home Assistant: who they are, their states, and what they are told."""

from .manager import DeviceManager
from .registry import async_setup_devices, bus_identifier, device_id_of, device_identifier

__all__ = [
    "DeviceManager",
    "async_setup_devices",
    "bus_identifier",
    "device_id_of",
    "device_identifier",
]
