"""A simulated SIMATIC S7 controller: python s7-plc.py PORT CONTROL_SOCKET

It serves data blocks, merkers, inputs and outputs from memory. The control socket takes one JSON object a line,
{"area": "DB" | "MK" | "PE" | "PA", "number": 10, "byte": 0, "hex": "00ff"}, writes the bytes and answers "ok"; an area appears
with its first write and is filled up with zeros.
"""

import json
import os
import socketserver
import sys
import threading

import snap7
from snap7.type import SrvArea

SIZE = 65536
AREAS = {"DB": SrvArea.DB, "MK": SrvArea.MK, "PE": SrvArea.PE, "PA": SrvArea.PA}

port, control = int(sys.argv[1]), sys.argv[2]
server = snap7.Server(log=False)
memory = {}
lock = threading.Lock()


class Control(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            write = json.loads(line)
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
    server.start(tcp_port=port)
    print("ready", flush=True)
    controls.serve_forever()
