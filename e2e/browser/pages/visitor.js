// The visitor's side: a customer's page with the launcher, and the widget in its iframe.
import { expectFocus, expectSoon } from '../lib/expect.js';

export class Visitor {
  constructor(page, url, frame = page.frameLocator('iframe')) {
    this.page = page;
    this.url = url;
    this.launcher = page.locator('frontdesk-chat button');
    this.frame = frame;
    this.composer = this.frame.getByTestId('composer');
    this.messages = this.frame.getByTestId('message');
    this.typing = this.frame.getByTestId('typing');
    this.ended = this.frame.getByTestId('ended');
  }

  async visit(path = '/demo/') {
    await this.page.goto(this.url + path);
    await this.launcher.waitFor();
  }

  /** Opens the panel and waits until one can type: keys that come before go to the page. */
  async open() {
    await this.launcher.click();
    await this.composer.waitFor();
    await expectFocus(this.composer, 'the field');
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Waits until a message of this text is shown exactly once. */
  async sees(text, waitMs = undefined) {
    const count = () => this.messages.filter({ hasText: text }).count();
    try {
      await expectSoon(count, 1, `the visitor sees "${text}" once`, waitMs);
    } catch (why) {
      why.message += `; there is:\n${await this.state().catch(String)}`;
      throw why;
    }
  }

  /** What there is to see, and what went wrong in the page, for whoever has to find out why a test fails. */
  async state() {
    const [line, messages, draft] = await Promise.all([
      this.frame.getByTestId('status').first().innerText(),
      this.texts(),
      this.composer.inputValue(),
    ]);
    return JSON.stringify({ line, messages: messages.slice(-5), draft, complaints: this.page.complaints }, null, 2);
  }

  /** Waits until the server has kept a message, however far it got since. */
  async seesKept(text) {
    const item = this.messages.filter({ hasText: text });
    const isKept = async () => ['sent', 'delivered', 'read'].includes(await item.first().getAttribute('data-delivery'));
    await expectSoon(isKept, true, `"${text}" is kept`);
  }

  /** Waits until the widget says that a message got exactly so far. */
  async stands(text, state) {
    const item = this.messages.filter({ hasText: text });
    await expectSoon(() => item.first().getAttribute('data-delivery'), state, `"${text}" is ${state} for the visitor`);
  }

  /** Closes the panel. */
  async close() {
    await this.launcher.click();
    await this.composer.waitFor({ state: 'hidden' });
  }

  /** Ends the conversation by the menu. */
  async end() {
    await this.frame.getByTestId('menu').click();
    await this.frame.getByTestId('end-conversation').click();
    await this.frame.getByTestId('confirm-end').click();
    await this.ended.waitFor();
  }

  texts() {
    return this.messages.allInnerTexts();
  }

  /** The widget's own frame, for axe and for storage. */
  widgetFrame() {
    return this.page.frames().find((frame) => frame.url().includes('/widget/'));
  }
}
