/** How the chat looks and whose it is; docs/using/embedding.md tells of each. */
export interface Options {
  /** The site's id in Frontdesk. */
  site?: string;
  /** `#rrggbb`. */
  color?: string | null;
  /** Address of a picture for the launcher. */
  image?: string | null;
  /** What the launcher is called. */
  label?: string | null;
  /** A language tag; the page's `lang` if absent. */
  locale?: string | null;
  /** From the side: pixels, or a CSS length. */
  offsetX?: number | string | null;
  /** From below: pixels, or a CSS length. */
  offsetY?: number | string | null;
  /** Which lower corner, by the reading direction. */
  position?: 'start' | 'end' | null;
  /** The panel's corners: pixels, or a CSS length. */
  radius?: number | string | null;
  /** What the reader prefers, if absent or `auto`. */
  theme?: Theme | null;
  /** Above what. */
  zIndex?: number | string | null;
}

/** Where the script comes from. */
export interface Source {
  /** The Frontdesk server, such as `https://chat.example.com`. */
  baseUrl: string;
  /** A version that `/widget.json` of the server names; the current one if absent. */
  version?: string;
  /** Its `integrity`, from the same place. */
  integrity?: string;
}

/** Who your user is. */
export interface Identity {
  /** Your id of the user. Another one than before forgets the visitor first. */
  id?: string;
  email?: string;
  name?: string;
  /** Your server's signed word: a JWT (docs/using/visitors.md). */
  token?: string;
}

/** `null` takes one back. */
export type Attributes = Record<string, string | number | boolean | null>;

export type Theme = 'light' | 'dark' | 'auto';
export type State = 'none' | 'hidden' | 'closed' | 'open';

/** What each event says. */
export interface Events {
  ready: undefined;
  open: undefined;
  close: undefined;
  /** Messages that came while the panel was closed. */
  unread: number;
  'message:sent': string;
  'message:received': string;
  'chat:started': string;
  /** The agent's name. */
  'chat:assigned': string;
  'chat:ended': string;
  connection: 'connecting' | 'online' | 'offline' | 'stopped';
  /** Where the visitor is in the queue, and about how long it takes; `null` when not waiting any more. */
  queue: { position: number; wait_ms?: number } | null;
  /** Whether somebody answers now. */
  availability: 'open' | 'closed' | 'away';
  /** What was wrong with a call. */
  error: string;
}

export type EventName = keyof Events;
export type Listener<Name extends EventName> = (detail: Events[Name]) => void;

/** The chat on the page. */
export interface Frontdesk {
  boot(options: Options & { site: string }): void;
  /** Forgets the visitor in this browser and takes the chat off the page. */
  shutdown(): void;
  /** Takes the chat off the page; the visitor's conversation goes on where it is booted again. */
  destroy(): void;
  open(options?: { draft?: string }): void;
  close(): void;
  toggle(): void;
  show(): void;
  hide(): void;
  showNewMessage(text?: string): void;
  /** Forgets the visitor in this browser, in all its tabs. */
  logout(): void;
  /** Says who your user is; agents see it. Nothing is loaded or sent before the chat is opened. */
  identify(who: Identity): void;
  /** What else agents are to know. */
  setAttributes(attributes: Attributes): void;
  addTags(...tags: (string | string[])[]): void;
  /** What the visitor did; agents see the last 20. */
  track(name: string, detail?: unknown): void;
  /** `null` takes an option back. */
  update(options: Options): void;
  setLocale(locale: string | null): void;
  setTheme(theme: Theme | null): void;
  get(what: 'unread'): number;
  get(what: 'state'): State;
  /** Answers with what ends it. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void;
  once<Name extends EventName>(name: Name, listener: Listener<Name>): () => void;
  off<Name extends EventName>(name: Name, listener: Listener<Name>): void;
}

/** Loads the chat once and, with `site`, boots it; resolves when it takes calls. Does nothing on a server. */
export function load(options: Source & Options): Promise<Frontdesk>;

/** Loads the script only: `<frontdesk-chat>` is then a known element. */
export function define(source: Source): Promise<void>;

declare global {
  interface WindowEventMap {
    'frontdesk:ready': CustomEvent<Events['ready']>;
    'frontdesk:open': CustomEvent<Events['open']>;
    'frontdesk:close': CustomEvent<Events['close']>;
    'frontdesk:unread': CustomEvent<Events['unread']>;
    'frontdesk:message:sent': CustomEvent<Events['message:sent']>;
    'frontdesk:message:received': CustomEvent<Events['message:received']>;
    'frontdesk:chat:started': CustomEvent<Events['chat:started']>;
    'frontdesk:chat:assigned': CustomEvent<Events['chat:assigned']>;
    'frontdesk:chat:ended': CustomEvent<Events['chat:ended']>;
    'frontdesk:connection': CustomEvent<Events['connection']>;
    'frontdesk:queue': CustomEvent<Events['queue']>;
    'frontdesk:availability': CustomEvent<Events['availability']>;
    'frontdesk:error': CustomEvent<Events['error']>;
  }
}
