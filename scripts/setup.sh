# Sourced by scripts/run, scripts/test and the like: makes a virtual environment in the checkout and installs whence there,
# editable, with the versions and hashes of scripts/requirements.lock. Needs Python 3.11 or later and nothing else.
#
#   set_up EXTRA...    installs the package with these extras; quick when nothing changed
#
# venv and python say where and with what, when they are set: by default .venv, with the first Python that is found.
# compile=--no-compile leaves the bytecode of what is installed to whoever imports it first.

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

# Prints a command that is this version of Python; fails when there is none.
python_of() {
  for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
    if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# Writes down what the lock names for these extras.
pinned() {
  awk -v wanted=" $* " '/^# for:/ { keep = 0; for (i = 3; i <= NF; i++) if (index(wanted, " " $i " ")) keep = 1 } keep' \
    scripts/requirements.lock > "$venv/wanted.txt"
}

# Installs what is written down; every file is compared with its hashes.
locked() {
  pinned "$@"
  set -- --require-hashes --no-deps --no-build-isolation --requirement "$venv/wanted.txt"
  uv_install "$@" || pip_install "$@"
}

# uv needs a tenth of the time of pip, which takes its place where there is no uv, and where the user has told pip, and it
# alone, of an index or a proxy.
uv_install() {
  [ -x "$venv/bin/uv" ] && ! "$venv/bin/python" -m pip config list | grep -Eq '(index|proxy)' &&
    "$venv/bin/uv" pip install --quiet --quiet --python "$venv/bin/python" "${compile:---compile}" "$@"
}

pip_install() {
  # shellcheck disable=SC2086
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check ${compile:-} "$@"
}

# Tells whether the first of its arguments, extras with commas between them, has all others.
covers() {
  had=,$1,
  shift
  for extra in "$@"; do
    case $had in *",$extra,"*) ;; *) return 1 ;; esac
  done
}

set_up() {
  venv=${venv:-.venv}
  extras=$(echo "$*" | tr ' ' ',')
  wanted=$(cat pyproject.toml scripts/requirements.lock; echo "$PWD")
  stamp=$venv/installed-${extras:-nothing-more}
  if [ -x "$venv/bin/python" ]; then
    for earlier in "$venv"/installed-*; do
      if covers "${earlier##*/installed-}" "$@" && [ "$(cat "$earlier" 2>/dev/null)" = "$wanted" ]; then
        return
      fi
    done
  fi
  python=${python:-$(find_python)}
  echo "Setting up $venv (once) ..." >&2
  if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    if ! "$python" -m venv --clear "$venv"; then
      echo "The virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv." >&2
      return 1
    fi
  fi
  pinned installer
  pip_install --require-hashes --no-deps --only-binary :all: --requirement "$venv/wanted.txt" 2>/dev/null || true
  # What builds comes before the rest: some packages are there as source alone. Bytecode is made now, also where that is not
  # the rule, so that a query starts at once.
  locked build && locked base "$@" &&
    pip_install --no-deps --no-build-isolation --editable ".${extras:+[$extras]}" &&
    "$venv/bin/python" -m compileall -q scripts/whence &&
    printf '%s\n' "$wanted" > "$stamp"
}
