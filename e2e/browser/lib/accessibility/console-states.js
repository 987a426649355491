// Walks an agent into every state of the console, one after the other.
import { newPerson } from '../browser.js';
import { ANN } from '../shop.js';
import { Agent } from '../../pages/agent.js';
import { Visitor } from '../../pages/visitor.js';

const QUESTION = 'Where is my tent? The tag says חנות שדה 20418.';
const LONG = `https://shop.example/orders/20418/${'tracking-'.repeat(12)}end`;

/** A visitor of the shop, who has answered its form and asked. */
export async function ask({ browser, shop }, text) {
  const visitor = new Visitor(await newPerson(browser), '');
  await visitor.visit(shop.page);
  await visitor.launcher.click();
  const form = visitor.frame.getByTestId('form');
  await form.waitFor();
  await visitor.frame.locator('#form-name').fill('Ada Lovelace');
  await visitor.frame.locator('#form-email').fill('ada@example.com');
  await visitor.frame.locator('#form-topic').selectOption('20418');
  await visitor.frame.locator('#form-privacy').check();
  await form.locator('[type=submit]').click();
  await visitor.composer.waitFor();
  await visitor.say(text);
  await visitor.seesKept(text);
  return visitor;
}

/** A message of closed hours, as the widget leaves it. */
async function leave(url) {
  const post = (path, body, ticket) => fetch(`${url}/desk/visitor/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(ticket && { authorization: `Bearer ${ticket}` }) },
    body: JSON.stringify(body),
  });
  const { ticket } = await (await post('ticket', { site: 'shop' })).json();
  await post('messages', { name: 'Vera', email: 'vera@shop.example', text: 'Please call me.', fields: { Order: '4711' } }, ticket);
}

/** All states, each as `{ name, page, frame }`; `scene` has the `browser`, and a `shop` (with `ASKING`) that nobody has visited. */
export async function* consoleStates(scene) {
  const agent = new Agent(await newPerson(scene.browser), scene.shop.url);
  const { page } = agent;
  const state = (name) => ({ name, page, frame: page });
  await page.goto(`${scene.shop.url}/console/`);
  await page.getByTestId('signin-submit').waitFor();
  yield state('sign-in');
  await agent.signIn(ANN.name, 'wrong');
  await page.getByTestId('signin-error').waitFor();
  yield state('wrong-password');
  await agent.signIn(ANN.name, ANN.password);
  await agent.isOnline();
  yield state('nobody-waits');

  const visitor = await ask(scene, QUESTION);
  await agent.queue.filter({ hasText: '20418' }).first().waitFor();
  yield state('invitation');
  await agent.takeNext('20418');
  await agent.say('It is on its way.');
  await agent.say(LONG);
  await visitor.say('Thank you!');
  await agent.sees('Thank you!');
  await page.getByText('ada@example.com').first().waitFor({ state: 'attached' });
  yield state('conversation');
  await page.getByTestId('help').first().click();
  await page.locator('dialog[open]').waitFor();
  yield state('help');
  await page.keyboard.press('Escape');
  await page.getByTestId('end-conversation').click();
  await page.getByTestId('confirm-end').waitFor();
  yield state('confirm-end');
  await page.keyboard.press('Escape');
  await visitor.end();
  yield state('conversation-ended');
  await visitor.page.context().close();

  await page.getByTestId('new-meeting').click();
  await page.getByTestId('meeting-subject').waitFor();
  yield state('new-meeting');
  await page.keyboard.press('Escape');
  await agent.makeMeeting('Kitchen fitting on Tuesday', { lobby: true });
  yield state('meeting');
  await agent.end();

  await leave(scene.shop.url);
  await page.getByTestId('left-item').first().waitFor({ state: 'attached' });
  yield state('messages-left');
  await page.context().setOffline(true);
  await page.locator('[data-testid=connection]:not([data-state=online])').waitFor({ state: 'attached' });
  yield state('offline');
  await page.context().close();
}
