// A back end of a web application, as docs/web-application.md describes what it is told: reads rows of the historian, and sends commands to plants.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { request } = require('node:https');
const mqtt = require('mqtt');

const told = (name) => process.env[`MILLWRIGHT_${name}`];
const inFolder = (name, file) => readFileSync(`${told(name)}/${file}`, 'utf8').trim();

const plants = JSON.parse(told('PLANTS'));
const answers = [];
const broker = mqtt.connect(told('BROKER'), {
  protocolVersion: 4,
  username: inFolder('BROKER_LOGIN', 'username'),
  password: inFolder('BROKER_LOGIN', 'password'),
  clientId: `web-application-${inFolder('BROKER_SESSION', 'password')}`,
  clean: false,
  ...(told('CENTRAL_CA') ? { ca: readFileSync(told('CENTRAL_CA')) } : {}),
});
broker.on('connect', () => {
  for (const { answers: topic } of plants) broker.subscribe(topic, { qos: 1 });
});
broker.on('error', (error) => console.error('broker:', error.message));
broker.on('message', (topic, payload) => answers.push({ topic, answer: JSON.parse(payload) }));

/** Rows of a database, by InfluxQL. */
function rows(database, query) {
  const authorization = `Basic ${Buffer.from(`${inFolder('HISTORIAN_LOGIN', 'username')}:${inFolder('HISTORIAN_LOGIN', 'password')}`).toString('base64')}`;
  const url = new URL('/query', told('HISTORIAN'));
  url.searchParams.set('db', database);
  url.searchParams.set('q', query);
  return new Promise((resolve, reject) => {
    request(url, { ca: readFileSync(told('HISTORIAN_CA')), headers: { authorization } }, (response) => {
      let body = '';
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve(JSON.parse(body)));
    })
      .on('error', reject)
      .end();
  });
}

const NAME = /^[a-z](?:-?[a-z0-9])*$/;

createServer((asked, answer) => {
  const { pathname, searchParams } = new URL(asked.url, 'http://here');
  const say = (status, value) => answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const fail = (error) => say(502, { error: error.message });
  if (pathname === '/health') return say(broker.connected ? 200 : 503, { connected: broker.connected });
  if (pathname === '/api/answers') return say(200, answers);
  if (pathname === '/api/last') {
    const [plant, machine, point] = ['plant', 'machine', 'point'].map((name) => searchParams.get(name) ?? '');
    // Names of the model need no escape; nothing else goes into a query.
    if (![plant, machine, point].every((name) => NAME.test(name))) return say(400, { error: 'no such name' });
    const where = `"plant" = '${plant}' AND "machine" = '${machine}' AND "point" = '${point}'`;
    rows(searchParams.get('database') ?? 'plant-data', `SELECT * FROM "point" WHERE ${where} ORDER BY time DESC LIMIT 1`).then(
      (found) => say(200, found),
      fail,
    );
    return;
  }
  const [, plant] = /^\/api\/plants\/([^/]+)\/commands$/.exec(pathname) ?? [];
  if (plant && asked.method === 'POST') {
    // A plant that it may not command has the topics of the others in form, so that what the broker refuses can be tried.
    const topic = plants.find((one) => one.plant === plant)?.commands ?? `command/v1/${plant}/jobs`;
    let body = '';
    asked.on('data', (part) => {
      body += part;
    });
    asked.on('end', () => broker.publish(topic, body, { qos: 1 }, (error) => (error ? fail(error) : say(202, { topic }))));
    return;
  }
  say(404, { error: 'nothing is there' });
}).listen(Number(told('PORT')));
