// Walks a visitor into every state of the widget, one after the other, in any language: nothing is found by its words.
import { newPerson } from '../browser.js';
import { expectSoon } from '../expect.js';
import { ANN } from '../shop.js';
import { Guest } from '../../pages/guest.js';
import { Visitor } from '../../pages/visitor.js';

/** What a site asks before a conversation and after it. */
export const ASKING = `rating = true
contact_url = "mailto:help@shop.example"
[site.shop.form]
[[site.shop.form.fields]]
name = "name"
required = true
[[site.shop.form.fields]]
name = "email"
kind = "email"
[[site.shop.form.fields]]
name = "topic"
label = "What is it about?"
labels = { ar = "ما الموضوع؟" }
kind = "choice"
required = true
options = ["20418", "20419"]
[[site.shop.form.fields]]
name = "privacy"
label = "You may keep what I write for 90 days"
labels = { ar = "يجوز لكم حفظ ما أكتبه لمدة 90 يوما" }
kind = "consent"
required = true
`;

/** A site that is never open. */
export const CLOSED = `
[site.shop.hours]
zone = "UTC"
[[site.shop.closed_form.fields]]
name = "name"
[[site.shop.closed_form.fields]]
name = "email"
kind = "email"
required = true
[[site.shop.closed_form.fields]]
name = "message"
kind = "long"
required = true
`;

/** What people write, each with a piece that runs the other way. */
const WORDS = {
  en: ['Where is my tent? The tag says חנות שדה (ירושלים) 20418.', 'It is on its way.', 'Thank you, that is good to know. When will it be here?'],
  ar: ['أين خيمتي؟ مكتوب على الملصق Wren 2 (Field Shop) 20418.', 'إنها في الطريق إليك.', 'شكرا، من الجيد معرفة ذلك. متى ستصل؟'],
};
const LONG = `https://shop.example/orders/20418/${'tracking-'.repeat(12)}end and ${'Donaudampfschifffahrts'.repeat(5)}gesellschaft`;

const state = (name, page, frame, again) => ({ name, page, frame, again });
/** The customer's page with the launcher. */
const closedAt = (page, name) => ({ name, page, frame: page, isHost: true });
const opened = (visitor, name, again) => state(name, visitor.page, visitor.widgetFrame(), again);

async function arrive({ browser }, url, language, script) {
  const visitor = new Visitor(await newPerson(browser, { locale: language }), '');
  if (script) await visitor.page.addInitScript(script);
  await visitor.visit(`${url}&lang=${language}`);
  return visitor;
}

/** Everything from the first look to a conversation, and what can befall one. */
async function* conversation(scene, visitor, language) {
  const { agent } = scene;
  const { page, frame } = visitor;
  const [question, answer, thanks] = WORDS[language];
  yield closedAt(page, 'launcher');
  await visitor.launcher.click();
  const form = frame.getByTestId('form');
  await form.waitFor();
  yield opened(visitor, 'form');
  await frame.locator('#form-email').fill('ada');
  await form.locator('[type=submit]').click();
  await frame.locator('[aria-invalid=true]').first().waitFor();
  yield opened(visitor, 'form-errors');
  await frame.locator('#form-name').fill('Ada');
  await frame.locator('#form-email').fill('ada@example.com');
  await frame.locator('#form-topic').selectOption('20418');
  await frame.locator('#form-privacy').check();
  await form.locator('[type=submit]').click();
  await visitor.composer.waitFor();
  yield opened(visitor, 'empty');
  await visitor.say(question);
  await visitor.seesKept(question);
  await frame.locator('.status .queue').filter({ hasText: /\S/ }).waitFor();
  yield opened(visitor, 'waiting');

  await agent.takeNext(question);
  for (const text of [answer, LONG]) await agent.say(text);
  await visitor.sees(answer);
  await visitor.say(thanks);
  await visitor.stands(thanks, 'read');
  yield opened(visitor, 'conversation');
  const isTyping = async () => {
    while (!(await visitor.typing.first().isVisible())) await agent.composer.pressSequentially('a', { delay: 50 });
  };
  yield opened(visitor, 'typing', isTyping);
  await agent.composer.fill('');
  await visitor.typing.first().waitFor({ state: 'hidden' });
  await frame.getByTestId('menu').click();
  await frame.getByTestId('earlier').waitFor();
  yield opened(visitor, 'menu');
  // A menu goes when the focus does.
  if (!(await frame.getByTestId('end-conversation').isVisible())) await frame.getByTestId('menu').click();
  await frame.getByTestId('end-conversation').click();
  await frame.getByTestId('confirm-end').waitFor();
  yield opened(visitor, 'confirm-end');
  await page.keyboard.press('Escape');
}

