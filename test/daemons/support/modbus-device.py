"""A simulated Modbus device: python modbus-device.py PORT socket|rtu UNIT MEMORY

MEMORY is JSON: for each table (coil, discrete, input, holding) a list of blocks [number, [value, ...]]; what is in no block is answered by
exception 2 (illegal data address). Each request is told on standard output as a line `KIND NUMBER COUNT`.
"""

import asyncio
import json
import sys

from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

KINDS = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}

port, framer, unit, memory = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])


def blocks(kind, datatype):
    # A table without any block is not allowed: one at the end, which nobody reads.
    found = memory.get(kind) or [[65535, [0]]]
    return [
        SimData(number, values=[bool(v) for v in values] if datatype == DataType.BITS else values, datatype=datatype)
        for number, values in found
    ]


def tell(sending, pdu):
    if not sending:
        print(KINDS.get(pdu.function_code, pdu.function_code), pdu.address, pdu.count, flush=True)
    return pdu


async def main():
    device = SimDevice(
        unit,
        simdata=(
            blocks("coil", DataType.BITS),
            blocks("discrete", DataType.BITS),
            blocks("holding", DataType.REGISTERS),
            blocks("input", DataType.REGISTERS),
        ),
    )
    server = ModbusTcpServer(device, framer=FramerType(framer), address=("", port), trace_pdu=tell)
    await server.serve_forever()


asyncio.run(main())
