"""The bench's protocol for Python peers: one JSON object a line, a request in, a reply out. See README.md."""

import json
import os
import sys
import time
import traceback


def serve(handlers):
    """Answers requests from standard input until it closes; `handlers` maps a command to a function."""
    # Standard output belongs to the protocol: whatever a library prints goes to standard error.
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        message = json.loads(line)
        replies.write(json.dumps(_answer(handlers, message)) + "\n")


def _answer(handlers, message):
    handler = handlers.get(message.pop("cmd"))
    if handler is None:
        return {"error": f"expected one of {', '.join(handlers)}"}
    try:
        before = time.process_time()
        result = handler(**message)
        return {**result, "cpuSeconds": time.process_time() - before}
    except ModuleNotFoundError as error:
        return {"missing": error.name}
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"}


def repeat_for(seconds, call):
    """Calls `call` until `seconds` have passed; returns the calls made and the seconds they took."""
    calls, start = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return calls, elapsed


def read_data(data):
    """The pictures [N, 28, 28] and labels [N] that every peer trains on."""
    import numpy as np

    x = np.fromfile(data["x"], dtype="<f4").reshape(-1, 28, 28)
    labels = np.fromfile(data["labels"], dtype="<i4")
    return x, labels


# The family's jobs: shapes as in family.mjs, numbers made up.
SAMPLES = 2048
JOBS = {
    "bidirectional": {"batch": 32, "shape": (100, 32), "masked": True, "classes": 10},
    "gru": {"batch": 32, "shape": (28, 28), "classes": 10},
    "stacked": {"batch": 32, "shape": (28, 28), "classes": 10},
    "text": {"batch": 64, "shape": (200,), "ids": 10_000, "classes": 1},
}


def family_data(job):
    """x [N, …], labels [N], and the lengths of the sequences [N]."""
    import numpy as np

    random = np.random.default_rng(1)
    shape, ids = job["shape"], job.get("ids")
    labels = random.integers(0, max(job["classes"], 2), SAMPLES)
    lengths = np.full(SAMPLES, shape[0])
    if ids:
        return random.integers(0, ids, (SAMPLES, *shape), dtype="int32"), labels, lengths
    x = random.uniform(0, 1, (SAMPLES, *shape)).astype("float32")
    if job.get("masked"):
        lengths = random.integers(shape[0] // 2, shape[0] + 1, SAMPLES)
        x[np.arange(shape[0]) >= lengths[:, None]] = 0
    return x, labels, lengths
