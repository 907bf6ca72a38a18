"""The whole program on a machine without a network: run by test_alone.py in a namespace where loopback is all there is.

In: a new folder for its data. Out: one JSON object: what the outside answers, each page's address and status, the
sheet's first bytes, what the command line says. A request to another host, or a complaint of a page, ends it.
"""

import asyncio
import fcntl
import json
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from support.browser import chromium, page_of
from support.running import Running, run

OUTSIDE = ("192.0.2.1", 80)
"""Kept for documentation (RFC 5737): nobody has it."""
UP, SET_FLAGS = 0x1, 0x8914


def loopback_up() -> None:
    """A new namespace has loopback, but down."""
    with socket.socket() as made:
        fcntl.ioctl(made, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def outside() -> str:
    """What an attempt to reach another host ends with."""
    try:
        socket.create_connection(OUTSIDE, timeout=2).close()
    except OSError as error:
        return error.strerror or type(error).__name__
    return "reached"


async def pages(address: str) -> list[Any]:
    """Each page that head and foot lead to: its path, how it was answered."""
    async with chromium() as browser, page_of(browser) as page:
        await page.goto(address)
        links = await page.locator("nav a[href], footer a[href]").evaluate_all("all => all.map(a => a.href)")
        rows = []
        for link in dict.fromkeys(links):
            answer = await page.goto(link)
            rows.append([link.removeprefix(address), answer.status if answer else 0])
        return rows


def main(data: Path) -> None:
    """Start, look at everything, stop."""
    loopback_up()
    with Running(data) as running:
        running.until_ready()
        told = {
            "outside": outside(),
            "pages": asyncio.run(pages(running.address)),
            "sheet": running.get("/sheet.pdf")[2][:5].decode(),
            "status": run("status", "--data", data).stdout,
        }
        running.ctrl_c()
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
