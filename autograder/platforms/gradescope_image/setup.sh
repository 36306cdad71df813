#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: it installs what grading needs, in the course's versions.
set -euo pipefail

ROOT=${UNROLLED_ROOT:-/autograder}      # where Gradescope puts everything
PYTHON=${UNROLLED_PYTHON:-}             # a Python that has all that is needed: then nothing is downloaded
COURSE=$ROOT/source/unrolled

stop() {
    echo "setup.sh: $1" >&2
    exit 1
}

# Whether a Python is one that pyproject.toml promises, and can make a virtual environment.
supported() {
    "$1" -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null &&
        "$1" -I -c 'import ensurepip, venv' 2>/dev/null
}

find_python() {
    local name
    for name in python3.12 python3.13 python3.14 python3.11 python3; do
        if command -v "$name" >/dev/null && supported "$name"; then
            command -v "$name"
            return
        fi
    done
}

# Ubuntu 22.04, Gradescope's default image, has Python 3.10; the deadsnakes archive has 3.12 for it.
install_python() {
    command -v apt-get >/dev/null ||
        stop "there is no Python 3.11 to 3.14 here and no apt-get to install one with: choose Ubuntu 22.04 as the base image."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || stop "apt-get update failed: has the image a network?"
    apt-get install -y -qq --no-install-recommends software-properties-common gpg-agent libseccomp2 ||
        stop "apt-get could not install software-properties-common."
    if ! apt-get install -y -qq --no-install-recommends python3.12 python3.12-venv 2>/dev/null; then
        add-apt-repository -y ppa:deadsnakes/ppa || stop "the archive ppa:deadsnakes/ppa, which has Python 3.12 for Ubuntu 22.04, could not be added."
        apt-get update -qq || stop "apt-get update failed."
        apt-get install -y -qq --no-install-recommends python3.12 python3.12-venv ||
            stop "Python 3.12 could not be installed: choose Ubuntu 22.04 as the base image."
    fi
}

[ "$(id -u)" -eq 0 ] || stop "it must be run as root, as Gradescope does."
[ -f "$COURSE/nbgrader_config.py" ] || stop "$COURSE is not there: upload the zip as autograder gradescope-zip made it."
umask 022 # a submission's user must be able to read Python and the package utils
if [ -z "$PYTHON" ]; then
    found=$(find_python)
    if [ -z "$found" ]; then
        install_python
        found=$(find_python)
    fi
    [ -n "$found" ] || stop "there is no Python 3.11 to 3.14 here that can make a virtual environment."
    "$found" "$COURSE/make_venv.py" --grading || stop "installing failed; the lines above say why."
    PYTHON=$COURSE/.venv/bin/python
fi
cd "$COURSE"
chmod go+x "$ROOT" "$ROOT/source" "$COURSE" # however it was unpacked; what must be closed is closed by what follows
chmod -R go+rX utils
"$PYTHON" -m compileall -q utils autograder || stop "$PYTHON cannot compile the course's package."
"$PYTHON" -m autograder.platforms.gradescope_run --look || stop "submissions cannot be kept apart from the grader here."
echo "$PYTHON" >"$ROOT/source/python" # written last: without it, run_autograder says that this did not end well
echo "setup.sh: done."
