//! The agents' console: queue, conversations and answers.
