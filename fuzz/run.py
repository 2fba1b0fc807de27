"""Throws made-up bytes at every parser: `python fuzz/run.py --seconds 60 [--seed N] [--keep] [TARGET …]`.

A target is a file `fuzz_NAME.py` beside this one with a function `check(data) -> str`, which asserts what must hold for
any bytes and says in a few words what became of these; its words, if it has `TOKENS`, are strewn into inputs, and its
`SEEDS` are inputs to begin with beside those on disk: vectors that are made anew at times. Inputs that end in a way not
seen before join the corpus of the run, and with `--keep` the one on disk, `corpus/NAME/`. Exit status 1: a property
broke, or one input took seconds; it is kept in the corpus, so that every later run begins with it.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

from mutate import mutate

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
# A clock is read once for so many inputs.
ROUND = 200
# No parser needs this long for 20,000 bytes; of the processor's time, so that a busy machine is no finding.
LIMIT_S = 3.0

Check = Callable[[bytes], str]


def list_targets() -> list[str]:
    """The names of all targets."""
    return sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py"))


def load_corpus(target: str) -> list[bytes]:
    """What is kept for a target, in a fixed order."""
    return [path.read_bytes() for path in sorted((CORPUS / target).glob("*.bin"))]


def keep(target: str, data: bytes) -> Path:
    """Write `data` into the corpus on disk, under a name made from its content."""
    path = CORPUS / target / f"{sha256(data).hexdigest()[:16]}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def try_one(target: str, check: Check, data: bytes) -> str | None:
    """What became of `data`, or None if a property broke, which is then told and kept."""
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_S)
    try:
        return check(data)
    except Exception:  # noqa: BLE001 - whatever escapes is a finding
        traceback.print_exc()
        print(f"{target}: a property broke on {keep(target, data).relative_to(HERE.parent)}")
        print(f"again: python fuzz/run.py --seconds 0 {target}")
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _give_up(*_: object) -> None:
    raise TimeoutError(f"one input took more than {LIMIT_S} s of processor time")


def fuzz(target: str, seconds: float, random: Random, *, is_kept: bool) -> bool:
    """Run one target for some seconds; give whether all its properties held."""
    module = importlib.import_module(f"fuzz_{target}")
    check: Check = module.check
    tokens: Sequence[bytes] = getattr(module, "TOKENS", ())
    signal.signal(signal.SIGVTALRM, _give_up)
    corpus = [*load_corpus(target), *getattr(module, "SEEDS", ())]
    seen = set()
    for data in corpus:
        outcome = try_one(target, check, data)
        if outcome is None:
            return False
        seen.add(outcome)
    count, end = len(corpus), time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(ROUND):
            data = mutate(corpus, random, tokens)
            outcome = try_one(target, check, data)
            if outcome is None:
                return False
            if outcome not in seen:
                seen.add(outcome)
                corpus.append(data)
                if is_kept:
                    keep(target, data)
        count += ROUND
    print(f"{target}: {count:,} inputs, {len(seen)} different ends, every property held")
    return True


def main() -> int:
    """Divide the time among the targets and run them; the seed is told, so that a run can be repeated."""
    parser = argparse.ArgumentParser(description="Throw made-up bytes at every parser.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(list_targets())}; default all")
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="default: another in each run")
    parser.add_argument("--keep", action="store_true", help="write inputs with new ends into the corpus on disk")
    arguments = parser.parse_args()
    targets = arguments.targets or list_targets()
    unknown = sorted(set(targets) - set(list_targets()))
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}")
    print(f"seed {arguments.seed}")
    random = Random(arguments.seed)
    share = arguments.seconds / len(targets)
    held = [fuzz(target, share, random, is_kept=arguments.keep) for target in targets]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
