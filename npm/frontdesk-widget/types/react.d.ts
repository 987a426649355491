import type { ReactElement } from 'react';
import type { EventName, Frontdesk, Listener, Options, Source } from 'frontdesk-widget';

export interface FrontdeskChatProps extends Source, Options {
  site: string;
  /** The chat stands where the component does; give it a size. */
  inline?: boolean;
  /** Called with the chat once it takes calls. */
  onReady?: (chat: Frontdesk) => void;
  /** Listeners by the names of their events, as they are at first. */
  on?: { [Name in EventName]?: Listener<Name> };
}

export function FrontdeskChat(props: FrontdeskChatProps): ReactElement | null;
