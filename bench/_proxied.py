"""Readers who poll through nginx with a micro-cache: how many of their requests reach the origin.

In: how many readers and updates. Out: for each update the requests that nginx passed on while every reader asked once
for the page and once for the changes, within a second. Needs nginx.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._page_servers import Pages, depesche_with_posts
from bench._processes import HOST, listening, program
from tests.faults.installation import free_port

NGINX = """
daemon off; {user} worker_processes 1; worker_rlimit_nofile 20000; pid {folder}/nginx.pid; error_log {folder}/log crit;
events {{ worker_connections 10000; }}
http {{
  access_log off; keepalive_timeout 300; keepalive_requests 100000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  proxy_cache_path {folder}/cache keys_zone=live:10m max_size=100m;
  upstream depesche {{ server {host}:{origin}; keepalive 16; }}
  server {{
    listen {host}:{port} backlog=4096;
    location / {{
      proxy_pass http://depesche; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header Accept-Encoding $http_accept_encoding;
      proxy_cache live; proxy_cache_lock on; proxy_cache_use_stale updating error timeout;
      proxy_cache_background_update on; proxy_cache_revalidate on;
    }}
  }}
}}
"""
ASK = "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n"
MARKS = ('depesche_answers_total{by="kiosk"}', 'depesche_answers_total{by="application"}')


@contextmanager
def nginx(folder: Path, origin: int) -> Iterator[int]:
    """nginx in front of this port; gives its own."""
    port, place = free_port(), folder / "nginx"
    place.mkdir(exist_ok=True)
    user = "user root;" if os.geteuid() == 0 else ""
    (place / "conf").write_text(NGINX.format(folder=place, host=HOST, port=port, origin=origin, user=user))
    with listening([program("nginx"), "-p", str(place), "-c", str(place / "conf")], port):
        yield port


def collapsed(folder: Path, readers: int, updates: int) -> tuple[list[int], list[float]]:
    """For each update the requests that reached the origin, and after how many ms all readers had their answers."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with depesche_with_posts(folder, 20) as origin, nginx(folder, origin.port) as port:
        return asyncio.run(_watch(origin, port, readers, updates))


async def _watch(origin: Pages, port: int, readers: int, updates: int) -> tuple[list[int], list[float]]:
    lines = [await asyncio.open_connection(HOST, port) for _ in range(readers)]
    passed, times = list[int](), list[float]()
    for number in range(updates):
        before = origin.edition()
        await asyncio.sleep(2.5)  # what nginx has is older than its time to live
        origin.publish(f"update {number}")
        counted = sum(map(origin.count, MARKS))
        began = time.monotonic()
        await asyncio.gather(*(_ask(line, (origin.page, f"{origin.page}/changes?after={before}")) for line in lines))
        times.append((time.monotonic() - began) * 1000)
        await asyncio.sleep(0.3)  # what nginx fetches in the background
        passed.append(round(sum(map(origin.count, MARKS)) - counted))
    for _, writer in lines:
        writer.close()
    return passed, times


async def _ask(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], paths: tuple[str, ...]) -> None:
    reader, writer = line
    for path in paths:
        writer.write(ASK.format(path=path).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(head.decode())
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
