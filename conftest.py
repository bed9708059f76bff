"""For every pytest run, nbval's included: notebooks run as they did when they were stored."""

import os

from tools.notebooks import EXECUTION_ENVIRONMENT

os.environ.update(EXECUTION_ENVIRONMENT)
