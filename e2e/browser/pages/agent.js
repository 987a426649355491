// The agent's side: the console.
import { expectSoon } from '../lib/expect.js';

export class Agent {
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.queue = page.getByTestId('queue-item');
    this.mine = page.getByTestId('mine-item');
    this.messages = page.getByTestId('message');
    this.composer = page.getByTestId('composer');
    this.typing = page.getByTestId('typing');
  }

  async signIn(name, password = 'demo') {
    await this.page.goto(`${this.url}/console/`);
    await this.page.getByTestId('signin-name').fill(name);
    await this.page.getByTestId('signin-password').fill(password);
    await this.page.getByTestId('signin-submit').click();
  }

  async isOnline() {
    await this.page.locator('[data-testid="connection"][data-state="online"]').waitFor({ state: 'attached' });
  }

  /** Takes the first waiting conversation that shows this text. */
  async takeNext(text = '') {
    const item = this.queue.filter({ hasText: text }).first();
    await item.getByTestId('take').click();
    await this.composer.waitFor();
    await expectSoon(() => this.composer.isEnabled(), true, 'the agent may write');
  }

  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  async sees(text) {
    await expectSoon(() => this.messages.filter({ hasText: text }).count(), 1, `the agent sees "${text}" once`);
  }

  async end() {
    await this.page.getByTestId('end-conversation').click();
    await this.page.getByTestId('confirm-end').click();
  }
}
