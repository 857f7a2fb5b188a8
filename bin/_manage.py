"""`bin/manage COMMAND …`: a management command against the demo's servers (same DEMO_DIR).

Uses the servers of a running demo; without one, starts them for as long as the command lasts.
Only the command itself writes to standard output.
"""

import os
import signal
import sys

import _home
import _servers

WAIT_FOR_DEMO = 120.0


def main() -> int:
    command = [sys.executable, str(_home.ROOT / "manage.py"), *sys.argv[1:]]
    home = _home.Home(_home.demo_dir())
    home.open()
    port = _home.port()
    waited = False
    while not home.try_lock():
        state = home.read_state()
        if state.get("mode") == "demo" and state.get("ready"):
            os.execve(sys.executable, command, state["environ"])
        if not waited:
            _home.say("Đang chờ máy chủ demo sẵn sàng …")
            waited = True
        ready = _home.wait_until(
            lambda: home.read_state().get("ready") or not home.state_file.exists(), WAIT_FOR_DEMO
        )
        if not ready:
            raise _home.Trouble("Máy chủ demo không sẵn sàng sau 2 phút.")
        if home.read_state().get("mode") == "manage":
            _home.wait_until(lambda: not home.state_file.exists(), WAIT_FOR_DEMO)
    try:
        with home.servers(mode="manage", at_port=port) as (_, environ):
            if not home.prepared.exists():
                home.prepare(environ, static=False)
            return _home.run_child(command, environ)
    finally:
        home.unlock()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    except (_home.Trouble, _servers.ServerError) as error:
        _home.say(str(error))
        code = 1
    sys.exit(code)
