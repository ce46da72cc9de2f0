"""The local stack's command line: `python -m deploy.local up | tour | logs | status | down | reset`."""

import sys

from rich.console import Console

from deploy.local import commands
from deploy.local.failures import CannotStart, sentence_for
from deploy.local.places import Places

_COMMANDS = {
    "up": commands.up,
    "tour": commands.tour,
    "logs": commands.logs,
    "status": commands.status,
    "down": commands.down,
    "reset": commands.reset,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in _COMMANDS:
        print(f"usage: python -m deploy.local {' | '.join(_COMMANDS)}", file=sys.stderr)
        return 2
    console = Console(highlight=False)  # colour on a terminal only
    try:
        _COMMANDS[arguments[0]](Places.of_environment(), console)
    except CannotStart as failure:
        Console(stderr=True).print(str(failure), style="bold red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except OSError as error:
        Console(stderr=True).print(sentence_for(error), style="bold red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
