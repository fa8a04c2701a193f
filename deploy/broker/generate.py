#!/usr/bin/env python3
"""Write the configuration of an MQTT broker for Alicia; see --help."""

from pathlib import Path
import sys

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "wyoming_services" / "src")]

from deploy.broker.command import main  # noqa: E402 - found through the path set above

if __name__ == "__main__":
    sys.exit(main())
