// Stands where the API server is, for a program that keeps one Secret: api-server-door.cjs FOLDER PORT. The folder holds tls.key, tls.crt, token (whoever
// shows it may apply) and path (of the Secret). It takes what server-side apply takes and refuses the rest as an API server would; what was
// applied last is in the file `applied`. test/cluster/historian-tokens.test.ts asks a real API server the same.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:https');
const { join } = require('node:path');

const [folder, port] = process.argv.slice(2);
const file = (name) => readFileSync(join(folder, name), 'utf8');
const [token, path] = [file('token'), file('path')];

createServer({ key: file('tls.key'), cert: file('tls.crt') }, (request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const { pathname, searchParams } = new URL(request.url, 'https://kubernetes');
    const answer = (status, message) => {
      console.log(`${request.method} ${request.url} ${status}`);
      response.writeHead(status).end(JSON.stringify({ kind: 'Status', message }));
    };
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, 'Unauthorized');
    if (pathname !== path || request.method !== 'PATCH') return answer(403, `${request.method} ${pathname} is forbidden`);
    if (request.headers['content-type'] !== 'application/apply-patch+yaml') return answer(415, 'not server-side apply');
    if (!searchParams.get('fieldManager')) return answer(400, 'fieldManager is required for apply patch');
    writeFileSync(join(folder, 'applied.new'), body);
    renameSync(join(folder, 'applied.new'), join(folder, 'applied'));
    return answer(200, 'applied');
  });
}).listen(Number(port), () => console.log('open'));
