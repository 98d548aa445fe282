"""A web server on loopback that serves exports, and breaks in every way.

    with Feeds() as web:
        web.at("/bookings.csv", Answer("a,b\\n"))
        web.at("/flaky", Answer(status=500), Answer("fine"))     # one after another, the last one for ever
        ... web.url("/bookings.csv") ... web.requests
"""

import http.server
import threading
import urllib.parse


class Answer:
    """What one request is answered with.

    body: text or bytes, or a function of the request that gives an Answer.  cut: send only so many bytes of the body.
    hang: seconds to wait first.  endless: go on sending until nobody listens.
    """

    def __init__(self, body="", status=200, headers=None, cut=None, hang=0, endless=False):
        self.body, self.status, self.headers = body, status, headers or {}
        self.cut, self.hang, self.endless = cut, hang, endless


class Request:
    """What was asked for: path, parameters (of the query), headers."""

    def __init__(self, handler):
        parts = urllib.parse.urlsplit(handler.path)
        self.path, self.headers = parts.path, dict(handler.headers)
        self.parameters = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        request = Request(self)
        answer = self.server.feeds.next(request)
        if callable(answer.body):
            answer = answer.body(request)
        body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
        if answer.hang:
            self.server.feeds.over.wait(answer.hang)
        try:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if not answer.endless:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:answer.cut])
            while answer.endless and not self.server.feeds.over.is_set():
                self.wfile.write(body)
        except OSError:
            pass
        if answer.cut is not None or answer.endless:
            self.close_connection = True

    def log_message(self, *_):
        pass


class Feeds:
    def __init__(self):
        self.answers, self.requests, self.over = {}, [], threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.feeds = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.server.server_port}{path}"

    def at(self, path, *answers):
        """Answer requests for the path so, and forget what was asked before."""
        self.answers[path] = list(answers)
        self.requests.clear()

    def next(self, request):
        self.requests.append(request)
        answers = self.answers.get(request.path, [Answer("not here", 404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]
