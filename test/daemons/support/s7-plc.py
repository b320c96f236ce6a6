"""A simulated SIMATIC S7 controller: python s7-plc.py PORT CONTROL_SOCKET

It serves data blocks, merkers, inputs and outputs from memory. The control socket takes one JSON object a line,
{"area": "DB" | "MK" | "PE" | "PA", "number": 10, "byte": 0, "hex": "00ff"}, writes the bytes and answers "ok"; an area appears
with its first write and is filled up with zeros. It takes connections from {"listen": true} on.
"""

import json
import os
import socketserver
import struct
import sys
import threading

import snap7
from snap7.datatypes import S7WordLen
from snap7.type import SrvArea

SIZE = 65536
AREAS = {"DB": SrvArea.DB, "MK": SrvArea.MK, "PE": SrvArea.PE, "PA": SrvArea.PA}

WIDTHS = {
    S7WordLen.WORD: 2,
    S7WordLen.INT: 2,
    S7WordLen.DWORD: 4,
    S7WordLen.DINT: 4,
    S7WordLen.REAL: 4,
}

port, control = int(sys.argv[1]), sys.argv[2]


class Controller(snap7.Server):
    """snap7's server, but a bit is read as one bit, as a real controller does; snap7's own returns the whole byte."""

    def _parse_address_specification(self, addr_spec):
        return {**super()._parse_address_specification(addr_spec), "bit": addr_spec[11] % 8}

    def _handle_multi_read_area(self, request, client_address):
        items = request["parameters"]["address_specs"]
        data = bytearray()
        for item in items:
            bit = item["word_len"] == S7WordLen.BIT
            width = WIDTHS.get(item["word_len"], 1)
            code, content = self._read_from_memory_area(item["area"], item["db_number"], item["start"], width * item["count"])
            if code != 0xFF:
                data += struct.pack(">BBH", code, 0, 0)
                continue
            if len(data) % 2:
                data.append(0)
            if bit:
                data += struct.pack(">BBHB", code, 0x03, 1, content[0] >> item["bit"] & 1)
            else:
                data += struct.pack(">BBH", code, 0x04, len(content) * 8) + content
        header = (0x32, 0x03, 0, request["sequence"], 2, len(data), 0, 0)
        return struct.pack(">BBHHHHBBBB", *header, 0x04, len(items)) + bytes(data)


server = Controller(log=False)
memory = {}
lock = threading.Lock()


class Control(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            write = json.loads(line)
            if "listen" in write:
                server.start(tcp_port=port)
                self.wfile.write(b"ok\n")
                continue
            key = (write["area"], write.get("number", 0))
            data = bytes.fromhex(write["hex"])
            with lock:
                if key not in memory:
                    memory[key] = bytearray(SIZE)
                    server.register_area(AREAS[key[0]], key[1], memory[key])
                memory[key][write["byte"] : write["byte"] + len(data)] = data
            self.wfile.write(b"ok\n")


if os.path.exists(control):
    os.unlink(control)
with socketserver.ThreadingUnixStreamServer(control, Control) as controls:
    controls.serve_forever()
