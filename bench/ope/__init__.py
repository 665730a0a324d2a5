"""Off-policy estimates held to data with a known answer: `python -m bench.ope`."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy: two processes, two cores
    os.environ.setdefault(_name, "1")
