const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { connect } = require('node:net');
const mqtt = require('mqtt');

const told = (name) => process.env[`MILLWRIGHT_${name}`];
const broker = mqtt.connect({
  protocol: 'mqtts',
  host: told('BROKER_HOST'),
  port: Number(told('BROKER_PORT')),
  clientId: told('CLIENT_ID'),
  ca: readFileSync(told('TLS_CA')),
  cert: readFileSync(told('TLS_CERT')),
  key: readFileSync(told('TLS_KEY')),
});
broker.on('error', (error) => console.error(error.message));

/** One reading as a line; a time in milliseconds is enough. */
function line(point, type, unit, value, ms) {
  const tags = `machine=${told('MACHINE')},plant=${told('PLANT')},point=${point},type=${type}${unit ? `,unit=${unit}` : ''}`;
  return `point,${tags} ${type}=${value},quality=192i ${ms}000000\n`;
}

/** Asks the mill, which answers `speed;state;parts` and hangs up, and publishes the answer with QoS 1. */
function read() {
  const ms = Date.now();
  let answer = '';
  connect(5000, told('MACHINE_ADDRESS'))
    .on('data', (part) => (answer += part))
    .on('error', (error) => console.error(error.message))
    .on('end', () => {
      const [speed, state, parts] = answer.trim().split(';');
      const lines =
        line('speed', 'real', '1/min', speed, ms) +
        line('state', 'string', '', `"${state}"`, ms) +
        line('parts', 'integer', '', `${parts}i`, ms);
      broker.publish(told('TOPIC'), lines, { qos: 1 });
    });
}
setInterval(read, 1000);

createServer((_, response) => response.writeHead(broker.connected ? 200 : 503).end()).listen(8080);
