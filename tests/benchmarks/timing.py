"""How both sides of a ratio are timed: by the CPU time of all threads, warmed up, then the median of many calls."""

import statistics
import time
from collections.abc import Callable


def median_seconds(step: Callable[[], object], repeats: int = 60, warm_up: int = 10) -> float:
    """Median CPU seconds of `repeats` calls after `warm_up` calls that do not count."""
    seconds = []
    for _ in range(warm_up + repeats):
        start = time.process_time()
        step()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds[warm_up:])


def compare(benchmark, ours: Callable[[], object], theirs: Callable[[], object], repeats: int = 60) -> None:
    """Benchmark `ours`, and note its median over that of `theirs` as the ratio."""
    other = median_seconds(theirs, repeats, repeats // 6)
    benchmark.pedantic(ours, rounds=repeats, warmup_rounds=repeats // 6)
    if benchmark.stats:
        benchmark.extra_info["ratio"] = benchmark.stats["median"] / other
