// Runs inside a network namespace: joins each connection to the Unix socket named by the first argument to the TCP address that its
// first line names ("host port"). This is how a test, which is outside, talks to the programs inside.
const { connect, createServer } = require('node:net');

createServer((outside) => {
  outside.on('error', () => outside.destroy());
  outside.once('readable', function header() {
    const line = outside.read();
    const end = line === null ? -1 : line.indexOf(10);
    if (end < 0) return void outside.destroy();
    const [host, port] = line.toString('latin1', 0, end).split(' ');
    const inside = connect({ host, port: Number(port), noDelay: true }, () => {
      if (end + 1 < line.length) inside.write(line.subarray(end + 1));
      outside.pipe(inside).pipe(outside);
    });
    const both = () => {
      inside.destroy();
      outside.destroy();
    };
    // What came before the end is still on its way.
    inside.on('error', both).on('close', () => outside.end());
    outside.on('close', both);
  });
}).listen(process.argv[2], () => console.log('open'));
