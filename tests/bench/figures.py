"""How figures are printed: a line each, the median over its runs first, then the spread."""

import statistics


def show(what, seconds, note=""):
    """Prints and returns the median."""
    median = statistics.median(seconds)
    spread = f"({min(seconds) * 1000:.1f} to {max(seconds) * 1000:.1f}, {len(seconds)} times)"
    print(f"  {what:<52} {median * 1000:>10.1f} ms  {spread:<34} {note}".rstrip(), flush=True)
    return median


def show_keys(what, seconds, note=""):
    """Of many keys also the one that one in a hundred exceeds."""
    p99 = sorted(seconds)[len(seconds) * 99 // 100]
    return show(what, seconds, f"p99 {p99 * 1000:.1f} ms, {note}")


def show_worst(what, seconds, note=""):
    """Of keys that differ only the slowest says something: what it was in each run."""
    keys = min(len(run) for run in seconds)
    return show(what, [max(run) for run in seconds], f"the worst of {keys} keys, {note}")


def show_megabytes(what, megabytes, note=""):
    spread = f"({min(megabytes):.1f} to {max(megabytes):.1f}, {len(megabytes)} times)"
    print(f"  {what:<52} {statistics.median(megabytes):>10.1f} MB  {spread:<34} {note}".rstrip(), flush=True)


def ratio(what, value, aim=""):
    print(f"  {what:<52} {value:>10.3f}     {'aim ' + aim if aim else ''}".rstrip(), flush=True)
