// Runs inside a network namespace: the programs behind an ingress, all in one. The file that the first argument names lists them:
// { name, address, port, tls?: { cert, key } } answers HTTP with its name and what it was asked, { name, address, port, raw: true } puts its
// name before whatever comes over TCP.
const { readFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');

const services = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let waiting = services.length;
for (const { name, address, port, tls, raw } of services) {
  const answer = (request, response) => {
    let bytes = 0;
    request.on('data', (part) => (bytes += part.length));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name, url: request.url, headers: request.headers, bytes }));
    });
  };
  const server = raw
    ? net.createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', (part) => socket.write(`${name}:${part}`));
      })
    : tls
      ? https.createServer(tls, answer)
      : http.createServer(answer);
  server.listen(port, address, () => {
    waiting -= 1;
    if (waiting === 0) console.log('open');
  });
}