/** A message that is refused, a network that is gone, an answer that nobody sees. */
async function* trouble({ agent }, visitor) {
  const { page, frame } = visitor;
  const isSending = (url) => url.pathname.startsWith('/ucwa/') && url.pathname.endsWith('/messages');
  await page.route(isSending, (route) => route.fulfill({ status: 403, contentType: 'application/json', body: '{}' }));
  await visitor.say('20419');
  await frame.locator('.failed').waitFor();
  yield opened(visitor, 'message-failed');
  await page.unroute(isSending);
  await page.context().setOffline(true);
  await frame.locator('[data-testid=status][data-state=offline]').waitFor();
  yield opened(visitor, 'offline');
  await page.context().setOffline(false);
  const isUcwa = (url) => url.pathname.startsWith('/ucwa/');
  await page.route(isUcwa, (route) => route.abort());
  await frame.locator('[data-testid=status][data-state=reconnecting]').waitFor();
  yield opened(visitor, 'reconnecting');
  await page.unroute(isUcwa);
  await frame.locator('[data-testid=status][data-state=online]').waitFor({ state: 'attached' });
  await visitor.close();
  await agent.say('20420');
  await page.locator('frontdesk-chat button span').filter({ hasText: '1' }).waitFor();
  yield closedAt(page, 'launcher-unread');
  await visitor.open();
}

/** The end, what the visitor thinks of it, and what was said before. */
async function* afterwards(visitor) {
  const { page, frame } = visitor;
  await visitor.end();
  const rating = frame.getByTestId('rating');
  await rating.waitFor();
  yield opened(visitor, 'ended');
  await rating.locator('[type=radio]').last().check({ force: true });
  await rating.locator('textarea').waitFor();
  yield opened(visitor, 'rating');
  await rating.locator('[type=submit]').click();
  await frame.locator('.rating-thanks').filter({ hasText: /\S/ }).waitFor();
  yield opened(visitor, 'rated');

  const past = frame.getByTestId('past');
  await frame.getByTestId('menu').click();
  await frame.getByTestId('earlier').click();
  await past.getByRole('listitem').first().waitFor();
  yield opened(visitor, 'past-list');
  await past.getByRole('listitem').first().getByRole('button').click();
  await past.getByTestId('past-said').waitFor();
  yield opened(visitor, 'past-one');
  await page.keyboard.press('Escape');
  await frame.getByTestId('menu').click();
  await frame.getByTestId('email-it').click();
  const letter = past.getByTestId('letter');
  await letter.locator('input').fill('ada');
  yield opened(visitor, 'email');
  await letter.locator('[type=submit]').click();
  await letter.locator('[aria-invalid=true]').waitFor();
  yield opened(visitor, 'email-error');
  await letter.locator('input').fill('ada@example.com');
  await letter.locator('[type=submit]').click();
  await letter.waitFor({ state: 'hidden' });
  yield opened(visitor, 'email-sent');
}

/** Where nobody is there to answer, or the browser cannot run the program. */
async function* otherwise(scene, language) {
  const closed = await arrive(scene, scene.closed.page, language);
  await closed.launcher.click();
  const form = closed.frame.getByTestId('form');
  await form.waitFor();
  yield opened(closed, 'closed');
  await form.locator('[type=submit]').click();
  await closed.frame.locator('[aria-invalid=true]').first().waitFor();
  yield opened(closed, 'closed-errors');
  await closed.frame.locator('#form-email').fill('ada@example.com');
  await closed.frame.locator('#form-message').fill(WORDS[language][0]);
  await form.locator('[type=submit]').click();
  await form.waitFor({ state: 'hidden' });
  yield opened(closed, 'closed-sent');
  await closed.page.context().close();

  const old = await arrive(scene, scene.shop.page, language, () => delete window.WebAssembly);
  await old.launcher.click();
  await old.frame.getByRole('link').waitFor();
  yield opened(old, 'no-webassembly');
  await old.page.context().close();
}

/** A meeting's own page: the door, the lobby, the conversation, the end, and a link that is over. */
async function* meeting({ browser, agent }, language) {
  const subject = WORDS[language][1];
  const link = await agent.makeMeeting(subject, { lobby: true });
  const guest = new Guest(await newPerson(browser, { locale: language }), link);
  const { page } = guest;
  await guest.visit();
  yield state('meeting-door', page, page);
  await guest.join('Ada');
  await guest.isInLobby();
  yield state('meeting-lobby', page, page);
  await agent.answerLobby('Ada', 'admit');
  await guest.isIn();
  await agent.say(WORDS[language][2]);
  await guest.sees(WORDS[language][2]);
  yield state('meeting', page, page);
  await agent.end();
  await guest.ended.waitFor();
  yield state('meeting-ended', page, page);
  await guest.visit();
  await guest.over.waitFor();
  yield state('meeting-over', page, page);
  await page.context().close();
}

/**
 * All states, each as `{ name, page, frame, isHost, again }`. `scene` has the `browser`, the `shop` (with `ASKING`), the `closed` one
 * (with `CLOSED`) and the `agent`, who is signed in at the shop's console.
 */
export async function* widgetStates(scene, language) {
  const visitor = await arrive(scene, scene.shop.page, language);
  yield* conversation(scene, visitor, language);
  yield* trouble(scene, visitor);
  yield* afterwards(visitor);
  await expectSoon(() => scene.agent.mine.count(), 0, `${ANN.name} has nobody left`);
  await visitor.page.context().close();
  yield* otherwise(scene, language);
  yield* meeting(scene, language);
}
