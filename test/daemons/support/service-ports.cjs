// Stands for the Services of a pod on the pod's own host: takes connections to ADDRESS at the Services' ports and joins each to the pod's port.
// service-ports.cjs ADDRESS SERVICE:POD …
const { connect, createServer } = require('node:net');

const [address, ...pairs] = process.argv.slice(2);
let waiting = pairs.length;
for (const pair of pairs) {
  const [service, pod] = pair.split(':').map(Number);
  createServer({ allowHalfOpen: true }, (outside) => {
    const inside = connect({ host: address, port: pod, allowHalfOpen: true });
    const both = () => {
      inside.destroy();
      outside.destroy();
    };
    outside.on('error', both);
    inside.on('error', both);
    outside.pipe(inside).pipe(outside);
  }).listen(service, address, () => {
    if (--waiting === 0) console.log('open');
  });
}
