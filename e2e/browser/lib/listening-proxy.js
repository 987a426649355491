// A proxy in front of a server, on an origin of its own, that writes down what browsers asked it across origins.
import { createServer, request as ask } from 'node:http';

/** The running proxy to `port`: `url`, `seen` (method, path, origin, status, allowed), `stop()`. */
export async function startListeningProxy(listen, port) {
  const seen = [];
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request;
    const onward = ask({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      const allowed = answer.headers['access-control-allow-origin'];
      seen.push({ method, path, origin: headers.origin, status: answer.statusCode, allowed });
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    // A poll that the browser gives up is given up behind the proxy too.
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(listen, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${listen}`,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
