import type { DefineComponent } from 'vue';
import type { Frontdesk, Options, Source } from 'frontdesk-widget';

export interface FrontdeskChatProps extends Source, Options {
  site: string;
  /** The chat stands where the component does; give it a size. */
  inline?: boolean;
  /** Called with the chat once it takes calls. */
  onReady?: (chat: Frontdesk) => void;
}

export const FrontdeskChat: DefineComponent<FrontdeskChatProps>;
