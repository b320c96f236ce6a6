// Runs inside a network namespace: joins each connection to a port of its loopback to the Unix socket that is named. This is how a kubelet
// reaches the API server, which is outside: inner-door.cjs PORT SOCKET
const { connect, createServer } = require('node:net');

const [port, path] = process.argv.slice(2);
createServer((inside) => {
  const outside = connect(path);
  const both = () => {
    inside.destroy();
    outside.destroy();
  };
  inside.on('error', both).on('close', both);
  outside.on('error', both).on('close', both);
  inside.pipe(outside).pipe(inside);
}).listen(Number(port), '127.0.0.1', () => console.log('open'));
