//! What a client was handed out and keeps over a reload: token, addresses, cursor.

use serde_json::Value;

use crate::json::Json;

/// Declares a struct of texts that can be written to and read from a JSON object. Derived code for
/// the same would weigh more in the browser.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
        pub(crate) struct $name { $($(#[$fdoc])* pub(crate) $field: String),* }
        impl $name {
            /// As a JSON object, without what is empty.
            pub(crate) fn write(&self, out: &mut Json) {
                out.open('{');
                for (name, text) in [$((stringify!($field), &self.$field)),*] {
                    if !text.is_empty() {
                        out.name(name).text(text);
                    }
                }
                out.close('}');
            }
            /// From a JSON object; what is missing stays empty.
            pub(crate) fn read(value: &Value) -> Self {
                let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
                Self { $($field: text(stringify!($field))),* }
            }
        }
    };
}

texts! {
    /// Token and addresses; an empty text means: none. Addresses are absolute.
    Kept {
        /// The token, as it goes behind `Bearer `.
        token,
        /// When it ends: a date in either form of the protocol, or empty.
        expires,
        /// The session id of the bootstrap, or the endpoint id of an agent's application.
        session_id,
        /// This tab.
        instance_id,
        /// Whom a visitor talks to.
        to,
        /// A visitor's discovery, byte for byte as given (WID-01).
        discover,
        /// The agent's entry.
        user,
        /// Where a password becomes a token.
        token_url,
        /// Renews the token, once (RFC 6749 §6).
        renewal,
        /// Where the renewal is given back.
        renewal_end,
        /// Where applications are made.
        applications,
        /// Scheme and authority that relative links stand below.
        base,
        /// The application itself.
        application,
        /// Where the next poll goes.
        cursor,
        /// Starts a conversation.
        start_messaging,
        /// Joins a meeting.
        join_meeting,
        /// The address of the meeting that a visitor's token is for.
        meeting,
        /// Lists conversations.
        conversations,
        /// Oneself.
        me,
        /// Becomes reachable.
        make_available,
        /// Says that one is still there.
        report_activity,
        /// Parameters that the first poll link carried, to be re-sent after `resume` (§3.2).
        poll_params,
    }
}

texts! {
    /// An invitation that waits for an answer: what the model does not show.
    Offer {
        /// The key in the model.
        key,
        /// Accepts it.
        accept,
        /// Declines it.
        decline,
        /// The conversation it leads to.
        conversation,
    }
}
