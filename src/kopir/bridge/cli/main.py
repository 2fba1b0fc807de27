"""`kopir`: gathers the commands, runs one, and turns what goes wrong into one line and an exit status.

A room above the bridge adds a command through the entry-point group `kopir.commands`: a callable that takes the
subparsers. Exit status: 0 done, 1 the answer is no, 2 it could not be done, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points, version
from typing import TYPE_CHECKING, Any, Final, NoReturn

from kopir.bridge.config import credentials_folder
from kopir.bridge.errors import BridgeError
from kopir.signing.errors import SigningError
from kopir.wire.errors import ProtocolError

from . import anchor, ca, check, directory, evidence, journal, keys

PLUG_INS: Final = "kopir.commands"

_COMMANDS: Final = (ca, keys, directory, anchor, check, journal, evidence)
_NOTHING_ASKED: Final = tuple(f"the following arguments are required: {name}" for name in ("COMMAND", "VERB"))
_NO_CHOICE: Final = re.compile(r"(argument [^:]+: invalid choice: '(.*)') \(choose from (.*)\)", re.DOTALL)
_DESCRIPTION: Final = "The bridge between countries: signed, logged, verifiable exchange between sovereign nodes."
_EPILOG: Final = """\
A node from nothing:
  kopir key new directory.key                   the country's directory key, kept away from every node
  kopir key new node.key; kopir key csr …       keys and certificate requests of node and members
  kopir directory publish --from directory.toml --key directory.key --out directory.cose
  kopir anchor make --instance KZ --key directory.key --address URL --out KZ.anchor.toml
  kopir anchor accept KZ.anchor.toml --config node.toml
  kopir bridge check node.toml && kopir bridge run node.toml

`kopir COMMAND --help` tells more. All keys of the configuration: docs/reference/configuration.md.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = build_parser()
    args = parser.parse_args(arguments)
    if getattr(args, "credentials", False) is None:
        args.credentials = credentials_folder()
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return 130
    except (BridgeError, SigningError, ProtocolError, OSError) as error:
        if args.debug:
            raise
        for line in _message(error).splitlines() or [type(error).__name__]:
            print(f"kopir: {line}", file=sys.stderr)
        return 2


def _message(error: Exception) -> str:
    """What to tell of an error; of one of the system the file and the reason, as our own messages name them."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, with the commands of other rooms."""
    parser = _Parser(
        prog="kopir",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kopir {version('kopir')}")
    parser.add_argument("--debug", action="store_true", help="show where in the program a failure comes from")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for module in _COMMANDS:
        module.add_parser(subparsers)
    for entry in sorted(entry_points(group=PLUG_INS), key=lambda entry: entry.name):
        entry.load()(subparsers)
    return parser


if TYPE_CHECKING:
    _Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
else:
    _Subparsers = argparse._SubParsersAction  # noqa: SLF001 - generic to the type checker alone


class _Verbs(_Subparsers):
    """Subcommands whose own `--help` begins with the sentence that stands for them in the list above them."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own
        options.setdefault("description", options.get("help"))
        return super().add_parser(name, **options)


class _Parser(argparse.ArgumentParser):
    """A parser whose subcommands are `_Verbs`, on every level: argparse makes those of the same class."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(*args, **options)
        self.register("action", "parsers", _Verbs)

    def error(self, message: str) -> NoReturn:
        """End with status 2: with the whole help where the command or its verb is missing, else with what is wrong."""
        if message in _NOTHING_ASKED:
            self.print_help(sys.stderr)
            self.exit(2)
        wrong = _NO_CHOICE.fullmatch(message)
        near = difflib.get_close_matches(wrong[2], re.findall(r"[\w-]+", wrong[3]), 1) if wrong else []
        super().error(f"{message}; did you mean {near[0]}?" if near else message)


if __name__ == "__main__":
    sys.exit(main())
