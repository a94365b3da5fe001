# Sourced by scripts/run, scripts/test and scripts/bench: makes .venv in the checkout and installs whence there,
# editable, with the versions of scripts/requirements.lock. Needs Python 3.11 or later and nothing else.
#
#   set_up EXTRA...    installs the package with these extras; quick when nothing changed

find_python() {
  for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "No Python 3.11 or later was found. Install it and try again." >&2
  return 1
}

set_up() {
  extras=$(echo "$*" | tr ' ' ',')
  wanted=$(cat pyproject.toml scripts/requirements.lock; echo "$PWD")
  stamp=.venv/installed-${extras:-nothing-more}
  if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return
  fi
  python=$(find_python)
  echo "Setting up .venv (once) ..." >&2
  if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    if ! "$python" -m venv --clear .venv; then
      echo "The virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv." >&2
      return 1
    fi
  fi
  install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint scripts/requirements.lock "$@"; }
  install hatchling editables ${1:+setuptools wheel}  # the last two build owlready2, which comes as source alone
  install --no-build-isolation --editable ".${extras:+[$extras]}"
  .venv/bin/python -m compileall -q scripts/whence  # also where bytecode is not written as a rule: a query starts at once
  printf '%s\n' "$wanted" > "$stamp"
}
