/**
 * Reads addresses once with the libraries of the edge agent, as it calls them (acs-edge 6.8.1, lib/devices/S7.ts; edge-modbus 6.8.1,
 * lib/modbus.js), and prints what they gave, address → value; of Modbus the answer's bytes in hexadecimal.
 *
 * node edge-agent-reads.cjs FOLDER '{ "connType": …, "details": …, "addresses": […] }'
 */
const { join } = require('node:path');

const [, , folder, text] = process.argv;
const { connType, details, addresses } = JSON.parse(text);
const library = (name) => require(join(folder, 'node_modules', name));

async function readS7() {
  const { S7Endpoint, S7ItemGroup } = library('@st-one-io/nodes7');
  const { hostname, port, rack, slot, timeout } = details;
  const endpoint = new S7Endpoint({ host: hostname, port, rack, slot, autoReconnect: timeout });
  endpoint.on('error', () => {});
  const group = new S7ItemGroup(endpoint);
  for (const address of addresses) group.addItems(address);
  await new Promise((resolve) => endpoint.on('connect', resolve));
  return group.readAllItems();
}

async function readModbus() {
  const { default: ModbusRTU = library('modbus-serial') } = library('modbus-serial');
  const client = new ModbusRTU();
  await client.connectTCP(details.host, { port: details.port });
  const read = { input: 'readInputRegisters', holding: 'readHoldingRegisters', coil: 'readCoils', discrete: 'readDiscreteInputs' };
  const answers = {};
  for (const address of addresses) {
    const [id, kind, number, length] = address.split(',');
    client.setID(Number(id));
    answers[address] = (await client[read[kind]](Number(number), Number(length))).buffer.toString('hex');
  }
  return answers;
}

(connType === 'S7' ? readS7() : readModbus()).then(
  (values) => {
    process.stdout.write(JSON.stringify(values), () => process.exit(0));
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
