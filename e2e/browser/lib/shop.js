// A customer's page on an origin of its own, and a Frontdesk with its site and one agent: for what a demonstration
// does not have.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPageServer } from './page-server.js';
import { freePort, startServer } from './server.js';

export const ANN = { name: 'ann@shop.example', password: 'three green bottles' };

/** Runs both: `page` is the address of the page, `server` the server; `site` is more of `[site.shop]`, `config` of the rest. */
export async function startShop({ site = '', config = '' } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'frontdesk-shop-'));
  const password = join(folder, 'password');
  await writeFile(password, ANN.password);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const shop = await startPageServer({ policy: `default-src 'none'; script-src 'self' ${url}; frame-src ${url}` });
  const server = await startServer({
    demo: false,
    port,
    config: `endpoint = "sip:help@shop.example"
${config}
[agent."${ANN.name}"]
name = "Ann"
password_file = "${password}"
[site.shop]
title = "Fernweh Outdoor"
origins = ["${shop.url}"]
${site}`,
  });
  return {
    server,
    url,
    page: `${shop.url}/shop.html?desk=${encodeURIComponent(url)}`,
    async stop() {
      await server.stop();
      await shop.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
