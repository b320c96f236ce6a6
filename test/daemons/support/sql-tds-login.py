"""Takes logins as a Microsoft SQL Server without encryption does, and tells on a line of JSON what was asked for; then it hangs up.

usage: sql-tds-login.py ADDRESS PORT. Written from MS-TDS 2.2.6.4 (LOGIN7) and 2.2.6.5 (PRELOGIN).
"""
import json
import socket
import struct
import sys


def packet(connection):
    kind, body, last = 0, b"", False
    while not last:
        header = connection.recv(8, socket.MSG_WAITALL)
        kind, status, length = struct.unpack(">BBH", header[:4])
        body += connection.recv(length - 8, socket.MSG_WAITALL)
        last = status & 1
    return kind, body


def answer(connection):
    """PRELOGIN: version 16.0, encryption not supported."""
    options = struct.pack(">BHH", 0, 11, 6) + struct.pack(">BHH", 1, 17, 1) + b"\xff"
    body = options + bytes([16, 0, 0, 0, 0, 0]) + b"\x02"
    connection.sendall(struct.pack(">BBHHBB", 4, 1, len(body) + 8, 0, 1, 0) + body)


def login(body):
    def text(at, hidden=False):
        start, length = struct.unpack("<HH", body[at : at + 4])
        raw = body[start : start + 2 * length]
        if hidden:
            raw = bytes(((byte ^ 0xA5) >> 4) | (((byte ^ 0xA5) << 4) & 0xF0) for byte in raw)
        return raw.decode("utf-16-le")

    read_only = bool(body[26] & 0x20)
    return {"username": text(40), "password": text(44, hidden=True), "program": text(48), "database": text(68), "readOnly": read_only}


server = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    connection, _ = server.accept()
    with connection:
        try:
            kind, body = packet(connection)
            if kind == 0x12:
                answer(connection)
                kind, body = packet(connection)
            if kind == 0x10:
                print(json.dumps(login(body)), flush=True)
        except (OSError, struct.error) as error:
            print(f"hung up: {error}", flush=True)
