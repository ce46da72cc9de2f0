"""The local stack's command line: `python -m deploy.local up | tour | logs | status | down | reset`."""

import sys

from deploy.local.failures import CannotStart, sentence_for
from deploy.local.places import Places
from deploy.local.starting import ensure_supervisor

COMMANDS = ("up", "tour", "logs", "status", "down", "reset")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"usage: python -m deploy.local {' | '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        _perform(arguments[0], Places.of_environment())
    except CannotStart as failure:
        return _tell(str(failure))
    except OSError as error:
        return _tell(sentence_for(error))
    except KeyboardInterrupt:
        return 0 if arguments[0] == "logs" else 130  # following ends no other way
    return 0


def _perform(name: str, places: Places) -> None:
    supervisor = ensure_supervisor(places) if name == "up" else None
    # imported now: with the supervisor started, the two seconds that these take are not waited for twice
    from rich.console import Console  # noqa: PLC0415

    from deploy.local import commands  # noqa: PLC0415

    console = Console(highlight=False)  # colour on a terminal only
    if name == "up":
        commands.up(places, console, supervisor)
    else:
        commands.OTHERS[name](places, console)


def _tell(sentence: str) -> int:
    red, plain = ("\033[1;31m", "\033[0m") if sys.stderr.isatty() else ("", "")
    print(f"{red}{sentence}{plain}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
