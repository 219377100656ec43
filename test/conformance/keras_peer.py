"""Keras as a peer: one JSON job a line on standard input, one JSON answer a line on standard output.

The first line, before any job, is {"ready": true, "versions": {…}}. A job and its answer have the form of a golden
case's "job" and "answer" (test/golden/README.md); the answer repeats the job's "id" and says "ok". A job that cannot
be done is answered by {"id", "ok": false, "error": {"type", "message"}}, and the next one is read.
End of input ends the peer. Whatever libraries print goes to standard error.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "golden"))
import golden  # first: it chooses the backend
import job as jobs


def private_stdout():
    """Standard output for answers alone: from here on, anything else that is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def reply(line, work):
    """The answer to one line, whatever happens."""
    job = {}
    try:
        job = json.loads(line)
        return {"id": job.get("id"), "ok": True, **work(job)}
    except Exception as error:  # the caller decides what a failure means
        name = job.get("id") if isinstance(job, dict) else None
        return {"id": name, "ok": False, "error": {"type": type(error).__name__, "message": str(error)}}


def serve(work, hello):
    """Answers line by line until the input ends."""
    answers = private_stdout()

    def send(value):
        answers.write(json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n")
        answers.flush()

    send({"ready": True, **hello})
    for line in sys.stdin:
        if line.strip():
            send(reply(line, work))


if __name__ == "__main__":
    serve(lambda job: jobs.to_json(jobs.answer(job)), {"versions": golden.versions()})
