// A visitor of a meeting: opens its link, gives a name, and has the chat on a page of its own.
import { Visitor } from './visitor.js';

export class Guest extends Visitor {
  constructor(page, link) {
    super(page, link, page);
    this.name = page.getByTestId('name');
    this.over = page.getByTestId('over');
    this.again = page.getByRole('button', { name: 'Join again' });
    this.people = page.locator('header p');
  }

  async visit() {
    await this.page.goto(this.url);
  }

  /** Gives a name and comes to the chat. */
  async join(name) {
    await this.visit();
    await this.name.fill(name);
    await this.page.getByTestId('join').click();
    await this.composer.waitFor();
  }

  /** The visitor is in: hears what is said from now on. */
  async isIn() {
    await this.page.locator('[data-testid="status"][data-state="online"]').waitFor({ state: 'attached' });
  }

  /** The widget says that an agent has still to let this visitor in. */
  async isInLobby() {
    await this.page.locator('[data-testid="status"][data-state="lobby"]').waitFor();
  }
}
