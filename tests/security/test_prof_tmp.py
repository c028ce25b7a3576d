import cProfile
import logging
import pstats
import time

import pytest

from tests.security.matrix import ask_all

pytestmark = pytest.mark.django_db
@pytest.mark.parametrize("who", ["village"])
def test_prof(world, who):
    logging.disable(logging.CRITICAL)
    t=time.perf_counter(); c=time.process_time()
    pr=cProfile.Profile(time.process_time); pr.enable()
    r=ask_all(world, actors=[who], routes=None)
    pr.disable()
    print("T", who, time.perf_counter()-t, time.process_time()-c, r.attempts, len(r.findings))
    pstats.Stats(pr).sort_stats("tottime").print_stats(25)
    pstats.Stats(pr).sort_stats("cumtime").print_stats(70)
    with open(f"/tmp/find-{who}.txt","w") as f: f.write("\n".join(r.findings))
