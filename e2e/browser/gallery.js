// Makes the pictures of docs/images from the real product: `npm run gallery` with the journeys' environment.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { newPerson, startBrowser } from './lib/browser.js';
import { startServer } from './lib/server.js';
import { Agent } from './pages/agent.js';
import { Visitor } from './pages/visitor.js';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const SIZES = [
  { name: '1280', viewport: { width: 1280, height: 800 } },
  { name: '390', viewport: { width: 390, height: 844 } },
];

mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await startBrowser();
try {
  for (const colorScheme of ['light', 'dark']) {
    for (const { name, viewport } of SIZES) {
      const visitor = new Visitor(await newPerson(browser, { colorScheme, viewport }), server.url);
      const agent = new Agent(await newPerson(browser, { colorScheme, viewport }), server.url);
      const waiting = new Visitor(await newPerson(browser, { colorScheme }), server.url);
      await agent.signIn('alice@demo.example');
      await agent.isOnline();
      await visitor.visit();
      await visitor.open();
      await visitor.say('Hi! Does the Wren 2 tent fit two people and a dog?');
      await visitor.seesKept('Wren 2');
      await agent.takeNext('Wren 2');
      await agent.sees('Wren 2');
      await agent.say('It does, if the dog is polite. The inner tent is 2.2 m by 1.4 m: https://www.example.com/wren-2');
      await visitor.sees('polite');
      await visitor.say('She is. When would it arrive?');
      await agent.sees('When would it arrive?');
      await waiting.visit();
      await waiting.open();
      await waiting.say('My order has not come yet.');
      await waiting.seesKept('My order');
      await agent.queue.filter({ hasText: 'My order' }).first().waitFor({ state: 'attached' });
      await agent.composer.fill('It leaves our house today');
      await visitor.typing.first().waitFor().catch(() => undefined); // Typing is bridged for a moment only.
      await visitor.page.screenshot({ path: `${folder}widget-${colorScheme}-${name}.png` });
      await agent.page.screenshot({ path: `${folder}console-${colorScheme}-${name}.png` });
      await agent.end();
      for (const person of [visitor, agent, waiting]) await person.page.context().close();
      process.stdout.write(`${colorScheme} ${name}\n`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
