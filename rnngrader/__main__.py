"""``python -m rnngrader``."""

import sys

from rnngrader.cli import main

sys.exit(main())
