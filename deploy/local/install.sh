#!/bin/sh
# Makes .venv with the locked packages and the project itself. Usage: install.sh local|dev [requested python]
set -u
packages=$1
requested=${2:-}

stop() {
    echo "vmeste: $1" >&2
    exit 1
}

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1
}

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    if [ -n "$requested" ]; then
        suits "$requested" || stop "Python 3.11 or 3.12 is needed, and \"$requested\" is neither."
        python=$requested
    else
        python=
        for candidate in python3.11 python3.12 python3 python; do
            if suits "$candidate"; then
                python=$candidate
                break
            fi
        done
        [ -n "$python" ] || stop "Python 3.11 or 3.12 is needed and was not found; name one with: make PYTHON=/path/to/python3.11 ..."
    fi
    "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
        stop "$("$python" -c 'import sys; print("Python %d.%d" % sys.version_info[:2])') is here without venv; on Debian and Ubuntu install the package $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')."
    echo "vmeste: making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv || stop "the virtual environment .venv could not be made, the reason stands above."
fi
suits .venv/bin/python || stop "the folder .venv holds another Python than 3.11 or 3.12: remove it and try again."

echo "vmeste: installing the locked packages (requirements/$packages.txt), about a minute"
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
    --requirement "requirements/$packages.txt" ||
    stop "the locked packages could not be installed: no connection, a full disk, or no wheel for $(uname -sm); pip's reason stands above."
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable . ||
    stop "the project itself could not be installed, pip's reason stands above."
