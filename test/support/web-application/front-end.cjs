// A front end of a web application: a page, and the way to the back end that it is told.
const { createServer, request } = require('node:http');

createServer((asked, answer) => {
  if (!asked.url.startsWith('/api/'))
    return answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Plants</title>');
  const there = request(new URL(asked.url, process.env.MILLWRIGHT_BACK_END), { method: asked.method, headers: asked.headers }, (said) => {
    answer.writeHead(said.statusCode, said.headers);
    said.pipe(answer);
  });
  there.on('error', (error) => answer.writeHead(502).end(error.message));
  asked.pipe(there);
}).listen(Number(process.env.MILLWRIGHT_PORT));
