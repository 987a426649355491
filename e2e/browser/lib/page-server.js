// A page on an origin of its own: serves the fixtures with a policy that forbids every request but frames, or another.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };
const POLICY = "default-src 'none'; script-src 'self'; img-src data:; frame-src http:; connect-src 'none'";

/** The running page server: `url`, `stop()`. `policy` is what its pages allow. */
export async function startPageServer({ policy = POLICY } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://page');
    const type = /^\/[a-z-]+(\.html|\.js)$/.exec(pathname)?.[1];
    const body = type && (await readFile(new URL(`../fixtures${pathname}`, import.meta.url)).catch(() => null));
    response.writeHead(body ? 200 : 404, { 'Content-Type': TYPES[type] ?? 'text/plain', 'Content-Security-Policy': policy });
    response.end(body || 'nothing here');
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
