# Sourced by the commands of this folder: finds a Python that is new enough and sets $PYTHON.
PYTHON=
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        PYTHON=$candidate
        break
    fi
done
if [ -z "$PYTHON" ]; then
    echo "Cần Python 3.11 trở lên, nhưng không tìm thấy trên máy này." >&2
    exit 1
fi
HERE=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
