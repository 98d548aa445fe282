#!/usr/bin/python3
"""Who is at the other end: the key goes to nobody whose certificate is not signed, or is of another host."""

import os
import socket
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Tap, new_folder, run_program  # noqa: E402

KEY = "sesame-0123456789"
CERTIFICATE = str(TOP / "tests/e2e/localhost.pem")
CONFIG = """\
[kisi]
base_url     = https://{host}:{port}
api_key_file = api.key
attempts     = 1
[source bookings]
profile  = generic-bookings
file     = bookings.csv
timezone = UTC
[rule room]
resource = Room 1
group    = Room 1
"""

tap = Tap()


class Listener:
    """A server with the certificate of localhost; remembers what it was asked, and refuses every key."""

    def __init__(self):
        self.asked = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATE)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            connection.settimeout(30)
            try:
                with self.context.wrap_socket(connection, server_side=True) as secure:
                    self.asked.append(secure.recv(65536))
                    secure.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            except OSError:
                connection.close()


def build_library():
    path = os.path.join(new_folder(), "trust.so")
    subprocess.run([os.environ.get("CC", "cc").split()[-1], "-std=gnu11", "-fPIC", "-shared", "-o", path,
                    str(TOP / "tests/e2e/trust.c"), "-ldl"], check=True)
    return path


def ask(listener, host, env=None):
    """The exit code of a run that reads Kisi there, what it says, and what was asked."""
    del listener.asked[:]
    run = run_program(["-c", "venue.ini", "snapshot", "-o", "kisi.json"], env=env, files={
        "venue.ini": CONFIG.format(host=host, port=listener.port), "api.key": KEY})
    return run.code, run.stderr, b"".join(listener.asked)


server = Listener()
trusting = {"LD_PRELOAD": build_library(), "TRUST": CERTIFICATE,
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"}

code, said, asked = ask(server, "localhost", trusting)
tap.ok("a certificate that is signed, and of this host: asked, with the key", code == 69 and KEY.encode() in asked, said)
code, said, asked = ask(server, "localhost")
tap.equal("a certificate that nobody signed: nothing is asked", (code, asked), (69, b""))
tap.ok("... and the message speaks of the certificate", "certificate" in said, said)
code, said, asked = ask(server, "127.0.0.1", trusting)
tap.equal("a certificate of another host: nothing is asked", (code, asked), (69, b""))
tap.ok("... and the message speaks of the name", "127.0.0.1" in said and KEY not in said, said)
tap.done()
