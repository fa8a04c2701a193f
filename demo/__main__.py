"""``python -m demo``, which scripts/demo runs."""

import sys

from .command import main

sys.exit(main())
