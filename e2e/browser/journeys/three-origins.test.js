// Three origins: a customer's page, a desk with widget and console, and a platform of somebody else. What the widget and
// the console ask of the platform is cross-origin, so browsers ask first.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { expectSoon, typeUntilSeen } from '../lib/expect.js';
import { startListeningProxy } from '../lib/listening-proxy.js';
import { startPageServer } from '../lib/page-server.js';
import { freePort, startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const PASSWORD = 'three green bottles';
let folder, shop, proxy, platform, desk, browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontdesk-three-'));
  const [secret, password] = [join(folder, 'secret'), join(folder, 'password')];
  await writeFile(secret, 'a secret of both');
  await writeFile(password, PASSWORD);
  const [platformPort, proxyPort, deskPort] = [await freePort(), await freePort(), await freePort()];
  const deskUrl = `http://127.0.0.1:${deskPort}`;
  shop = await startPageServer({ policy: `default-src 'none'; script-src 'self' ${deskUrl}; frame-src ${deskUrl}` });
  proxy = await startListeningProxy(proxyPort, platformPort);
  platform = await startServer({
    demo: false,
    port: platformPort,
    config: `only = "platform"
public_url = "${proxy.url}"
ucwa_origins = ["${deskUrl}"]
[application.helpdesk]
endpoint = "sip:help@three.example"
client_secret_file = "${secret}"
callback_url = "${deskUrl}/desk/webhook"
[agent."ann@three.example"]
name = "Ann"
password_file = "${password}"
`,
  });
  desk = await startServer({
    demo: false,
    port: deskPort,
    config: `only = "desk"
[platform]
discover_url = "${proxy.url}/platformservice/discover"
endpoint = "sip:help@three.example"
[platform.oauth]
client_id = "helpdesk"
client_secret_file = "${secret}"
[agent."ann@three.example"]
name = "Ann"
[site.shop]
title = "Shop"
origins = ["${shop.url}"]
greeting = "Hello from the shop."
`,
  });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await platform?.stop();
  await proxy?.stop();
  await shop?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Preflights from the desk's origin that were answered as browsers need it. */
const preflights = (path) =>
  proxy.seen.filter(
    (it) => it.method === 'OPTIONS' && it.path.includes(path) && it.origin === desk.url && it.status === 204 && it.allowed === desk.url,
  );

test('a visitor on a third origin and an agent chat in both directions over a platform on another', async () => {
  const agentPage = await newPerson(browser);
  const agent = new Agent(agentPage, desk.url);
  await agent.signIn('ann@three.example', PASSWORD);
  await agent.isOnline();

  const visitorPage = await newPerson(browser);
  const visitor = new Visitor(visitorPage, shop.url);
  await visitor.visit(`/shop.html?desk=${encodeURIComponent(desk.url)}`);
  await visitor.open();
  await visitor.sees('Hello from the shop.');
  await visitor.say('Do you ship to the moon?');
  await visitor.seesKept('Do you ship to the moon?');

  await agent.takeNext('Do you ship to the moon?');
  await agent.sees('Do you ship to the moon?');
  await typeUntilSeen(visitor.composer, agent.typing);
  await typeUntilSeen(agent.composer, visitor.typing);
  await agent.say('Every Tuesday.');
  await visitor.sees('Every Tuesday.');
  await visitor.say('Thank you!');
  await agent.sees('Thank you!');
  await agent.end();
  await visitor.ended.waitFor();
  await expectSoon(() => agent.mine.count(), 0, 'the agent has no open conversation left');

  assert.ok(preflights('/ucwa/psanon/').length > 0, 'the widget\'s requests were asked for first');
  assert.ok(preflights('/ucwa/oauth/').length > 0, 'and so were the console\'s');
  const foreign = proxy.seen.filter((it) => it.origin && it.origin !== desk.url);
  assert.deepEqual(foreign, [], 'the customer\'s page asks nothing of the platform');
  const expected = /^404 GET \S+\/psanon\/\S+\/events\?|^401 GET \S+\/autodiscover\/\S+$/;
  assert.deepEqual(visitorPage.complaints.filter((it) => !expected.test(it)), []);
  assert.deepEqual(agentPage.complaints.filter((it) => !expected.test(it)), []);
  await visitorPage.context().close();
  await agentPage.context().close();
});

test('invariant_7 a token of the widget is refused to a page of another origin', async () => {
  const body = JSON.stringify({ ApplicationSessionId: 's-foreign', AllowedOrigins: desk.url, Site: 'shop' });
  const headers = { 'Content-Type': 'application/json' };
  const given = await (await fetch(`${desk.url}/GetAnonTokenJob`, { method: 'POST', headers, body })).json();
  const discover = await (await fetch(given.DiscoverUri)).json();
  const url = discover._links.anonApplications.href;
  assert.ok(url.startsWith(proxy.url), url);

  const evil = await startPageServer({ policy: 'connect-src *' });
  try {
    const page = await newPerson(browser);
    await page.goto(`${evil.url}/shop.html?desk=${encodeURIComponent(desk.url)}`);
    const wish = { url, token: given.Token };
    const seen = await page.evaluate(async ({ url, token }) => {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
      const body = JSON.stringify({ culture: 'en-US', userAgent: 'evil/1' });
      return fetch(url, { method: 'POST', headers, body }).then((answer) => answer.status, (error) => error.name);
    }, wish);
    assert.equal(seen, 'TypeError', 'the browser does not even show the answer');
    const asked = proxy.seen.filter((it) => it.origin === evil.url && it.method === 'POST');
    assert.deepEqual(asked.map(({ status, allowed }) => ({ status, allowed })), [{ status: 403, allowed: undefined }]);
    await page.context().close();
  } finally {
    await evil.stop();
  }
});
