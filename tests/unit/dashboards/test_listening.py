"""The socket that pages and answers go out by."""

import socket

from dashboards.__main__ import listen


def test_an_answer_s_body_does_not_wait_for_the_acknowledgement_of_its_head():
    """Accepted connections send at once (TCP_NODELAY); asyncio sees to that only for sockets of its own making."""
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
