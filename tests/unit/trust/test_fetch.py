"""The guarded client, against real servers on a loopback address."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tessera.trust import fetch
from tessera.trust.fetch import FetchError, GuardedFetcher

TESTING = GuardedFetcher(allow_loopback=True)


@contextmanager
def server(answers):
    """Serve (status, headers, body) by path and note what was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"]))
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.headers["Content-Type"], sent))
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", asked
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@contextmanager
def silent_server(first=b""):
    """Take a connection, send these bytes, and then nothing more, until the test is over."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        line, _ = listening.accept()
        line.recv(65536)
        line.sendall(first)
        over.wait(60)
        line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/file"
    finally:
        over.set()
        thread.join()
        listening.close()


@contextmanager
def dripping_server():
    """Send a byte whenever the last one was taken, without end: every single read is quick."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        line, _ = listening.accept()
        line.recv(65536)
        try:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while not over.wait(0.01):
                line.sendall(b"x")
        except OSError:
            pass
        line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/file"
    finally:
        over.set()
        thread.join()
        listening.close()


def test_a_file_is_fetched_whole_and_its_query_is_kept():
    with server({"/a/file?x=1": (200, {}, b"content")}) as (base, asked):
        assert TESTING.get(f"{base}/a/file?x=1#part", max_bytes=7) == b"content"
        assert asked == [("/a/file?x=1", base.removeprefix("http://"))]


def test_an_answer_that_is_not_200_names_its_status():
    with server({"/": (404, {}, b"no")}) as (base, _), pytest.raises(FetchError, match="404"):
        TESTING.get(base, max_bytes=100)


def test_a_body_of_exactly_the_limit_passes_and_one_more_byte_does_not():
    with server({"/": (200, {}, b"12345678")}) as (base, _):
        assert TESTING.get(base, max_bytes=8) == b"12345678"
        with pytest.raises(FetchError, match="larger than 7 bytes"):
            TESTING.get(base, max_bytes=7)


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole():
    answers = {
        path: (200, {"Content-Length": "9"}, body) for path, body in (("/a", b"half"), ("/b", b""))
    }
    with server(answers) as (base, _):
        for path in answers:
            with pytest.raises(FetchError, match="broke off"):
                TESTING.get(base + path, max_bytes=1000)


def test_three_redirects_are_followed_and_a_fourth_is_not():
    answers = {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(4)}
    answers["/4"] = (200, {}, b"at last")
    with server(answers) as (base, _):
        assert TESTING.get(f"{base}/1", max_bytes=100) == b"at last"
        with pytest.raises(FetchError, match="/0 redirects more than 3 times"):
            TESTING.get(f"{base}/0", max_bytes=100)


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/secret",
        "http://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "http://[fe80::1]/",
        "https://0.0.0.0/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(target):
    with (
        server({"/": (302, {"Location": target}, b"")}) as (base, _),
        pytest.raises(FetchError, match="not a public address"),
    ):
        TESTING.get(base, max_bytes=100)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[", "//:x/"])
def test_a_redirect_to_something_else_than_the_web_is_refused(target):
    with (
        server({"/": (302, {"Location": target}, b"")}) as (base, _),
        pytest.raises(FetchError, match=r"no web address|not a web address"),
    ):
        TESTING.get(base, max_bytes=100)


def test_loopback_is_refused_unless_a_test_allows_it():
    with server({"/": (200, {}, b"x")}) as (base, asked):
        with pytest.raises(FetchError, match="not a public address"):
            GuardedFetcher().get(base, max_bytes=100)
        assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2002:a00:1::]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
    ],
)
def test_no_spelling_of_an_address_that_is_not_public_gets_through(url):
    with pytest.raises(FetchError, match="not a public address"):
        GuardedFetcher().get(url, max_bytes=100)


def test_a_public_address_without_encryption_is_refused():
    with pytest.raises(FetchError, match="not encrypted"):
        GuardedFetcher().get("http://192.88.98.1/", max_bytes=100)


def test_a_body_is_sent_with_its_type_and_the_answer_is_bounded():
    with server({"/": (200, {}, b"answer")}) as (here, asked):
        assert TESTING.post(f"{here}/", b"question", media_type="a/b", max_bytes=6) == b"answer"
        assert asked == [("a/b", b"question")]
        with pytest.raises(FetchError, match="larger than 5 bytes"):
            TESTING.post(f"{here}/", b"question", media_type="a/b", max_bytes=5)


def test_a_body_is_not_carried_along_a_redirection():
    with server({"/": (307, {"Location": "/else"}, b"")}) as (here, asked):
        with pytest.raises(FetchError, match="answered 307"):
            TESTING.post(f"{here}/", b"question", media_type="a/b", max_bytes=9)
        assert len(asked) == 1


def test_plain_http_is_for_answers_that_are_signed_and_never_for_private_addresses():
    plain, public = GuardedFetcher(allow_plain=True), "http://192.88.98.1/"
    assert plain._resolve(urlsplit(public), public) == ("192.88.98.1",)
    with pytest.raises(FetchError, match="not a public address"):
        plain.get("http://10.0.0.1/", max_bytes=100)


@pytest.mark.parametrize(
    "url", ["", "x", "file:///x", "https://", "https://h:99999/", "https://[x/", "gopher://h/"]
)
def test_what_is_no_web_address_is_said_to_be_none(url):
    with pytest.raises(FetchError, match="is not a web address"):
        TESTING.get(url, max_bytes=100)


def test_a_path_that_http_cannot_carry_is_a_sentence_and_no_crash():
    with server({}) as (base, asked):
        for path in ("/a b", "/\u00e9", "/a\r\nHost: other"):
            with pytest.raises(FetchError):
                TESTING.get(base + path, max_bytes=100)
        assert not any(host == "other" for _, host in asked)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_a_server_that_falls_silent_is_given_up(first):
    with silent_server(first) as url, pytest.raises(FetchError, match=r"within 0\.2 seconds"):
        GuardedFetcher(allow_loopback=True, seconds=0.2).get(url, max_bytes=100)


def test_a_server_that_drips_without_end_is_given_up():
    with dripping_server() as url, pytest.raises(FetchError, match=r"within 0\.3 seconds"):
        GuardedFetcher(allow_loopback=True, seconds=0.3).get(url, max_bytes=10**8)


def test_a_server_that_speaks_no_http_is_a_sentence():
    with silent_server(b"SSH-2.0-OpenSSH\r\n\r\n") as url, pytest.raises(FetchError):
        GuardedFetcher(allow_loopback=True, seconds=2).get(url, max_bytes=100)


def test_nobody_listening_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="could not be fetched"):
        TESTING.get(f"http://127.0.0.1:{port}/", max_bytes=100)


def test_one_private_answer_among_public_ones_is_enough_to_refuse(monkeypatch):
    answers = [(2, 1, 6, "", (ip, 443)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(fetch.socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(FetchError, match=r"10\.0\.0\.1"):
        GuardedFetcher().get("https://rebinding.example/", max_bytes=100)
