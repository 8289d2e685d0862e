"""One slice of load by wrk: so many connections, so many seconds, a script for what they send."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).with_name("scripts")


@dataclass(frozen=True)
class Slice:
    """What wrk saw. `refused`: answers of 400 and above; milliseconds."""

    requests: int
    seconds: float
    refused: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def send(url: str, script: str, *arguments: object, seconds: float = 1, connections: int = 4) -> Slice:
    """`script` is a file of `bench/scripts`; `arguments` go to its `init`."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s", "-s", SCRIPTS / script, url]
    done = subprocess.run(
        [*command, "--", *map(str, arguments)], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return Slice(said["requests"], said["seconds"], said["refused"], said["p50"], said["p99"])
